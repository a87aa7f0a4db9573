"""People buy credit, on a page or by a card that they saved."""

from __future__ import annotations

from bench.simulator.world import World
from chalicelib.money import cards, topups
from infra.local.payments import Outcome

OUTCOMES: list[Outcome] = [
    "succeeded",
    "succeeded",
    "succeeded",
    "succeeded",
    "async_succeeded",
    "async_failed",
    "processing",
    "declined",
    "abandoned",
]
AMOUNTS_MICROS = [5_000_000, 7_500_000, 20_000_000, 9_990_000]
THRESHOLDS_MICROS = [1_000_000, 4_000_000, 4_990_000]
DECLINES = ["generic_decline", "insufficient_funds", "authentication_required", "processing", None]


def order(world: World) -> None:
    """Somebody orders credit, or sends an earlier order again."""
    if world.orders and world.chance.random() < 0.2:
        account_id, amount_micros, order_id = world.chance.choice(world.orders)
    else:
        account_id, amount_micros = world.someone(), world.chance.choice(AMOUNTS_MICROS)
        order_id = world.new_id("ord", world.now)
        world.orders.append((account_id, amount_micros, order_id))
    made = world.act(topups.start, account_id, amount_micros, order_id)
    if made:
        world.checkouts.append(made.checkout_id)


def pay(world: World) -> None:
    """Somebody pays, or fails to, or goes away."""
    if world.checkouts:
        checkout = world.checkouts.pop(world.chance.randrange(len(world.checkouts)))
        world.attempt(world.stage.payments.pay, checkout, world.chance.choice(OUTCOMES))


def settle_bank(world: World) -> None:
    """A bank answers a payment that it was asked for days ago."""
    waiting = world.one_of("payment_intent", status="processing")
    if waiting:
        world.attempt(world.stage.payments.settle, waiting["id"], paid=world.chance.random() < 0.7)


def save_card(world: World) -> None:
    """Somebody wants to be charged automatically; the page is paid like others."""
    amount = world.chance.choice(AMOUNTS_MICROS)
    threshold = world.chance.choice(THRESHOLDS_MICROS)
    order_id = world.new_id("ord", world.now)
    made = world.act(cards.switch_on, world.someone(), threshold, amount, order_id)
    if made:
        if world.chance.random() < 0.8:
            world.attempt(world.stage.payments.pay, made.checkout_id, "succeeded")
        else:
            world.checkouts.append(made.checkout_id)


def drop_card(world: World) -> None:
    """Somebody wants to be charged no more."""
    world.act(cards.switch_off, world.someone())


def decline_card(world: World) -> None:
    """From now on a bank refuses a saved card, lets it wait, or takes it again."""
    card = world.one_of("payment_method")
    if card:
        world.attempt(world.stage.payments.decline, card["id"], world.chance.choice(DECLINES))


def deliver(world: World) -> None:
    """Stripe's webhooks that are due, and perhaps an old one again."""
    world.stage.payments.deliver_due()
    if world.heard and world.chance.random() < 0.3:
        world.stage.payments.redeliver(world.chance.choice(world.heard))
