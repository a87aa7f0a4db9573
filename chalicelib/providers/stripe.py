"""Stripe: hosted checkout, and what its webhooks say, in our words. Amounts here are micros."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.core import secrets, settings
from chalicelib.core.errors import ProviderError, Refusal
from chalicelib.core.logs import log
from chalicelib.core.requests import Incoming

if TYPE_CHECKING:
    import stripe

MICROS_PER_CENT = 10_000
TIMEOUT_SECONDS = 8
PAID = {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
ENDED = {"checkout.session.async_payment_failed": "failed", "checkout.session.expired": "expired"}


@dataclass(frozen=True)
class Checkout:
    """A hosted payment page and what came of it. `order_id` is ours; None when the session is not."""

    id: str
    url: str | None
    order_id: str | None
    amount_micros: int
    currency: str
    paid: bool
    payment_intent: str | None
    customer: str | None


@dataclass(frozen=True)
class Event:
    """A verified webhook: what happened to a checkout. `outcome` is paid, failed, expired or other."""

    id: str
    type: str
    outcome: str
    checkout: Checkout | None


def start_checkout(
    order_id: str, amount_micros: int, currency: str, *, product: str, success_url: str, cancel_url: str
) -> Checkout:
    """A page where this order can be paid; the same order asked twice gives the same page."""
    price = {
        "currency": currency.lower(),
        "unit_amount": amount_micros // MICROS_PER_CENT,
        "product_data": {"name": product},
    }
    params: Any = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "client_reference_id": order_id,
        "metadata": {"order": order_id},
        "payment_intent_data": {"metadata": {"order": order_id}},
        "customer_creation": "always",
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    with _errors():
        session = _client().v1.checkout.sessions.create(params, {"idempotency_key": order_id})
    return _checkout(session)


def read_event(request: Incoming) -> Event:
    """The event behind a webhook; refuses a wrong signature, one older than 300 s, or the wrong mode."""
    import stripe

    signature = request.headers.get("stripe-signature", "")
    for secret in secrets.current().stripe_webhook_secrets:
        try:
            event = stripe.Webhook.construct_event(request.body, signature, secret)
        except (stripe.SignatureVerificationError, ValueError):
            continue
        return _event(event)
    raise Refusal(403, "signature", "This request is not signed by Stripe.")


def delete_customer(id: str) -> None:
    """Erase a customer; one that is gone already is fine."""
    with _errors(ignore_missing=True):
        _client().v1.customers.delete(id)


def _event(event: stripe.Event) -> Event:
    if event.livemode != secrets.current().livemode:
        raise Refusal(403, "livemode", "This event is from Stripe's other mode.")
    kind = str(event.type)
    if kind in PAID or kind in ENDED:
        checkout: Checkout | None = _checkout(event.data.object)
    elif kind == "payment_intent.succeeded":
        checkout = _find_checkout(event.data.object["id"])
    else:
        return Event(event.id, kind, "other", None)
    if checkout is None or checkout.order_id is None:
        return Event(event.id, kind, "other", None)
    outcome = ENDED.get(kind) or ("paid" if checkout.paid else "other")
    return Event(event.id, kind, outcome, checkout)


def _find_checkout(payment_intent: str) -> Checkout | None:
    """The session behind a payment: only it tells the net amount."""
    with _errors():
        found = _client().v1.checkout.sessions.list({"payment_intent": payment_intent, "limit": 1})
    return _checkout(found.data[0]) if found.data else None


def _checkout(session: Any) -> Checkout:
    return Checkout(
        id=session["id"],
        url=session["url"],
        order_id=_order_id(session["metadata"]),
        amount_micros=session["amount_subtotal"] * MICROS_PER_CENT,
        currency=session["currency"].upper(),
        paid=session["payment_status"] == "paid",
        payment_intent=_id(session["payment_intent"]),
        customer=_id(session["customer"]),
    )


def _order_id(metadata: Any) -> str | None:
    """Stripe's objects know `in` and brackets, but not `get`."""
    return str(metadata["order"]) if metadata and "order" in metadata else None


def _id(reference: str | Mapping[str, Any] | None) -> str | None:
    """Stripe gives an object in place of its id where a caller expanded it."""
    return reference if isinstance(reference, str) or reference is None else str(reference["id"])


@contextmanager
def _errors(*, ignore_missing: bool = False) -> Iterator[None]:
    """Stripe's exceptions in our words; their messages may quote what a person typed, so they stay here."""
    import stripe

    try:
        yield
    except stripe.StripeError as error:
        if ignore_missing and error.code == "resource_missing":
            return
        permanent = isinstance(error, stripe.InvalidRequestError | stripe.AuthenticationError)
        log.warning("stripe refused", extra={"code": error.code, "permanent": permanent})
        raise ProviderError("stripe", str(error.code), permanent=permanent) from None


def _client() -> stripe.StripeClient:
    return _client_of(secrets.current().stripe_api_key, settings.current().stripe_api_base)


@cache
def _client_of(key: str, base: str | None) -> stripe.StripeClient:
    import stripe

    addresses: Any = {"api": base} if base else {}
    http = stripe.RequestsClient(timeout=TIMEOUT_SECONDS)
    return stripe.StripeClient(key, base_addresses=addresses, http_client=http, max_network_retries=1)
