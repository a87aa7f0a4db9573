"""Top-ups: an order, a page to pay it, and one credit for it, however often Stripe tells us."""

from __future__ import annotations

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action

from chalicelib.core import clock, ids, settings, tables
from chalicelib.core.errors import FieldError, ProviderError, Refusal, not_found
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.money import holds, ledger
from chalicelib.money.ledger import Movement
from chalicelib.money.models import Order, Payment
from chalicelib.policy import profile
from chalicelib.providers import stripe
from chalicelib.providers.stripe import Checkout, Event


def start(account_id: str, amount_micros: int, order_id: str) -> Order:
    """Write the order, then ask Stripe for its page; an order that was begun before is finished.

    Refusals: 409 suspended, 422 amount, 503 no answer.
    """
    _check_amount(amount_micros)
    holds.check_open(ledger.funds(account_id))
    order = Order(
        f"ORDER#{order_id}",
        account_id=account_id,
        amount_micros=amount_micros,
        currency=profile.current().currency,
        state="open",
        created_at=clock.render(ids.made_at(order_id)),
    )
    try:
        tables.write(lambda: order.save(condition=Order.id.does_not_exist()))
    except ConditionFailed:
        order = find(account_id, order_id)
        if order.checkout_id:
            return order
    checkout = _ask_for_page(order)
    order.checkout_id, order.checkout_url = checkout.id, checkout.url
    actions: list[Action] = [
        Order.checkout_id.set(checkout.id),
        Order.checkout_url.set(checkout.url or ""),
    ]
    tables.write(lambda: Order(order.id).update(actions=actions))
    return order


def find(account_id: str, order_id: str) -> Order:
    """One's own order, or 404."""
    order = _order(order_id)
    if order is None or order.account_id != account_id:
        raise not_found("top-up")
    return order


def follow(event: Event) -> None:
    """Do what a checkout's event asks for; other events change nothing."""
    checkout = event.checkout
    if checkout is None or checkout.order_id is None or event.outcome == "other":
        return
    order = _order(checkout.order_id)
    if order is None:
        # The order is written before Stripe hears of it: ours and too early, so let Stripe come again.
        log.error("alarm", extra={"alarm": "order-unknown", "event": event.id, "order": checkout.order_id})
        raise Refusal(503, "too-early", "We do not know this order yet.", retry_after_seconds=60)
    if event.outcome == "paid":
        _credit(order, checkout)
    else:
        _end(order, event.outcome)


def number(order: Order) -> str:
    """An order's id as people see it."""
    return order.id.partition("#")[2]


def _credit(order: Order, checkout: Checkout) -> None:
    payment_intent = checkout.payment_intent
    fits = (checkout.amount_micros, checkout.currency) == (order.amount_micros, order.currency)
    if not fits or payment_intent is None:
        log.error("alarm", extra={"alarm": "suspense", "order": order.id, "checkout": checkout.id})
        _end(order, "suspense")
        return
    cause = Movement("topup", payment_intent, ids.made_at(number(order)), order.amount_micros)
    payment = Payment(
        f"PI#{payment_intent}",
        account_id=order.account_id,
        order_id=order.id,
        checkout_id=checkout.id,
        amount_micros=order.amount_micros,
        currency=order.currency,
        created_at=order.created_at,
        customer=checkout.customer,
    )

    def join(transaction: Transaction) -> None:
        transaction.put("payment", payment, Payment.id.does_not_exist())
        actions = [Order.state.set("paid"), Order.payment_intent.set(payment_intent)]
        transaction.update("order", Order(order.id), actions, Order.id.exists())

    try:
        ledger.book(order.account_id, cause, join=join)
    except ConditionFailed as failed:
        if "entry" not in failed.names:
            raise


def _end(order: Order, state: str) -> None:
    """Only an open order ends unpaid: a late word never undoes a payment."""
    try:
        tables.write(
            lambda: Order(order.id).update(actions=[Order.state.set(state)], condition=Order.state == "open")
        )
    except ConditionFailed:
        log.info("order has ended", extra={"order": order.id})


def _ask_for_page(order: Order) -> Checkout:
    site = settings.current().public_url
    try:
        return stripe.start_checkout(
            number(order),
            order.amount_micros,
            order.currency,
            product=f"{profile.current().title} call credit",
            success_url=f"{site}/topup/done?order={number(order)}",
            cancel_url=f"{site}/topup/cancelled?order={number(order)}",
        )
    except ProviderError:
        sentence = "Our payment partner does not answer right now. Nothing was charged; please try again."
        raise Refusal(503, "payments-unavailable", sentence, retry_after_seconds=30) from None


def _check_amount(amount_micros: int) -> None:
    low, high = profile.current().topup_minimum_micros, profile.current().topup_maximum_micros
    if not low <= amount_micros <= high or amount_micros % stripe.MICROS_PER_CENT:
        sentence = f"Choose whole cents from {low // 1_000_000} to {high // 1_000_000}."
        raise Refusal(422, "invalid", sentence, [FieldError("amount_micros", sentence)])


def _order(order_id: str) -> Order | None:
    try:
        return Order.get(f"ORDER#{order_id}", consistent_read=True)
    except DoesNotExist:
        return None
