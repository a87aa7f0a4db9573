"""What becomes of a call when its browser, its media or the process that holds it are lost."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from infra.local.carrier import Carrier
from infra.local.store import Store
from tests.infra.carrier.conftest import Clock, make_carrier
from tests.infra.carrier.receiver import STATUS, Receiver
from tests.infra.carrier.voice.caller import ECHOES, MICROPHONE_HZ, calling, settled, signed_in
from tests.infra.carrier.voice.conftest import Desk, play

TOKEN_INVALID, TOKEN_EXPIRED, BAD_REQUEST, NOT_FOUND = 31204, 31205, 31400, 31404


def test_a_half_open_connection_is_noticed_and_its_call_hung_up(
    desk: Desk, receiver: Receiver, token: str
) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, ECHOES)
            await call.answered()
            await settled(lambda: caller.heartbeats > 1, wanted=True)
            caller.answers_heartbeats = False
            await caller.closed()
            await settled(lambda: receiver.statuses()[-1], "completed")

    play(scenario())


def test_a_browser_that_was_lost_comes_back_to_its_call(
    *, desk: Desk, receiver: Receiver, token: str, make_token: Callable[..., str]
) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, ECHOES)
            await call.until("ringing")
            key = (await call.until("answer"))["reconnect"]
            ear = await call.heard()
            await caller.socket.close()
            stranger = make_token(identity="acc_2")
            for who, name in ((stranger, key), (token, "x" + key[1:])):
                async with calling(desk.port, who) as other:
                    await other.listen()
                    await other.send("invite", callsid=call.sid, sdp="v=0", reconnect=name, twilio={})
                    assert (await other.until("hangup"))["error"]["code"] == NOT_FOUND
            async with calling(desk.port, token) as again:
                await again.listen()
                await again.send("invite", callsid=call.sid, sdp="v=0", reconnect=key, twilio={})
                assert (await again.until("answer"))["callsid"] == call.sid
                await asyncio.sleep(2.5)  # longer than one that is lost is waited for
                assert receiver.statuses()[-1] == "in-progress"
                await ear.until(MICROPHONE_HZ)
                await again.send("hangup", callsid=call.sid)
                assert (await again.until("hangup"))["callsid"] == call.sid
                await settled(lambda: receiver.statuses()[-1], "completed")

    play(scenario())


def test_a_browser_that_stays_lost_has_hung_up(desk: Desk, receiver: Receiver, token: str) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, ECHOES)
            await call.answered()
            lost_at = time.monotonic()
            await caller.socket.close()
            await settled(lambda: receiver.statuses()[-1], "completed")
            assert time.monotonic() - lost_at > 1.5

    play(scenario())


@pytest.mark.parametrize("how", ["media closed", "media to begin again"])
def test_a_call_whose_media_are_gone_ends(desk: Desk, receiver: Receiver, token: str, how: str) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, ECHOES)
            await call.answered()
            if how == "media closed":
                await call.peer.close()
            else:
                await caller.send("reinvite", callsid=call.sid, sdp="v=0")
                assert (await call.until("hangup"))["error"]["code"] == 53405
            await settled(lambda: receiver.statuses()[-1], "completed")

    play(scenario())


def test_when_the_service_stops_every_call_ends(desk: Desk, carrier: Carrier, token: str) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            call = await signed_in(caller, ECHOES)
            await call.answered()
            await asyncio.to_thread(desk.voice.stop)
            await call.until("hangup")
            await caller.closed()
            assert carrier.look(call.sid)["outcome"] == "completed"

    play(scenario())


class Silent:
    """A line whose process dies: it waits for good, and nobody tells it anything."""

    def __init__(self) -> None:
        self.sid = ""
        self.waits_for_good = threading.Event()

    def open(self, sid: str) -> None:
        self.sid = sid

    def ring(self) -> None: ...

    def talk(self, sound: str) -> None: ...

    def say(self, text: str) -> None: ...

    def wait(self, seconds: float | None, over: Callable[[], bool]) -> None:
        if seconds is None:
            self.waits_for_good.set()
            threading.Event().wait()

    def wake(self) -> None: ...

    def close(self) -> None: ...


def test_a_call_that_an_earlier_process_held_ends_at_the_next_start(
    *, store: Store, carrier: Carrier, receiver: Receiver, clock: Clock, token: str
) -> None:
    line = Silent()
    threading.Thread(target=carrier.hold_call, args=(token, {"To": ECHOES}, line), daemon=True).start()
    assert line.waits_for_good.wait(5)
    simulated = carrier.start_call(token, ECHOES)["call_sid"]
    clock.advance(seconds=30)
    next_one = make_carrier(store, receiver, clock)
    next_one.abandon()
    assert next_one.look(simulated)["live"] is True
    ended = next_one.look(line.sid)
    assert (ended["live"], ended["outcome"], ended["duration_seconds"]) == (False, "completed", 30)
    next_one.deliver_due()
    assert receiver.to(STATUS)[-1]["CallDuration"] == "30"
