"""One person who wants to go, what they leave behind, and the days until all of it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from unittest import mock

import boto3
from ulid import ULID

from chalicelib.core import clock, ids, secrets, tables
from chalicelib.core.errors import ProviderError
from chalicelib.privacy import register, rules, watchdog
from chalicelib.privacy.models import Request
from chalicelib.providers import mail
from infra.local.carrier import Carrier
from infra.local.exchange import Answered, Asked
from infra.local.payments import Payments
from tests.harness import stage as harness
from tests.harness.browser import PASSWORD, Browser
from tests.harness.environment import ENVIRONMENT
from tests.harness.lambda_door import application, run_schedule
from tests.harness.mailbox import Mailbox, open_mailbox
from tests.harness.stage import Outside, Stage, running_stage
from tests.numbers.phones import Phones

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FOREVER = 10**9
PROMPT = 0.5
"""How often a day's webhooks come on their day."""
ADA = "ada@example.org"
PROVIDERS: dict[str, type[Payments] | type[Carrier]] = {"stripe": Payments, "twilio": Carrier}
HOURS, WEIGHTS = (1, 12, 72, 200, 800), (30, 30, 20, 4, 2)
"""How long somebody is down, and how often so long: most of a run is spent on asking them again."""
LONDON = "+442071838750"
FAULTS = ("error500", "rate_limited", "timeout_before", "timeout_after", "not_found")


@dataclass(order=True, frozen=True)
class Plan:
    """Something that will happen at its moment."""

    at: datetime
    number: int
    act: Callable[[], None] = field(compare=False)


@dataclass
class World:
    """What happens in it is decided by `chance` alone; `story` is all that did."""

    chance: Random
    now: datetime = START
    looks_at: datetime = START + DAY
    stage: Stage = field(init=False)
    browser: Browser = field(init=False)
    mailbox: Mailbox = field(init=False)
    account_id: str = ""
    request_id: str = ""
    plans: list[Plan] = field(default_factory=list)
    planned: int = 0
    told: int | None = None
    lies: set[str] = field(default_factory=set)
    """What a provider says that it does not have, though it has it."""
    down: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    rests: bool = False
    """The watchdog has found that a legal hold keeps all that is left."""
    story: list[str] = field(default_factory=list)

    def note(self, what: str) -> None:
        self.story.append(f"{self.now:%m-%d %H:%M:%S} {what}")

    def read_clock(self) -> datetime:
        return self.now

    def read_seconds(self) -> float:
        """No time goes by inside a handler, so that a slow machine tells the same story."""
        return self.now.timestamp()

    def request(self) -> Request:
        found = register.get(self.account_id, self.request_id)
        assert found
        return found

    def is_open(self) -> bool:
        """Whether anything may still come of it by itself: where a hold stands for good, nothing does."""
        return rules.is_open(register.state_of(self.request())) and not (self.rests and not self.plans)

    def plan(self, within: timedelta, act: Callable[[], None]) -> None:
        """Let something happen at a moment until then."""
        self.planned += 1
        at = self.now + self.chance.random() * within
        self.plans.append(Plan(at, self.planned, act))

    def advance(self, by: timedelta) -> None:
        """Time goes by; each day at eight the watchdog looks, and what was planned happens at its moment."""
        until = self.now + by
        while True:
            following = min(self.plans, default=None)
            looks = following is None or self.looks_at <= following.at
            at = self.looks_at if looks or following is None else following.at
            if at > until:
                break
            self.now = max(self.now, at)
            if looks:
                self._look()
            else:
                self.happen()
        self.now = until

    def happen(self) -> None:
        """What is planned next happens now."""
        if self.plans:
            following = min(self.plans)
            self.plans.remove(following)
            following.act()

    def cancel(self) -> None:
        """The person changes their mind, and asks again in an hour where the service could not answer."""
        who = Browser(self.stage, self.mailbox)
        signed_in = who.post("/api/auth/login", {"email": ADA, "password": PASSWORD})
        if signed_in.status == 200:
            who.csrf_token = signed_in.json["csrf_token"]
            status = who.post(f"/api/privacy/requests/{self.request_id}/cancel").status
            if status >= 500:
                self.plan(timedelta(hours=1), self.cancel)
        else:
            status = signed_in.status
        self.told = status
        self.note(f"cancel: {status}")

    def never_cancel(self) -> None:
        """The person does not do it by themselves."""
        self.plans = [plan for plan in self.plans if plan.act != self.cancel]

    def deliver(self) -> None:
        """What both providers have to tell arrives, as far as they can tell it."""
        self.note("webhooks")
        if not self.is_down("stripe"):
            self.stage.payments.deliver_due()
        if not self.is_down("twilio"):
            self.stage.carrier.deliver_due()

    def is_down(self, provider: str) -> bool:
        since, until = self.down.get(provider, (self.now, self.now))
        return since <= self.now < until

    def _look(self) -> None:
        while self.looks_at <= self.now:
            self.looks_at += DAY
        told = watchdog.watch()
        self.rests = bool(told["held"])
        if told["restarted"] or told["escalated"]:
            self.note(f"watchdog: {told['restarted']} restarted, {told['escalated']} escalated")
        run_schedule("sweep")
        if self.chance.random() < PROMPT:
            self.deliver()

    def new_id(self, prefix: str, at: datetime) -> str:
        milliseconds = int(at.timestamp() * 1000).to_bytes(6, "big")
        return f"{prefix}_{ULID(milliseconds + self.chance.randbytes(10))}"

    def mint(self, prefix: str) -> str:
        return f"{prefix}_{self.chance.randbytes(12).hex()}"


