"""What Stripe itself has on record, asked when an event does not say it all, or never came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.core import clock
from chalicelib.providers import stripe_facts
from chalicelib.providers.stripe import MICROS_PER_CENT, asking
from chalicelib.providers.stripe_facts import DisputeFact, Paid, RefundFact

PAGE = 100
T = TypeVar("T")


def find_paid(payment_intent: str) -> Paid | None:
    """What a PaymentIntent that went through has paid; None when it is not ours.

    Its session alone tells the net price; a charge of a saved card has none.
    """
    params: Any = {"payment_intent": payment_intent, "limit": 1}
    with asking() as client:
        found = client.v1.checkout.sessions.list(params).data
        if found:
            return stripe_facts.paid_by_session(found[0], proven=True)
        return stripe_facts.paid_by_intent(client.v1.payment_intents.retrieve(payment_intent))


def give_back(payment_intent: str, amount_micros: int, reservation: str) -> RefundFact:
    """Refund a part of a payment; asked again under the same reservation, it is the same refund."""
    params: Any = {
        "payment_intent": payment_intent,
        "amount": amount_micros // MICROS_PER_CENT,
        "metadata": {"reservation": reservation},
    }
    with asking() as client:
        refund = client.v1.refunds.create(params, {"idempotency_key": reservation})
    fact = stripe_facts.of_refund(refund)
    assert fact, "a refund of a PaymentIntent names it"
    return fact


def refunds_of(payment_intent: str) -> Iterator[RefundFact]:
    """Every refund of one payment, newest first."""
    params: Any = {"payment_intent": payment_intent, "limit": PAGE}
    with asking() as client:
        yield from _facts(map(stripe_facts.of_refund, client.v1.refunds.list(params).auto_paging_iter()))


def paid_since(moment: datetime) -> Iterator[Paid]:
    """What the sessions made since a moment paid."""
    params: Any = {"status": "complete", **_since(moment)}
    with asking() as client:
        sessions = client.v1.checkout.sessions.list(params).auto_paging_iter()
        yield from _facts(map(stripe_facts.paid_by_session, sessions))


def refunds_since(moment: datetime) -> Iterator[RefundFact]:
    """Refunds made since a moment, as they are now."""
    with asking() as client:
        refunds = client.v1.refunds.list(_since(moment)).auto_paging_iter()
        yield from _facts(map(stripe_facts.of_refund, refunds))


def disputes_since(moment: datetime) -> Iterator[DisputeFact]:
    """Disputes opened since a moment, as they are now."""
    with asking() as client:
        disputes = client.v1.disputes.list(_since(moment)).auto_paging_iter()
        yield from _facts(map(stripe_facts.of_dispute, disputes))


def _since(moment: datetime) -> Any:
    return {"created": {"gte": clock.epoch_seconds(moment)}, "limit": PAGE}


def _facts(found: Iterable[T | None]) -> Iterator[T]:
    return (fact for fact in found if fact is not None)
