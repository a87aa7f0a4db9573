"""Money over HTTP: balance, ledger, top-ups, and Stripe's webhook."""

from __future__ import annotations

from typing import Annotated

import msgspec
from chalice import Blueprint

from chalicelib.core import cursors
from chalicelib.core.doors import door
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.core.shapes import Money, Page
from chalicelib.money import ledger, topups
from chalicelib.money.models import Entry, Order
from chalicelib.providers import stripe

routes = Blueprint(__name__)


class Balance(msgspec.Struct):
    """Credit that is free, and credit set aside for live calls."""

    available: Money
    held: Money
    currency: str
    status: str


class LedgerEntry(msgspec.Struct):
    """One movement. The sum of all entries is available + held."""

    id: str
    at: str
    kind: str
    amount: Money
    cause: str
    balance_after: Money


class Ledger(msgspec.Struct):
    """Movements, newest first."""

    items: list[LedgerEntry]
    next_cursor: str | None


class NewTopup(msgspec.Struct, forbid_unknown_fields=True):
    """How much credit to buy, in whole cents."""

    amount_micros: Annotated[int, msgspec.Meta(ge=1, le=10_000_000_000)]


class Topup(msgspec.Struct):
    """An order for credit; `checkout_url` is Stripe's page to pay it on."""

    id: str
    checkout_id: str | None
    checkout_url: str | None
    state: str
    amount: Money
    payment_intent: str | None


@door(routes, "GET", "/api/balance", session=True, answers={200: Balance})
def get_balance(signed_in: SignedIn) -> Balance:
    """Your credit."""
    funds = ledger.funds(signed_in.account_id)
    return Balance(
        available=Money(funds.available_micros, funds.currency),
        held=Money(funds.held_micros, funds.currency),
        currency=funds.currency,
        status=funds.status,
    )


@door(routes, "GET", "/api/ledger", session=True, query=Page, answers={200: Ledger})
def list_ledger(signed_in: SignedIn, query: Page) -> Ledger:
    """Every movement of your credit, newest first."""
    owner = f"ledger:{signed_in.account_id}"
    before = cursors.unseal(owner, query.cursor)["before"] if query.cursor else None
    found = ledger.entries(signed_in.account_id, query.limit + 1, before)
    more = len(found) > query.limit
    shown = found[: query.limit]
    return Ledger(
        items=[_entry(entry) for entry in shown],
        next_cursor=cursors.seal(owner, {"before": shown[-1].sk}) if more else None,
    )


@door(routes, "POST", "/api/topups", session=True, body=NewTopup, answers={201: Topup}, refusals=(404,))
def start_topup(signed_in: SignedIn, body: NewTopup) -> Topup:
    """Order credit; pay it on the page at `checkout_url`."""
    return _topup(topups.start(signed_in.account_id, body.amount_micros))


@door(routes, "GET", "/api/topups/{id}", session=True, answers={200: Topup}, refusals=(404,))
def get_topup(signed_in: SignedIn, id: str) -> Topup:
    """What became of an order: open, paid, failed or expired."""
    return _topup(topups.find(signed_in.account_id, id))


@door(routes, "POST", "/api/webhooks/stripe", webhook=True, answers={200: None})
def hear_stripe(request: Incoming) -> None:
    """Stripe's webhook, signed by Stripe; the same event may come any number of times."""
    topups.follow(stripe.read_event(request))


def _entry(entry: Entry) -> LedgerEntry:
    return LedgerEntry(
        id=f"{entry.kind}:{entry.cause}",
        at=entry.at,
        kind=entry.kind,
        amount=Money(entry.amount_micros, entry.currency),
        cause=entry.cause,
        balance_after=Money(entry.balance_after_micros, entry.currency),
    )


def _topup(order: Order) -> Topup:
    return Topup(
        id=topups.number(order),
        checkout_id=order.checkout_id,
        checkout_url=order.checkout_url,
        state=order.state,
        amount=Money(order.amount_micros, order.currency),
        payment_intent=order.payment_intent,
    )
