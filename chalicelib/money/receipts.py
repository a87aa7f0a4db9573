"""Receipts: a mail for each payment, each by itself, and the list of all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.core import clock, settings
from chalicelib.core.errors import not_found
from chalicelib.money import ledger, letters, orders, payments
from chalicelib.money.holds import Overdue
from chalicelib.money.models import Order

LOOKED_AT = 200
"""Orders a page looks at: most of them were paid."""


@dataclass(frozen=True)
class Receipt:
    """One payment; `id` is its order's, `kind` is checkout, or auto for a charge of the saved card.

    `seller` is name and postal address of who runs the service now.
    """

    id: str
    at: str
    kind: str
    amount_micros: int
    tax_micros: int
    currency: str
    payment_intent: str
    seller: str


def send(found: Overdue) -> bool:
    """Mail the receipt that a payment left to be sent."""
    payment = payments.find(found.key.removeprefix(ledger.RECEIPT))
    assert payment, "the receipt is asked for in its payment's transaction"
    tax_micros = payment.tax_micros or 0
    letters.send(
        found.account_id,
        "receipt",
        paid_at=clock.parse(payment.created_at),
        order=payment.order_id.partition("#")[2],
        credit=letters.amount(payment.amount_micros, payment.currency),
        tax=letters.amount(tax_micros, payment.currency),
        total=letters.amount(payment.amount_micros + tax_micros, payment.currency),
        seller=settings.current().controller,
    )
    return True


def find(account_id: str, order_id: str) -> Receipt:
    """The receipt of one's own paid order, or 404."""
    order = orders.find(order_id)
    receipt = _receipt(order) if order and order.account_id == account_id else None
    if receipt is None:
        raise not_found("receipt")
    return receipt


def page(account_id: str, limit: int, before: str | None) -> tuple[list[Receipt], str | None]:
    """At most `limit` receipts, newest first, of orders before the one named; and where to go on."""
    found: list[Receipt] = []
    last = None
    for looked_at, order_key in enumerate(_orders(account_id, before)):
        if len(found) == limit or looked_at == LOOKED_AT:
            return found, last
        last = order_key
        receipt = _receipt(Order.get(order_key, consistent_read=True))
        if receipt:
            found.append(receipt)
    return found, None


def _orders(account_id: str, before: str | None) -> Iterator[str]:
    """Keys of an account's orders, newest first. The index may lag a moment behind a new one."""
    keys = Order.id.between("ORDER#", before) if before else Order.id.startswith("ORDER#")
    for found in Order.by_account.query(account_id, keys, scan_index_forward=False):
        if found.id != before:
            yield found.id


def _receipt(order: Order) -> Receipt | None:
    """None for an order that was not paid."""
    payment = payments.find(order.payment_intent) if order.payment_intent else None
    if payment is None:
        return None
    return Receipt(
        id=orders.number(order),
        at=payment.created_at,
        kind=order.kind or "checkout",
        amount_micros=payment.amount_micros,
        tax_micros=payment.tax_micros or 0,
        currency=payment.currency,
        payment_intent=payments.number(payment),
        seller=settings.current().controller,
    )
