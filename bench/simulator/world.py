"""One world: accounts, both providers, a virtual clock, and ids that follow from the seed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from unittest import mock

import msgspec
from ulid import ULID

from bench.simulator.faults import one_fault
from chalicelib.core import clock, ids, secrets, tables
from chalicelib.core.errors import ProviderError, Refusal
from chalicelib.money import topups
from chalicelib.policy import profile
from infra.local.carrier import Carrier
from infra.local.exchange import Answered, Asked
from infra.local.payments import Payments, RefusedError
from infra.local.store import Document
from tests.harness import stage as harness
from tests.harness.stage import Outside, Stage, running_stage

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
AGES = (timedelta(0), timedelta(hours=20), timedelta(days=40))
FIRST_CREDIT_MICROS = 5_000_000
SKEW_SECONDS = 300
LOST = 0.1
TWICE = 0.15
TAXED = 0.3
FOREVER = 10**9
PROVIDERS: dict[str, type[Payments] | type[Carrier]] = {"stripe": Payments, "twilio": Carrier}
EVENT = re.compile(rb'"id": ?"(evt_\w+)"')


@dataclass
class Outages:
    """Until when a provider does not answer us, and until when no webhook reaches us."""

    provider: dict[str, datetime] = field(default_factory=dict)
    ourselves: datetime = START


class World:
    """What happens in it is decided by `chance` alone."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.now = START + timedelta(days=self.chance.randrange(56), seconds=self.chance.randrange(86_400))
        self.calm = False
        self.stage: Stage
        self.outages = Outages()
        self.accounts: list[str] = []
        self.closed: set[str] = set()
        self.checkouts: list[str] = []
        self.live: list[str] = []
        self.heard: list[str] = []
        self.orders: list[tuple[str, int, str]] = []
        self.thawed: set[str] = set()
        self.carried_owed: Counter[str] = Counter()
        self.wishes: dict[str, tuple[str, int | None]] = {}

    def someone(self) -> str:
        return self.chance.choice(self.accounts)

    def open_account(self, age: timedelta) -> str:
        """A fresh account of this age, among those that act."""
        account_id = self.new_id("acc", self.now - age)
        self.accounts.append(account_id)
        return account_id

    def close_account(self, account_id: str) -> None:
        """It acts no more, and is looked at all the same; another one comes in its place."""
        self.accounts.remove(account_id)
        self.closed.add(account_id)
        self.open_account(timedelta(0))

    @property
    def everyone(self) -> list[str]:
        return [*self.accounts, *sorted(self.closed)]

    def one_of(self, kind: str, **wanted: Any) -> Document | None:
        """Some object at Stripe whose fields have these values."""
        found = [
            document
            for document in self.stage.payments.all(kind)
            if all(document[name] == value for name, value in wanted.items())
        ]
        return self.chance.choice(found) if found else None

    @staticmethod
    def attempt(work: Any, *arguments: Any, **named: Any) -> Any:
        """Something outside that the provider may refuse: refunded already, disputed, too much."""
        with suppress(RefusedError):
            return work(*arguments, **named)
        return None

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

    def read_seconds(self) -> float:
        """No time goes by inside a handler, so that a slow machine tells the same story."""
        return self.now.timestamp()

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
                if not struck.by and not any(map(self.is_down, PROVIDERS)):
                    raise
        return None

    def deliver(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        """A webhook on its way: lost, twice, or to a function that dies."""
        self.heard += [found.decode() for found in EVENT.findall(body[:200])]
        if self.calm:
            return harness.deliver(url, body, headers)
        if self.now < self.outages.ourselves or self.chance.random() < LOST:
            raise ConnectionError
        if self.chance.random() < TWICE:
            self._deliver(url, body, headers)
        answered = self._deliver(url, body, headers)
        if answered is None:
            raise ConnectionError
        return answered

    def is_down(self, provider: str) -> bool:
        return not self.calm and self.now < self.outages.provider.get(provider, START)

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
    taxed = msgspec.structs.replace(profile.current(), automatic_tax=world.chance.random() < TAXED)
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(clock, "now", world.read_clock))
        stack.enter_context(mock.patch.object(clock, "monotonic", world.read_seconds))
        stack.enter_context(mock.patch.object(ids, "new", world.new_id))
        stack.enter_context(mock.patch.object(tables, "pause"))
        stack.enter_context(mock.patch.object(secrets, "_cached", None))
        stack.enter_context(mock.patch.object(secrets, "LIFE_SECONDS", FOREVER))
        stack.enter_context(mock.patch.object(profile, "current", return_value=taxed))
        for name, provider in PROVIDERS.items():
            answer = _unless_down(world, name, provider.answer)
            stack.enter_context(mock.patch.object(provider, "answer", answer))
        world.stage = stack.enter_context(
            running_stage(Outside(world.deliver, lambda: world.now, world.mint))
        )
        world.stage.payments.set_tax(world.chance.choice(["7.25", "19", "0"]))
        for age in AGES:
            world.open_account(age)
        _settle_in(world)
        yield world


def _settle_in(world: World) -> None:
    """All but one begin with credit, so that something is at stake from the first step on."""
    world.calm = True
    for account_id in world.accounts[1:]:
        page = topups.start(account_id, FIRST_CREDIT_MICROS, world.new_id("ord", world.now)).checkout_id
        world.stage.payments.pay(str(page), "succeeded")
    world.stage.settle_payments()
    world.calm = False


def _unless_down(
    world: World, name: str, answer: Callable[[Any, Asked], Answered]
) -> Callable[[Any, Asked], Answered]:
    def ask(provider: Any, asked: Asked) -> Answered:
        if world.is_down(name):
            raise TimeoutError
        return answer(provider, asked)

    return ask
