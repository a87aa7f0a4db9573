"""A browser's call: what it hears, who ends it, and what the application is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from infra.local.carrier import Carrier
from tests.infra.carrier.receiver import VOICE, Receiver
from tests.infra.carrier.voice.caller import calling
from tests.infra.carrier.voice.conftest import Desk, play

ECHOES = "+12025550123"
SOUNDS_A_TONE = "+12025550440"


async def settled(look: Callable[[], Any], wanted: Any) -> None:
    """Back when it is as wanted."""
    for _ in range(100):
        if look() == wanted:
            return
        await asyncio.sleep(0.05)
    assert look() == wanted


def test_a_call_rings_is_answered_and_sounds_a_tone(
    *, desk: Desk, carrier: Carrier, receiver: Receiver, token: str
) -> None:
    async def scenario() -> None:
        async with calling(desk.port, token) as caller:
            await caller.listen()
            call = await caller.dial(SOUNDS_A_TONE)
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
