"""A browser's call: what it hears, and what the application is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from infra.local.carrier import Carrier
from infra.local.store import Store
from tests.infra.carrier.receiver import STATUS, VOICE, Receiver, xml
from tests.infra.carrier.voice.caller import ECHOES, MICROPHONE_HZ, SOUNDS_A_TONE, calling, settled, signed_in
from tests.infra.carrier.voice.conftest import Desk, play

HANGS_UP_AFTER_A_MINUTE = "+12025550060"


def test_a_call_rings_is_answered_and_sounds_a_tone(
    *, desk: Desk, carrier: Carrier, receiver: Receiver, token: str
) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, SOUNDS_A_TONE)
            await call.until("ringing")
            await (await call.heard()).until(425)
            await call.until("answer")
            await (await call.heard()).until(440)
            assert receiver.statuses() == ["initiated", "ringing", "in-progress"]
            assert receiver.to(VOICE)[0]["CallSid"] == call.sid
            assert receiver.to(VOICE)[0]["From"] == "client:acc_1"
            assert receiver.to(VOICE)[0]["call_id"] == "call_1"
            await call.hang_up()
            await call.until("hangup")
            await settled(lambda: receiver.statuses()[-1], "completed")
            assert carrier.look(call.sid)["live"] is False

    play(scenario())


def test_what_the_token_says_wins_over_what_the_browser_says(
    desk: Desk, receiver: Receiver, token: str
) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            await caller.listen()
            call = await caller.dial(ECHOES, call_id="call_2", From="client:acc_2", note="own")
            await call.until("ringing")
            asked = receiver.to(VOICE)[0]
            assert (asked["call_id"], asked["From"], asked["note"]) == ("call_1", "client:acc_1", "own")

    play(scenario())


def test_others_echo_what_they_hear_and_digits_come_back_as_their_tones(
    desk: Desk, carrier: Carrier, token: str
) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, ECHOES)
            ear = await call.answered()
            await ear.until(MICROPHONE_HZ)
            await call.press("5555")
            await ear.until(770, 1336)
            await call.press("w#")
            await ear.until(941, 1477)
            assert carrier.look(call.sid)["digits"] == "5555w#"
            await ear.until(MICROPHONE_HZ)

    play(scenario())


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("0006", ["initiated", "ringing", "in-progress"]),
        (
            "0007",
            [each for one in ("initiated", "ringing", "in-progress", "completed") for each in (one, one)],
        ),
        ("0008", ["completed", "in-progress", "ringing", "initiated"]),
    ],
)
def test_a_number_makes_callbacks_go_wrong(
    *, desk: Desk, carrier: Carrier, receiver: Receiver, token: str, last: str, told: list[str]
) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, f"+1202555{last}")
            await call.answered()
            await call.hang_up()
            await call.until("hangup")
            await settled(receiver.statuses, told)
            assert carrier.look(call.sid)["outcome"] == "completed"

    play(scenario())


def test_a_refusal_is_answered_heard_and_printed_without_a_number(
    desk: Desk, receiver: Receiver, token: str
) -> None:
    receiver.answers[VOICE] = xml("<Say>We can't call +44 20 7946 0958, sorry: 7 times.</Say><Hangup/>")

    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, ECHOES)
            await call.until("answer")
            await (await call.heard()).until(784)
            await call.until("hangup")
            assert desk.printed == ["The carrier says: “We can't call (a number), sorry: 7 times.”"]
            assert receiver.to(STATUS) == []

    play(scenario())


def test_two_calls_at_once_know_nothing_of_each_other(
    *, desk: Desk, carrier: Carrier, make_token: Callable[..., str]
) -> None:
    async def scenario() -> None:
        async with (
            calling(desk.port, make_token(identity="acc_1")) as one,
            calling(desk.port, make_token(identity="acc_2")) as two,
        ):
            first, second = await signed_in(one, SOUNDS_A_TONE), await signed_in(two, ECHOES)
            ears = await asyncio.gather(first.answered(), second.answered())
            await asyncio.gather(ears[0].until(440), ears[1].until(MICROPHONE_HZ))
            await two.send("hangup", callsid=first.sid)
            await two.send("dtmf", callsid=first.sid, dtmf="1")
            assert (await two.until("error"))["error"]["code"] == 31400
            await second.hang_up()
            await second.until("hangup")
            await ears[0].until(440)
            assert carrier.look(first.sid)["live"] is True
            assert carrier.look(first.sid)["digits"] == ""

    play(scenario())


def test_a_browser_may_have_two_calls_on_one_connection(desk: Desk, token: str) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            first = await signed_in(caller, SOUNDS_A_TONE)
            ear = await first.answered()
            second = await caller.dial(ECHOES)
            await (await second.answered()).until(MICROPHONE_HZ)
            await ear.until(440)
            await first.hang_up()
            await first.until("hangup")
            await second.press("1")
            await (await second.heard()).until(697, 1209)

    play(scenario())


def test_nothing_of_a_deleted_call_stays(
    *, desk: Desk, carrier: Carrier, client: Any, store: Store, token: str
) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, ECHOES)
            await call.answered()
            await call.press("987654")
            await settled(lambda: carrier.look(call.sid)["digits"], "987654")
            await call.hang_up()
            await call.until("hangup")
            await settled(lambda: store.all("outbox"), [])
            for each in client.calls.list():
                client.calls(each.sid).delete()
            kept = str([store.all(kind) for kind in ("calls", "session", "leg", "talking", "outbox")])
            assert all(word not in kept for word in (ECHOES, "acc_1", "987654"))

    play(scenario())
