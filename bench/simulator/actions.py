"""What may happen next, and how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bench.simulator.world import World
from chalicelib.calling import calls
from chalicelib.money import ledger, topups
from infra.local.payments import Outcome
from tests.harness.lambda_door import run_schedule

NUMBERS = ["+442079460958", "+212612345678", "+442079460001", "+442079460002", "+18765550123", "+19002345678"]
CARRIER_FAULTS = ["lose_completed", "duplicate", "reorder", "delay"]
OUTCOMES: list[Outcome] = [
    "succeeded",
    "succeeded",
    "succeeded",
    "async_succeeded",
    "async_failed",
    "declined",
    "abandoned",
]
AMOUNTS_MICROS = [5_000_000, 7_500_000, 20_000_000]


def order(world: World) -> None:
    """Somebody orders credit."""
    made = world.act(topups.start, world.someone(), world.chance.choice(AMOUNTS_MICROS))
    if made:
        world.checkouts.append(made.checkout_id)


def pay(world: World) -> None:
    """Somebody pays, or fails to, or goes away."""
    if world.checkouts:
        checkout = world.checkouts.pop(world.chance.randrange(len(world.checkouts)))
        outcome = world.chance.choice(OUTCOMES)
        world.attempt(world.stage.payments.pay, checkout, outcome)


def deliver_payments(world: World) -> None:
    """Stripe's webhooks that are due, and perhaps an old one again."""
    world.stage.payments.deliver_due()
    events = world.stage.payments.events()
    if events and world.chance.random() < 0.3:
        world.stage.payments.redeliver(world.chance.choice(events)["id"])


def dial(world: World) -> None:
    """Somebody calls; the call may stay live."""
    token = world.act(calls.issue_token, world.someone())
    if token:
        faults = [fault for fault in CARRIER_FAULTS if world.chance.random() < 0.2]
        sid = world.stage.carrier.start_call(token.token, world.chance.choice(NUMBERS), faults)["call_sid"]
        world.live.append(sid)


def hang_up(world: World) -> None:
    """A live call ends, after any talk."""
    if world.live:
        sid = world.live.pop(world.chance.randrange(len(world.live)))
        world.stage.carrier.end_call(sid, world.chance.choice([1, 29, 30, 31, 59, 60, 61, 600, 100_000]))


def deliver_calls(world: World) -> None:
    """The carrier's callbacks that are late."""
    world.stage.carrier.deliver_due()


def sweep(world: World) -> None:
    """The minute's schedule."""
    world.act(run_schedule, "sweep")


def wait(world: World) -> None:
    """Time goes by: seconds mostly, now and then hours or days."""
    length = world.chance.choice([20, 20, 60, 60, 600, 3600, 7200, 86_400, 172_800])
    world.now += timedelta(seconds=length)


def refund(world: World) -> None:
    """The operator refunds a part at Stripe itself."""
    paid = world.payments_made()
    if paid:
        intent = world.chance.choice(paid)
        world.attempt(
            world.stage.payments.refund, intent, world.chance.choice([10_000, 1_000_000, 2_500_000])
        )


def dispute(world: World) -> None:
    """A bank disputes a payment, or decides."""
    paid = world.payments_made()
    if paid:
        decision = world.chance.choice(["open", "open", "won", "lost"])
        world.attempt(world.stage.payments.dispute, world.chance.choice(paid), 5_000_000, decision)


def rest(world: World) -> None:
    """A deletion begins or is cancelled."""
    ledger_status = world.chance.choice(["suspended", "open", "open", "open"])
    world.act(ledger.set_status, world.someone(), ledger_status)


ACTIONS: dict[Callable[[World], None], int] = {
    order: 8,
    pay: 10,
    deliver_payments: 14,
    dial: 18,
    hang_up: 16,
    deliver_calls: 8,
    sweep: 10,
    wait: 12,
    refund: 3,
    dispute: 2,
    rest: 1,
}
