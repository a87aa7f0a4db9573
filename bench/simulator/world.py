"""One world: accounts, both providers, a virtual clock, and ids that follow from the seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from unittest import mock

from ulid import ULID

from bench.simulator.faults import one_fault
from chalicelib.core import clock, ids, tables
from chalicelib.core.errors import ProviderError, Refusal
from infra.local.exchange import Answered
from infra.local.payments import RefusedError
from tests.harness import stage as harness
from tests.harness.stage import Outside, Stage, running_stage

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ACCOUNTS = 3
SKEW_SECONDS = 300
LOST = 0.1
PAID = "payment_intent.succeeded"
TWICE = 0.15


class World:
    """What happens in it is decided by `chance` alone."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.now = START
        self.calm = False
        self.stage: Stage
        self.accounts: list[str] = []
        self.checkouts: list[str] = []
        self.live: list[str] = []

    def someone(self) -> str:
        return self.chance.choice(self.accounts)

    def payments_made(self) -> list[str]:
        """PaymentIntents that brought money."""
        events = self.stage.payments.events()
        return sorted({event["data"]["object"]["id"] for event in events if event["type"] == PAID})

    @staticmethod
    def attempt(work: Any, *arguments: Any) -> None:
        """Something outside that the provider may refuse: refunded already, disputed, too much."""
        with suppress(RefusedError):
            work(*arguments)

    def new_id(self, prefix: str, at: datetime) -> str:
        milliseconds = int(at.timestamp() * 1000).to_bytes(6, "big")
        return f"{prefix}_{ULID(milliseconds + self.chance.randbytes(10))}"

    def mint(self, prefix: str) -> str:
        """An id of the payments provider's."""
        return f"{prefix}_{self.chance.randbytes(12).hex()}"

    def read_clock(self) -> datetime:
        """A function's own clock may be minutes off."""
        if self.calm:
            return self.now
        return self.now + timedelta(seconds=self.chance.randint(-SKEW_SECONDS, SKEW_SECONDS))

    def act(self, work: Any, *arguments: Any) -> Any:
        """Run a handler as a function would run: it may die, and its refusals are somebody's answer."""
        if self.calm:
            return work(*arguments)
        with one_fault(self.chance) as struck:
            try:
                return work(*arguments)
            except (Refusal, ProviderError):
                return None
            except Exception:
                if not struck.by:
                    raise
        return None

    def deliver(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        """A webhook on its way: lost, twice, or to a function that dies."""
        if self.calm:
            return harness.deliver(url, body, headers)
        if self.chance.random() < LOST:
            raise ConnectionError
        if self.chance.random() < TWICE:
            self._deliver(url, body, headers)
        answered = self._deliver(url, body, headers)
        if answered is None:
            raise ConnectionError
        return answered

    def _deliver(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered | None:
        answered: Answered | None = None
        with one_fault(self.chance) as struck:
            answered = harness.deliver(url, body, headers)
        if answered and answered.status == 500 and not struck.by:
            raise AssertionError(f"500 without a fault: {url}")
        return answered


@contextmanager
def running_world(seed: int) -> Iterator[World]:
    """A world, patched into this process until it ends."""
    world = World(seed)
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(clock, "now", world.read_clock))
        stack.enter_context(mock.patch.object(ids, "new", world.new_id))
        stack.enter_context(mock.patch.object(tables, "pause"))
        world.stage = stack.enter_context(
            running_stage(Outside(world.deliver, lambda: world.now, world.mint))
        )
        world.accounts = [world.new_id("acc", START) for _ in range(ACCOUNTS)]
        yield world
