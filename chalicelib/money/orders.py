"""Orders of credit: written before Stripe hears of them, paid or ended once."""

from __future__ import annotations

from pynamodb.expressions.update import Action

from chalicelib.core import clock, ids, tables
from chalicelib.core.errors import Refusal
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed
from chalicelib.money.models import Order
from chalicelib.policy import profile
from chalicelib.providers.stripe import Checkout

TOO_EARLY = "too-early"
NO_PAGE = Refusal(
    503,
    "payments-unavailable",
    "Our payment partner does not answer right now. Nothing was charged; please try again.",
    retry_after_seconds=30,
)


def write(account_id: str, amount_micros: int, id: str) -> Order:
    """A new open order; one with this id that is there already is answered as it is."""
    order = Order(
        f"ORDER#{id}",
        account_id=account_id,
        amount_micros=amount_micros,
        currency=profile.current().currency,
        state="open",
        created_at=clock.render(ids.made_at(id)),
    )
    try:
        tables.write(lambda: order.save(condition=Order.id.does_not_exist()))
    except ConditionFailed:
        return Order.get(order.id, consistent_read=True)
    return order


def find(id: str) -> Order | None:
    """The order, from a consistent read."""
    return Order.stored(f"ORDER#{id}")


def unknown(id: str) -> Refusal:
    """What to say where Stripe tells of an order that is not there yet, so that it comes again."""
    log.error("alarm", extra={"alarm": "order-unknown", "order": id})
    return Refusal(503, TOO_EARLY, "We do not know this order yet.", retry_after_seconds=60)


def number(order: Order) -> str:
    """An order's id as people see it."""
    return order.id.partition("#")[2]


def note_page(order: Order, checkout: Checkout) -> Order:
    """Remember where the order can be paid."""
    order.checkout_id, order.checkout_url = checkout.id, checkout.url
    actions: list[Action] = [
        Order.checkout_id.set(checkout.id),
        Order.checkout_url.set(checkout.url or ""),
    ]
    tables.write(lambda: Order(order.id).update(actions=actions))
    return order


def end(id: str, state: str) -> bool:
    """Only an open order ends unpaid: a late word never undoes a payment."""
    try:
        key = Order(f"ORDER#{id}")
        tables.write(lambda: key.update(actions=[Order.state.set(state)], condition=Order.state == "open"))
    except ConditionFailed:
        log.info("order has ended", extra={"order": id})
        return False
    return True