@contextmanager
def running_world(seed: int) -> Iterator[World]:
    """A world patched into this process: a person with an account, and what will go wrong."""
    application()
    world = World(Random(seed))
    with ExitStack() as stack:
        enter: Callable[[Any], Any] = stack.enter_context
        enter(mock.patch.object(clock, "now", world.read_clock))
        enter(mock.patch.object(clock, "monotonic", world.read_seconds))
        enter(mock.patch.object(ids, "new", world.new_id))
        enter(mock.patch.object(tables, "pause"))
        enter(mock.patch.object(secrets, "_cached", None))
        enter(mock.patch.object(secrets, "LIFE_SECONDS", FOREVER))
        for name, provider in PROVIDERS.items():
            enter(mock.patch.object(provider, "answer", _unless_down(world, name, provider.answer)))
        enter(mock.patch.object(mail, "send", _unless_mail_is_down(world, mail.send)))
        world.stage = enter(running_stage(Outside(harness.deliver, lambda: world.now, world.mint)))
        world.mailbox = enter(open_mailbox())
        world.browser = Browser(world.stage, world.mailbox)
        _live(world)
        _doom(world)
        yield world


def _live(world: World) -> None:
    """An account with some of what people leave behind."""
    chance, browser = world.chance, world.browser.sign_up()
    world.account_id = browser.account_id
    if chance.random() < 0.7:
        browser.top_up()
        for _ in range(chance.randrange(3)):
            browser.call(LONDON, chance.choice([0, 20, 60, 200]))
    if chance.random() < 0.5:
        Phones(browser, world.stage).verify()
    if chance.random() < 0.5:
        browser.put("/api/favourites", {"phones": [LONDON]})
    for _ in range(chance.randrange(3)):
        browser.sign_in()
    world.now += timedelta(seconds=chance.randrange(86_400))


def _doom(world: World) -> None:
    """Who will be down and when, which requests will be refused, and whether the person means it."""
    chance = world.chance
    for name in (*PROVIDERS, "ses"):
        if chance.random() < 0.3:
            since = world.now + timedelta(hours=chance.randrange(24 * 10))
            world.down[name] = since, since + timedelta(hours=chance.choices(HOURS, WEIGHTS)[0])
    for operation in ("calls.delete", "outgoing_caller_ids.delete"):
        kind = chance.choice([*FAULTS, "not_yet"])
        _plant(world, world.stage.carrier.faults.plant, operation, kind)
    _plant(world, world.stage.payments.faults.plant, "customers.delete", chance.choice(FAULTS))
    if chance.random() < 0.4:
        world.plan(timedelta(days=8), world.cancel)


def _plant(world: World, plant: Callable[..., None], operation: str, kind: str) -> None:
    times = world.chance.randrange(8)
    plant(operation, kind, times)
    if kind == "not_found" and times:
        world.lies.add(operation)


def ask(world: World, *, waiving: float = 0.3) -> bool:
    """The person asks for the deletion; whether they waive the grace. Nothing is down in that moment."""
    waives = world.chance.random() < waiving
    answer = world.browser.sign_in().post(
        "/api/privacy/requests", {"type": "deletion", "waive_grace": waives}
    )
    assert answer.status == 201, answer.text
    world.request_id = answer.json["id"]
    world.note(f"asked{', without grace' if waives else ''}")
    return waives


def running() -> dict[str, Any] | None:
    """What the one running execution was given; two at once would be a fault of ours."""
    client, arn = boto3.client("stepfunctions"), ENVIRONMENT["DELETION_MACHINE_ARN"]
    found = client.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]
    assert len(found) <= 1, [one["name"] for one in found]
    return dict(client.describe_execution(executionArn=found[0]["executionArn"])) if found else None


def stop(arn: str) -> None:
    """The execution has ended, however."""
    boto3.client("stepfunctions").stop_execution(executionArn=arn)


def _unless_down(
    world: World, name: str, answer: Callable[[Any, Asked], Answered]
) -> Callable[[Any, Asked], Answered]:
    def reply(provider: Any, asked: Asked) -> Answered:
        if world.is_down(name):
            raise TimeoutError
        return answer(provider, asked)

    return reply


def _unless_mail_is_down(world: World, send: Callable[..., None]) -> Callable[..., None]:
    def try_to_send(*arguments: Any, **values: Any) -> None:
        if world.is_down("ses"):
            raise ProviderError("ses", "Down", permanent=False)
        send(*arguments, **values)

    return try_to_send
