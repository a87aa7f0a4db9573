"""Money as the API tells it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from chalicelib.core.shapes import Money
from chalicelib.money import orders
from chalicelib.money.models import Entry, Order


class Balance(msgspec.Struct):
    """Credit that is free, and credit set aside for live calls."""

    available: Money
    held: Money
    currency: str
    status: str


class StripeEvent(msgspec.Struct):
    """What Stripe posts, as far as we read it: what `data` holds follows from `type`."""

    id: str
    type: str
    livemode: bool
    data: dict[str, Any]


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


def show_entry(entry: Entry) -> LedgerEntry:
    return LedgerEntry(
        id=f"{entry.kind}:{entry.cause}",
        at=entry.at,
        kind=entry.kind,
        amount=Money(entry.amount_micros, entry.currency),
        cause=entry.cause,
        balance_after=Money(entry.balance_after_micros, entry.currency),
    )


def show_topup(order: Order) -> Topup:
    return Topup(
        id=orders.number(order),
        checkout_id=order.checkout_id,
        checkout_url=order.checkout_url,
        state=order.state,
        amount=Money(order.amount_micros, order.currency),
        payment_intent=order.payment_intent,
    )
