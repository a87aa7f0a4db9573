"""Top-ups: an order, and a page to pay it on."""

from __future__ import annotations

from chalicelib.core import settings
from chalicelib.core.errors import FieldError, ProviderError, Refusal, not_found
from chalicelib.money import holds, ledger, orders
from chalicelib.money.models import Order
from chalicelib.money.rules import CENT_MICROS
from chalicelib.policy import profile
from chalicelib.providers import stripe
from chalicelib.providers.stripe import Checkout


def start(account_id: str, amount_micros: int, order_id: str) -> Order:
    """Write the order, then ask Stripe for its page; an order that was begun before is finished.

    Refusals: 409 suspended, 422 amount, 503 no answer.
    """
    check_amount(amount_micros)
    holds.check_open(ledger.funds(account_id))
    order = orders.write(account_id, amount_micros, order_id)
    if order.account_id != account_id:
        raise not_found("top-up")
    return order if order.checkout_id else orders.note_page(order, _ask_for_page(order))


def find(account_id: str, order_id: str) -> Order:
    """One's own order, or 404."""
    order = orders.find(order_id)
    if order is None or order.account_id != account_id or order.kind == "card":
        raise not_found("top-up")
    return order


def _ask_for_page(order: Order) -> Checkout:
    site = settings.current().public_url
    try:
        return stripe.start_checkout(
            orders.number(order),
            order.amount_micros,
            order.currency,
            product=f"{profile.current().title} call credit",
            success_url=f"{site}/topup/done?order={orders.number(order)}",
            cancel_url=f"{site}/topup/cancelled?order={orders.number(order)}",
            automatic_tax=profile.current().automatic_tax,
        )
    except ProviderError:
        raise orders.NO_PAGE from None


def check_amount(amount_micros: int) -> None:
    """Refuses (422) what the profile does not sell."""
    low, high = profile.current().topup_minimum_micros, profile.current().topup_maximum_micros
    if not low <= amount_micros <= high or amount_micros % CENT_MICROS:
        sentence = f"Choose whole cents from {low // 1_000_000} to {high // 1_000_000}."
        raise Refusal(422, "invalid", sentence, [FieldError("amount_micros", sentence)])
