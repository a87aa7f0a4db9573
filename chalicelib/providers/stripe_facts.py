"""What Stripe's objects say, in our words. Amounts are micros, moments are the objects' own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from chalicelib.core import clock, settings
from chalicelib.providers.stripe import MICROS_PER_CENT

T = TypeVar("T")
R = TypeVar("R")
Reference = Annotated[str, Meta(pattern=r"\A[ -~]{1,500}\Z")]
"""An id of Stripe's, or what we noted there: it keeps 500 characters, far less than a key may have."""
Currency = Annotated[str, Meta(pattern=r"\A[A-Z]{3}\Z")]
LARGEST_CENTS = 10**12
REFUND_STATES = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}
DISPUTE_PHASES = {
    "needs_response": "opened",
    "under_review": "opened",
    "appeal_needs_response": "opened",
    "appeal_under_review": "opened",
    "won": "won",
    "lost": "lost",
    "prevented": "prevented",
}


class Unclear(Exception):
    """An object of Stripe's is not made as Stripe makes them; the message names what, never whose."""


@dataclass(frozen=True)
class Paid:
    """An order was paid: `amount_micros` is its net price, `tax_micros` came on top.

    `checkout_id` is None for a charge of a saved card.
    """

    order_id: Reference
    payment_intent: Reference
    amount_micros: int
    tax_micros: int
    currency: Currency
    created_at: datetime
    checkout_id: Reference | None
    customer: Reference | None


@dataclass(frozen=True)
class Unpaid:
    """A page of an order ended without a payment: `outcome` is failed or expired.

    `customer` is who was made for a payment that then failed, and serves nothing any more.
    """

    order_id: Reference
    outcome: str
    customer: Reference | None = None


@dataclass(frozen=True)
class Charged:
    """A payment of ours went through; what it was for has to be asked."""

    payment_intent: Reference


@dataclass(frozen=True)
class GaveBack:
    """Some of a payment was refunded; each refund has to be asked for."""

    payment_intent: Reference


@dataclass(frozen=True)
class CardSaved:
    """A card may be charged from now on; `payment_method` is None where the page does not tell it."""

    order_id: Reference
    setup_intent: Reference
    customer: Reference | None
    payment_method: Reference | None


@dataclass(frozen=True)
class RefundFact:
    """One refund of a payment, tax included; `state` is pending, succeeded or failed.

    `reservation` is the key under which we set the credit aside, where the refund was our wish.
    """

    id: Reference
    payment_intent: Reference
    amount_micros: int
    currency: Currency
    created_at: datetime
    state: str
    reservation: Reference | None


@dataclass(frozen=True)
class DisputeFact:
    """One dispute of a payment, tax included; `phase` is inquiry, opened, won, lost or prevented."""

    id: Reference
    payment_intent: Reference
    amount_micros: int
    currency: Currency
    created_at: datetime
    phase: str


@dataclass(frozen=True)
class FraudWarning:
    """A card network holds a payment for fraud."""

    id: Reference
    payment_intent: Reference


Fact = Paid | Unpaid | Charged | GaveBack | CardSaved | RefundFact | DisputeFact | FraudWarning


def paid_by_session(session: Any, *, proven: bool = False) -> Paid | None:
    """The payment behind a checkout session of ours; None where there is none.

    `proven` says that its intent is known to have gone through: the session may lag behind it.
    """
    order_id = order_of(session)
    paid = session["mode"] == "payment" and (proven or session["payment_status"] == "paid")
    if order_id is None or not paid:
        return None
    net_micros = micros(session["amount_subtotal"])
    return Paid(
        order_id=order_id,
        payment_intent=reference(session["payment_intent"]) or session["id"],
        amount_micros=net_micros,
        tax_micros=micros(session["amount_total"]) - net_micros,
        currency=session["currency"].upper(),
        created_at=clock.from_epoch(session["created"]),
        checkout_id=session["id"],
        customer=reference(session["customer"]),
    )


def paid_by_intent(intent: Any) -> Paid | None:
    """A charge of a saved card, which has no session."""
    order_id = order_of(intent)
    if order_id is None or intent["status"] != "succeeded":
        return None
    return Paid(
        order_id=order_id,
        payment_intent=intent["id"],
        amount_micros=micros(intent["amount_received"]),
        tax_micros=0,
        currency=intent["currency"].upper(),
        created_at=clock.from_epoch(intent["created"]),
        checkout_id=None,
        customer=reference(intent["customer"]),
    )


def of_refund(refund: Any) -> RefundFact | None:
    """None for a refund of something that is no PaymentIntent; a word that we do not know decides nothing."""
    payment_intent = reference(refund["payment_intent"])
    if payment_intent is None:
        return None
    return RefundFact(
        id=refund["id"],
        payment_intent=payment_intent,
        amount_micros=micros(refund["amount"]),
        currency=refund["currency"].upper(),
        created_at=clock.from_epoch(refund["created"]),
        state=REFUND_STATES.get(refund["status"] or "pending", "pending"),
        reservation=_noted(refund["metadata"], "reservation"),
    )


def of_dispute(dispute: Any, phase: str | None = None) -> DisputeFact | None:
    """A dispute in `phase`, or else in the one that its status tells; its warnings are inquiries."""
    payment_intent = reference(dispute["payment_intent"])
    if payment_intent is None:
        return None
    return DisputeFact(
        id=dispute["id"],
        payment_intent=payment_intent,
        amount_micros=micros(dispute["amount"]),
        currency=dispute["currency"].upper(),
        created_at=clock.from_epoch(dispute["created"]),
        phase=phase or DISPUTE_PHASES.get(dispute["status"], "inquiry"),
    )


def clear(meaning: Callable[[T], R], thing: T) -> R:
    """What something means; raises Unclear where it is not made as expected, in whatever way."""
    try:
        meant = meaning(thing)
        if is_dataclass(meant) and not isinstance(meant, type):
            msgspec.convert(asdict(meant), type(meant))
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        raise Unclear(type(error).__name__) from None
    return meant


def micros(cents: object) -> int:
    """An amount in cents; text is refused before it is multiplied."""
    if type(cents) is not int or not 0 <= cents <= LARGEST_CENTS:
        raise Unclear("amount")
    return cents * MICROS_PER_CENT


def order_of(thing: Any) -> str | None:
    """The order that a session or an intent was made for; None when it is not ours.

    Older ones do not name the service.
    """
    if _noted(thing["metadata"], "service") not in (None, settings.current().stage):
        return None
    return _noted(thing["metadata"], "order")


def reference(found: str | Mapping[str, Any] | None) -> str | None:
    """Stripe gives an object in place of its id where a caller expanded it."""
    return found if isinstance(found, str) or found is None else str(found["id"])


def _noted(metadata: Any, name: str) -> str | None:
    """Stripe's objects know `in` and brackets, but not `get`."""
    return str(metadata[name]) if metadata and name in metadata else None
