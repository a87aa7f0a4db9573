"""What Stripe tells us, by a webhook or when asked, carried to whom it concerns: one way for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.core import metrics
from chalicelib.core.errors import ProviderError, Refusal
from chalicelib.core.logs import log
from chalicelib.core.requests import Incoming
from chalicelib.money import cards, disputes, orders, payments, refunds
from chalicelib.providers import stripe, stripe_events
from chalicelib.providers.stripe_facts import (
    CardSaved,
    Charged,
    DisputeFact,
    Fact,
    FraudWarning,
    GaveBack,
    Paid,
    RefundFact,
    Unpaid,
)


def hear(request: Incoming) -> None:
    """A webhook of Stripe's: act on what it says. Refuses what is not signed, or has to come again later."""
    event = stripe_events.read(request)
    if event.fact is None:
        return
    try:
        follow(event.fact)
    except ProviderError as error:
        log.error("alarm", extra={"alarm": "webhook-failed", "event": event.id, "code": error.code})
        raise Refusal(503, orders.TOO_EARLY, "We could not look into this.", retry_after_seconds=60) from None


def follow(fact: Fact) -> bool:
    """Do what a fact asks for, whatever came before it; False when it was done already, or is not ours.

    Raises Refusal or ProviderError when it has to be told again later; then what was done stays done.
    """
    carry = FOLLOWERS.get(type(fact))
    return carry is not None and carry(fact)


def _warn(fact: FraudWarning) -> bool:
    """Somebody has to look: a refund now is cheaper than the dispute that mostly follows."""
    log.error(
        "alarm",
        extra={"alarm": "fraud-warning", "warning": fact.id, "payment_intent": fact.payment_intent},
    )
    metrics.count("FraudWarnings")
    return False


def _end(fact: Unpaid) -> bool:
    if fact.customer:  # no payment of ours will ever name this customer, so that nobody would look for it
        stripe.delete_customer(fact.customer)
    return orders.end(fact.order_id, fact.outcome)


def _hear_of(fact: Charged) -> bool:
    return payments.hear_of(fact.payment_intent)


def _look(fact: GaveBack) -> bool:
    return refunds.look(fact.payment_intent)


FOLLOWERS: Mapping[type, Callable[[Any], bool]] = {
    Paid: payments.credit,
    Charged: _hear_of,
    Unpaid: _end,
    RefundFact: refunds.follow,
    GaveBack: _look,
    DisputeFact: disputes.follow,
    FraudWarning: _warn,
    CardSaved: cards.keep,
}
