"""Refunds as the API tells them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from chalicelib.core.shapes import Money
from chalicelib.money import refund_requests


class NewRefund(msgspec.Struct, forbid_unknown_fields=True):
    """How much unused credit to give back, in whole cents and at least 1; all of it when this is left out."""

    amount_micros: Annotated[int, msgspec.Meta(ge=1, le=10_000_000_000)] | None = None


class RefundPart(msgspec.Struct):
    """What goes back of one payment; `state` is pending, succeeded or failed."""

    payment_intent: str
    state: str
    amount: Money
    refund: str | None


class Refund(msgspec.Struct):
    """Credit that goes back to how it was paid. `amount` is what has not failed of it, without tax."""

    id: str
    at: str
    state: str
    amount: Money
    parts: list[RefundPart]


class RefundList(msgspec.Struct):
    """Refunds, newest first."""

    items: list[Refund]
    next_cursor: str | None


def show_refund(refund: refund_requests.Refund) -> Refund:
    return Refund(
        id=refund.id,
        at=refund.created_at,
        state=refund.state,
        amount=Money(refund.amount_micros, refund.currency),
        parts=[
            RefundPart(
                part.payment_intent,
                part.state,
                Money(part.amount_micros, refund.currency),
                part.refund_id,
            )
            for part in refund.parts
        ],
    )
