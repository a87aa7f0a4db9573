"""What money holds of a person: only Stripe's customers, of payments and of a saved card.

Entries and orders carry no person and stay.
"""

from __future__ import annotations

from chalicelib.core import tables
from chalicelib.core.errors import ProviderError
from chalicelib.core.subjects import Erased, Kind, Row, Subject
from chalicelib.money import cards, ledger
from chalicelib.money.models import BALANCE, Balance, Entry, Order, Payment, Progress
from chalicelib.providers import stripe

ROUND = 20
RETRY_SECONDS = 3600


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
    try:
        for payment in payments[:ROUND]:
            stripe.delete_customer(str(payment.customer))
            _forget_customer(payment)
    except ProviderError:
        return Erased("later", wait_seconds=RETRY_SECONDS)
    done = min(len(payments), ROUND)
    return Erased("more" if len(payments) > ROUND else "erased", done)


def _forget_customer(payment: Payment) -> None:
    tables.write(lambda: payment.update(actions=[Payment.customer.remove()]))


def _find_card(subject: Subject) -> int:
    return 1 if ledger.funds(subject.account_id).customer else 0


def _erase_card(subject: Subject) -> Erased:
    try:
        return Erased("erased", cards.erase(subject.account_id))
    except ProviderError:
        return Erased("later", wait_seconds=RETRY_SECONDS)


ROWS = [
    Row("stripe_customers", "ledger", _find, _erase, store="payments", processor="stripe"),
    Row("saved_cards", "saved_card", _find_card, _erase_card, store="balances", processor="stripe"),
]
KINDS = [
    Kind(Balance, BALANCE, "ledger"),
    Kind(Entry, "ENTRY#", "ledger"),
    Kind(Order, "ORDER#", "ledger"),
    Kind(Payment, "PI#", "ledger"),
    Kind(Progress, "RECONCILED", None),
]
