"""Receipts: a mail for each payment, and the list of all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.core import clock
from chalicelib.money import ledger, letters, orders, payments
from chalicelib.money.holds import Overdue
from chalicelib.money.models import Order, Payment

LOOKED_AT = 200
"""Orders a page looks at: most of them were paid."""


@dataclass(frozen=True)
class Receipt:
    """One payment; `id` is its order's, `kind` is checkout, or auto for a charge of the saved card."""

    id: str
    at: str
    kind: str
    amount_micros: int
    tax_micros: int
    currency: str
    payment_intent: str


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
    )
    return True


def page(account_id: str, limit: int, before: str | None) -> tuple[list[Receipt], str | None]:
    """At most `limit` receipts, newest first, of orders before the one named; and where to go on."""
    found: list[Receipt] = []
    last = None
    for looked_at, order_key in enumerate(_orders(account_id, before)):
        if len(found) == limit or looked_at == LOOKED_AT:
            return found, last
        last = order_key
        order = Order.get(order_key, consistent_read=True)
        payment = payments.find(order.payment_intent) if order.payment_intent else None
        if payment:
            found.append(_receipt(order, payment))
    return found, None


def _orders(account_id: str, before: str | None) -> Iterator[str]:
    """Keys of an account's orders, newest first. The index may lag a moment behind a new one."""
    keys = Order.id.between("ORDER#", before) if before else Order.id.startswith("ORDER#")
    for found in Order.by_account.query(account_id, keys, scan_index_forward=False):
        if found.id != before:
            yield found.id


def _receipt(order: Order, payment: Payment) -> Receipt:
    return Receipt(
        id=orders.number(order),
        at=payment.created_at,
        kind=order.kind or "checkout",
        amount_micros=payment.amount_micros,
        tax_micros=payment.tax_micros or 0,
        currency=payment.currency,
        payment_intent=payments.number(payment),
    )
