"""What people set for their credit, and their receipts, as the API tells them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from chalicelib.core.shapes import Money
from chalicelib.money.funds import Funds
from chalicelib.money.models import Order
from chalicelib.money.receipts import Receipt as MadeReceipt
from chalicelib.policy import profile

Micros = Annotated[int, msgspec.Meta(ge=0, le=10_000_000_000)]


class NewLimits(msgspec.Struct, forbid_unknown_fields=True):
    """What one call, and all calls of a UTC day, may cost at most; what is left out has no limit.

    `high_risk_countries` lets calls go where fraudsters often earn on them; left out, it is off.
    """

    call_micros: Micros | None = None
    day_micros: Micros | None = None
    high_risk_countries: bool = False


class Limits(msgspec.Struct):
    """Your limits, and what the calls of this UTC day cost and hold. All amounts are in `currency`."""

    call_micros: int | None
    day_micros: int | None
    day: str
    day_spent_micros: int
    live_calls: int
    high_risk_countries: bool
    currency: str


class NewAutoTopup(msgspec.Struct, forbid_unknown_fields=True):
    """Whether to charge your card, and then when and how much; the threshold is at most the amount."""

    enabled: bool
    threshold_micros: Annotated[int, msgspec.Meta(ge=1, le=10_000_000_000)] | None = None
    amount_micros: Annotated[int, msgspec.Meta(ge=1, le=10_000_000_000)] | None = None


class AutoTopup(msgspec.Struct):
    """Whether calls that take your credit below `threshold` have `amount` charged to your saved card.

    Without a saved card it is off until one is saved at `checkout_url`.
    """

    enabled: bool
    threshold: Money | None
    amount: Money | None
    card_saved: bool
    checkout_id: str | None = None
    checkout_url: str | None = None


class Receipt(msgspec.Struct):
    """One payment; `kind` is checkout, or auto for a charge of your saved card.

    `seller` is the name and the address of who sold the credit.
    """

    id: str
    at: str
    kind: str
    amount: Money
    tax: Money
    total: Money
    payment_intent: str
    seller: str


class ReceiptList(msgspec.Struct):
    """Your payments, newest first."""

    items: list[Receipt]
    next_cursor: str | None


def show_limits(funds: Funds, today: str) -> Limits:
    return Limits(
        call_micros=funds.call_cap_micros,
        day_micros=funds.day_cap_micros,
        day=today,
        day_spent_micros=funds.spent_on(today),
        live_calls=profile.current().live_calls,
        high_risk_countries=funds.high_risk_calls,
        currency=funds.currency,
    )


def show_auto_topup(funds: Funds, order: Order | None = None) -> AutoTopup:
    enabled = funds.auto_threshold_micros is not None and funds.payment_method is not None
    return AutoTopup(
        enabled=enabled,
        threshold=_money(funds.auto_threshold_micros, funds.currency),
        amount=_money(funds.auto_amount_micros, funds.currency),
        card_saved=funds.payment_method is not None,
        checkout_id=order.checkout_id if order else None,
        checkout_url=order.checkout_url if order else None,
    )


def show_receipt(made: MadeReceipt) -> Receipt:
    return Receipt(
        id=made.id,
        at=made.at,
        kind=made.kind,
        amount=Money(made.amount_micros, made.currency),
        tax=Money(made.tax_micros, made.currency),
        total=Money(made.amount_micros + made.tax_micros, made.currency),
        payment_intent=made.payment_intent,
        seller=made.seller,
    )


def _money(amount_micros: int | None, currency: str) -> Money | None:
    return None if amount_micros is None else Money(amount_micros, currency)
