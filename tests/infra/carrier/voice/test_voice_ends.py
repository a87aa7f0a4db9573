"""How a browser's call ends: by either side, by REST, by its limit, or before it has begun."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from infra.local.carrier import Carrier
from infra.local.exchange import Answered
from tests.infra.carrier.conftest import Clock
from tests.infra.carrier.receiver import FALLBACK, STATUS, VOICE, Receiver, dial, xml
from tests.infra.carrier.voice.caller import ECHOES, calling, settled, signed_in
from tests.infra.carrier.voice.conftest import Desk, play

HANGS_UP_AFTER_A_MINUTE = "+12025550060"


@pytest.mark.parametrize("leg", ["client", "dialled"])
def test_the_end_by_rest_is_the_end_of_the_sound(
    *, desk: Desk, client: Any, receiver: Receiver, clock: Clock, token: str, leg: str
) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, ECHOES)
            await call.answered()
            clock.advance(seconds=62)
            [dialled] = await asyncio.to_thread(client.calls.list, parent_call_sid=call.sid)
            sid = call.sid if leg == "client" else dialled.sid
            await asyncio.to_thread(client.calls(sid).update, status="completed")
            await call.until("hangup")
            await settled(lambda: receiver.to(STATUS)[-1].get("CallDuration"), "62")
            ended = {each.status for each in await asyncio.to_thread(client.calls.list)}
            assert ended == {"completed"}

    play(scenario())


@pytest.mark.parametrize(("to", "seconds"), [(HANGS_UP_AFTER_A_MINUTE, 60), (ECHOES, 600)])
def test_the_far_end_or_else_the_time_limit_ends_a_talk(
    *, desk: Desk, receiver: Receiver, clock: Clock, token: str, to: str, seconds: int
) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, to)
            await call.answered()
            clock.advance(seconds=seconds - 1)
            await asyncio.sleep(0.3)
            assert receiver.statuses()[-1] == "in-progress"
            clock.advance(seconds=1)
            await call.until("hangup")
            await settled(lambda: receiver.to(STATUS)[-1].get("CallDuration"), str(seconds))

    play(scenario())


def test_the_far_end_hangs_up_when_it_is_told_to(
    *, desk: Desk, carrier: Carrier, receiver: Receiver, clock: Clock, token: str
) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, ECHOES)
            await call.answered()
            clock.advance(seconds=7)
            ended = await asyncio.to_thread(carrier.end_call, call.sid)
            assert (ended["outcome"], ended["duration_seconds"]) == ("completed", 7)
            await call.until("hangup")
            assert receiver.statuses().count("completed") == 1

    play(scenario())


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("0001", ["initiated", "busy"]),
        ("0002", ["initiated", "ringing", "no-answer"]),
        ("0003", ["initiated", "failed"]),
        ("0004", ["initiated", "ringing", "canceled"]),
    ],
)
def test_a_call_that_nobody_answers_is_hung_up(
    *, desk: Desk, receiver: Receiver, token: str, last: str, told: list[str]
) -> None:
    receiver.answers[VOICE] = lambda params: dial(params["To"], more='timeout="5"')

    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, f"+1202555{last}")
            await call.until("hangup")
            assert [frame["type"] for frame in caller.heard if frame["type"] == "answer"] == []
            await settled(receiver.statuses, told)

    play(scenario())


def test_a_hang_up_while_it_rings_cancels_the_call(desk: Desk, receiver: Receiver, token: str) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, "+12025550002")
            await call.until("ringing")
            await call.hang_up()
            await call.until("hangup")
            await settled(receiver.statuses, ["initiated", "ringing", "canceled"])

    play(scenario())


def test_a_hang_up_before_the_application_was_heard_dials_nothing(
    *, desk: Desk, client: Any, receiver: Receiver, token: str
) -> None:
    told = asyncio.Event()

    async def scenario() -> None:
        loop = asyncio.get_running_loop()

        def answer(params: dict[str, str]) -> Answered:
            asyncio.run_coroutine_threadsafe(told.wait(), loop).result(10)
            return dial(params["To"])

        receiver.answers[VOICE] = answer
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, ECHOES)
            await call.hang_up()
            await call.until("hangup")
            told.set()
            await settled(lambda: [each.status for each in client.calls.list()], ["canceled"])
            assert receiver.to(STATUS) == []

    play(scenario())


@pytest.mark.parametrize(
    "answer", [xml("<Reject/>"), xml("<Hangup/>"), Answered(500), ConnectionError("down"), dial("+1")]
)
def test_whatever_the_application_says_the_browser_is_not_left_waiting(
    *, desk: Desk, receiver: Receiver, token: str, answer: Answered | OSError
) -> None:
    receiver.answers[VOICE] = answer
    receiver.answers[FALLBACK] = Answered(500)

    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, ECHOES)
            await call.until("hangup")
            assert receiver.to(STATUS) == []

    play(scenario())


def test_a_hang_up_at_any_moment_ends_the_call_and_breaks_nothing(
    *, desk: Desk, client: Any, receiver: Receiver, token: str
) -> None:
    moments = [0, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.22, 0.25]

    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            await caller.listen()
            for moment in moments:
                call = await caller.dial(ECHOES)
                await asyncio.sleep(moment)
                await call.hang_up()
                await call.until("hangup")
            await asyncio.sleep(0.5)  # what the threads of these calls were about to tell is told
            told = Counter(receiver.statuses())
            assert told["initiated"] == told["canceled"] + told["completed"] > 0
            assert {call.status for call in client.calls.list()} <= {"canceled", "completed"}

    play(scenario())
    assert desk.printed == []
