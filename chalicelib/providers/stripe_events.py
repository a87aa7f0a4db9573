"""Stripe's events: verified, and what each of them says. The event's own id and order mean nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.core import clock, secrets
from chalicelib.core.errors import Refusal
from chalicelib.core.logs import log
from chalicelib.core.requests import Incoming
from chalicelib.providers import stripe_facts
from chalicelib.providers.stripe import asking
from chalicelib.providers.stripe_facts import (
    CardSaved,
    Charged,
    Fact,
    FraudWarning,
    GaveBack,
    Unclear,
    Unpaid,
)

if TYPE_CHECKING:
    import stripe


@dataclass(frozen=True)
class Event:
    """A verified event; `fact` is None when it says nothing of ours."""

    id: str
    type: str
    fact: Fact | None


def read(request: Incoming) -> Event:
    """The event behind a webhook; refuses a wrong signature, one older than 300 s, or the wrong mode.

    One that is signed and makes no sense is refused, too (400), and its metric rings.
    """
    import stripe

    signature = request.headers.get("stripe-signature", "")
    for secret in secrets.current().stripe_webhook_secrets:
        try:
            return _event(stripe.Webhook.construct_event(request.body, signature, secret))
        except (stripe.SignatureVerificationError, ValueError):
            continue
        except (AttributeError, LookupError, TypeError, Unclear) as odd:
            _warn(odd)
            raise Refusal(400, "malformed", "We could not read this event.") from None
    raise Refusal(403, "signature", "This request is not signed by Stripe.")


def undelivered(since: datetime) -> Iterator[Event]:
    """Events from a moment on that no webhook of ours has taken; Stripe keeps them for 30 days."""
    params: Any = {
        "created": {"gte": clock.epoch_seconds(since)},
        "delivery_success": False,
        "types": list(MEANINGS),
        "limit": 100,
    }
    with asking() as client:
        for event in client.v1.events.list(params).auto_paging_iter():
            try:
                yield _event(event)
            except Unclear as odd:  # the others still have something to say
                _warn(odd)


def _warn(odd: Exception) -> None:
    log.error("alarm", extra={"alarm": "event-unclear", "error": type(odd).__name__})


def _event(event: stripe.Event) -> Event:
    id, type, livemode = stripe_facts.clear(lambda one: (str(one.id), str(one.type), one.livemode), event)
    if livemode != secrets.current().livemode:
        raise Refusal(403, "livemode", "This event is from Stripe's other mode.")
    meaning = MEANINGS.get(type, lambda _: None)
    return Event(id, type, stripe_facts.clear(lambda one: meaning(one.data.object), event))


def _session_completed(session: Any) -> Fact | None:
    if session["mode"] != "setup":
        return stripe_facts.paid_by_session(session)
    order_id = stripe_facts.order_of(session)
    setup_intent = stripe_facts.reference(session["setup_intent"])
    if order_id is None or setup_intent is None:
        return None
    return CardSaved(order_id, setup_intent, stripe_facts.reference(session["customer"]), None)


def _session_failed(session: Any) -> Fact | None:
    order_id = stripe_facts.order_of(session)
    return Unpaid(order_id, "failed", stripe_facts.reference(session["customer"])) if order_id else None


def _session_expired(session: Any) -> Fact | None:
    order_id = stripe_facts.order_of(session)
    return Unpaid(order_id, "expired") if order_id else None


def _intent_succeeded(intent: Any) -> Fact | None:
    return Charged(intent["id"]) if stripe_facts.order_of(intent) else None


def _setup_succeeded(intent: Any) -> Fact | None:
    order_id = stripe_facts.order_of(intent)
    if order_id is None:
        return None
    customer, method = (stripe_facts.reference(intent[name]) for name in ("customer", "payment_method"))
    return CardSaved(order_id, intent["id"], customer, method)


def _charge_refunded(charge: Any) -> Fact | None:
    payment_intent = stripe_facts.reference(charge["payment_intent"])
    return GaveBack(payment_intent) if payment_intent else None


def _funds_withdrawn(dispute: Any) -> Fact | None:
    return stripe_facts.of_dispute(dispute, "opened")


def _funds_reinstated(dispute: Any) -> Fact | None:
    return stripe_facts.of_dispute(dispute, "won")


def _warned(warning: Any) -> Fact | None:
    payment_intent = stripe_facts.reference(warning["payment_intent"])
    return FraudWarning(warning["id"], payment_intent) if payment_intent else None


MEANINGS: Mapping[str, Callable[[Any], Fact | None]] = {
    "checkout.session.completed": _session_completed,
    "checkout.session.async_payment_succeeded": _session_completed,
    "checkout.session.async_payment_failed": _session_failed,
    "checkout.session.expired": _session_expired,
    "payment_intent.succeeded": _intent_succeeded,
    "setup_intent.succeeded": _setup_succeeded,
    "charge.refunded": _charge_refunded,
    "refund.created": stripe_facts.of_refund,
    "refund.updated": stripe_facts.of_refund,
    "refund.failed": stripe_facts.of_refund,
    "charge.dispute.created": stripe_facts.of_dispute,
    "charge.dispute.updated": stripe_facts.of_dispute,
    "charge.dispute.closed": stripe_facts.of_dispute,
    "charge.dispute.funds_withdrawn": _funds_withdrawn,
    "charge.dispute.funds_reinstated": _funds_reinstated,
    "radar.early_fraud_warning.created": _warned,
}
