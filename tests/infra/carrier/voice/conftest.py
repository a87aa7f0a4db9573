"""The carrier's voice on a free port, whose calls ring ten times as fast."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from infra.local.carrier import Carrier
from infra.local.hosting import Deliveries
from infra.local.voice import Voice
from infra.local.voice.line import Timing
from tests.infra.carrier.receiver import SITE

LONGEST_SECONDS = 30
Scenario = Callable[[], Coroutine[Any, Any, None]]


@dataclass
class Desk:
    """Where browsers connect, and what was printed."""

    port: int
    voice: Voice
    printed: list[str] = field(default_factory=list)


@pytest.fixture
def desk(carrier: Carrier) -> Iterator[Desk]:
    listener = socket.create_server(("127.0.0.1", 0))
    printed: list[str] = []
    # Long enough for a machine with much else to do.
    timing = Timing(heartbeat=0.2, silence=4, grace=2, hurry=10)
    voice = Voice(carrier, listener, [SITE], printed.append, timing)
    deliveries = Deliveries([carrier], every_seconds=0.05)
    voice.start()
    deliveries.start()
    yield Desk(listener.getsockname()[1], voice, printed)
    deliveries.stop()
    voice.stop()
    listener.close()


def play(scenario: Coroutine[Any, Any, None]) -> None:
    """Runs one scenario to its end, or fails when it takes too long."""

    async def bounded() -> None:
        async with asyncio.timeout(LONGEST_SECONDS):
            await scenario

    asyncio.run(bounded())
