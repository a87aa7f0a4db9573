"""What a person leaves behind, and what would tell of them later."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import ClassVar

from bench.deletions.world import LONDON, World
from chalicelib.calling import records
from chalicelib.calling.models import CallRecord
from chalicelib.money import ledger
from chalicelib.numbers import shelves
from tests.harness.browser import Browser

DAY = timedelta(days=1)
PHONE = "+12025550123"


@dataclass
class Scenery:
    """One person's traces at the providers, the standing holds, and who came after them."""

    NEW_CREDIT_MICROS: ClassVar[int] = 7_000_000

    words: set[str] = field(default_factory=lambda: {LONDON, PHONE})
    token: str = ""
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    caller_ids: list[str] = field(default_factory=list)
    held: dict[str, dict[str, int]] = field(default_factory=dict)
    newcomer: Browser | None = None
    new_ids: tuple[str, ...] = ()
    new_customers: set[str] = field(default_factory=set)


def arrange(world: World) -> Scenery:
    """Some last things are begun that will outlive the person: a token, a live call, a payment under way."""
    scenery, chance, payments = Scenery(), world.chance, world.stage.payments
    if ledger.funds(world.account_id).available_micros > 0:
        token = world.browser.post("/api/calls/token").json["token"]
        if chance.random() < 0.6:
            sid = world.stage.carrier.start_call(token, LONDON)["call_sid"]
            world.note("a call is live")
            if chance.random() < 0.5:
                world.plan(DAY / 12, partial(hang_up, world, sid))
            token = world.browser.post("/api/calls/token").json["token"]
        scenery.token = token
    if chance.random() < 0.3:
        _begin_payment(world)
    scenery.calls = [_told(record) for record in records.newest_first(world.account_id)]
    scenery.caller_ids = list(shelves.read(world.account_id).numbers)
    scenery.words |= {call["sid"] for call in world.stage.carrier.calls()}
    scenery.words |= {customer["id"] for customer in payments.all("customer")}
    return scenery


def _begin_payment(world: World) -> None:
    """The bank takes its time. Who asks while Stripe is down has ordered nothing."""
    order = world.browser.post("/api/topups", {"amount_micros": 5_000_000})
    if order.status == 503:
        return
    intent = world.stage.payments.pay(order.json["checkout_id"], "processing")["payment_intent"]
    world.note("a payment is under way")
    world.plan(30 * DAY, partial(settle, world, intent))


def hang_up(world: World, sid: str) -> None:
    with suppress(LookupError):  # it was ended for them, and erased
        world.stage.carrier.end_call(sid)
        world.note("the live call ended")


def settle(world: World, intent: str) -> None:
    """The bank answers to a payment that it was asked for days ago."""
    paid = world.chance.random() < 0.7
    world.stage.payments.settle(intent, paid=paid)
    world.note(f"the payment {'came' if paid else 'failed'}")


def _told(record: CallRecord) -> tuple[str, str, str]:
    return record.call_id, record.call_sid, record.leg_sid or ""
