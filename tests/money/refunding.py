"""What refund tests do again and again."""

from __future__ import annotations

from chalicelib.core import clock, ids
from chalicelib.money import ledger, payments, refund_requests, refunds
from chalicelib.money.ledger import Movement
from chalicelib.money.refund_requests import Refund
from chalicelib.providers import stripe_records
from tests.money.payer import Payer

TEN = 10_000_000


def give_back(payer: Payer, amount_micros: int | None = None, request_id: str | None = None) -> Refund:
    return refunds.start(payer.account_id, amount_micros, request_id or new_id())


def new_id() -> str:
    return ids.new("ref", clock.now())


def spend(payer: Payer, amount_micros: int) -> None:
    call = ids.new("call", clock.now())
    ledger.book(payer.account_id, Movement("call", call, ids.made_at(call), -amount_micros))


def reservations(payer: Payer) -> dict[str, int]:
    """Keys and amounts of what is set aside for refunds."""
    holds_now = payer.funds.holds
    return {key: holds_now[key]["amount"] for key in holds_now if refund_requests.is_reservation(key)}


def finish(payer: Payer) -> None:
    """What the sweep does for each reservation."""
    for key in reservations(payer):
        refunds.ask_again(payer.account_id, key)


def refunded_at_stripe(payer: Payer) -> int:
    """What Stripe has given back of an account's payments, tax included."""
    made = payments.newest_first(payer.account_id)
    found = (fact for payment in made for fact in stripe_records.refunds_of(payments.number(payment)))
    return sum(fact.amount_micros for fact in found if fact.state != "failed")
