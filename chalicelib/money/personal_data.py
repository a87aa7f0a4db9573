"""What money holds of a person: Stripe's customers, of payments and of a saved card, and when to charge it.

Entries and orders carry no person and stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from chalicelib.core import extracts, tables
from chalicelib.core.extracts import Batch, Extract
from chalicelib.core.scan import Part
from chalicelib.core.subjects import Erased, Kind, Row, Subject
from chalicelib.money import cards, ledger
from chalicelib.money.ledger import HoldGone
from chalicelib.money.models import BALANCE, Balance, Entry, Order, Payment, Progress
from chalicelib.providers import stripe

ROUND = 20


def _with_customer(subject: Subject) -> list[Payment]:
    found = []
    for key in Payment.by_account.query(subject.account_id, Payment.id.startswith("PI#")):
        payment = Payment.get(key.id, consistent_read=True)
        if payment.customer:
            found.append(payment)
    return found


def _find(subject: Subject) -> int:
    return len(_with_customer(subject))


def _erase(subject: Subject) -> Erased:
    """At Stripe first: while we still know the customer, the erasure can be tried again."""
    payments = _with_customer(subject)
    for payment in payments[:ROUND]:
        stripe.delete_customer(str(payment.customer))
        _forget_customer(payment)
    done = min(len(payments), ROUND)
    return Erased("more" if len(payments) > ROUND else "erased", done)


def _forget_customer(payment: Payment) -> None:
    tables.write(lambda: payment.update(actions=[Payment.customer.remove()]))


def _sample(subject: Subject) -> list[str]:
    return [str(payment.customer) for payment in _with_customer(subject)[:ROUND]]


def _replaced(subject: Subject) -> list[str]:
    """Errands for customers in whose place came another: nothing else knows of them any more."""
    return [key for key in ledger.funds(subject.account_id).holds if key.startswith(cards.FORGET_CUSTOMER)]


def _find_card(subject: Subject) -> int:
    saved = 1 if ledger.funds(subject.account_id).customer else 0
    return saved + len(_replaced(subject))


def _erase_card(subject: Subject) -> Erased:
    replaced = _replaced(subject)
    for key in replaced:
        stripe.delete_customer(key.removeprefix(cards.FORGET_CUSTOMER))
        with suppress(HoldGone):
            ledger.book(subject.account_id, None, release=key)
    return Erased("erased", len(replaced) + cards.erase(subject.account_id))


def _wishes(subject: Subject) -> list[Order]:
    """Orders that still tell below which credit a card was to be charged."""
    keys = [key.id for key in Order.by_account.query(subject.account_id, Order.id.startswith("ORDER#"))]
    return [
        order for order in Order.batch_get(keys, consistent_read=True) if order.threshold_micros is not None
    ]


def _find_wishes(subject: Subject) -> int:
    return len(_wishes(subject))


def _erase_wishes(subject: Subject) -> Erased:
    """The order is a record of what was wished for, and stays; the wish goes with the card."""
    found = _wishes(subject)
    for order in found:
        tables.write(partial(order.update, actions=[Order.threshold_micros.remove()]))
    return Erased("erased", len(found))


ROWS = [
    Row(
        "stripe_customers",
        "ledger",
        _find,
        _erase,
        store="payments",
        processor="stripe",
        sample=_sample,
        remains=stripe.has_customer,
    ),
    Row("saved_cards", "saved_card", _find_card, _erase_card, store="balances", processor="stripe"),
    Row("card_wishes", "saved_card", _find_wishes, _erase_wishes, store="payments"),
]
KINDS = [
    Kind(Balance, BALANCE, "ledger"),
    Kind(Entry, "ENTRY#", "ledger"),
    Kind(Order, "ORDER#", "ledger"),
    Kind(Payment, "PI#", "ledger"),
    Kind(Progress, "RECONCILED", None),
]


CARD = ("customer", "payment_method", "auto_threshold_micros")
FOUND_BY = {"sk", "sweep_shard", "sweep_at"}
FUNDS = extracts.fields(Balance, without=FOUND_BY)
ENTRY = extracts.fields(Entry, without=FOUND_BY)
ORDER = extracts.fields(Order)
PAYMENT = extracts.fields(Payment)


def _funds(subject: Subject, _: str | None) -> Iterator[Batch]:
    return extracts.single(Balance, FUNDS, subject.account_id, BALANCE)


def _entries(subject: Subject, after: str | None) -> Iterator[Batch]:
    part = Part("balances", "account_id", subject.account_id, "sk", "ENTRY#", "ENTRY#~")
    return extracts.scanned(part, ENTRY, after)


def _orders(subject: Subject, after: str | None) -> Iterator[Batch]:
    return extracts.listed(Order, ORDER, partial(Order.by_account.query, subject.account_id), after, "ORDER#")


def _payments(subject: Subject, after: str | None) -> Iterator[Batch]:
    return extracts.listed(
        Payment, PAYMENT, partial(Payment.by_account.query, subject.account_id), after, "PI#"
    )


EXTRACTS = [
    Extract("balance", "ledger", FUNDS, _funds, {"saved_card": CARD}),
    Extract("entries", "ledger", ENTRY, _entries),
    Extract("orders", "ledger", ORDER, _orders),
    Extract("payments", "ledger", PAYMENT, _payments),
]
