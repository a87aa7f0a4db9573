"""Stripe: the client, hosted checkout and customers. Amounts on our side are micros."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.core import secrets, settings
from chalicelib.core.errors import ProviderError
from chalicelib.core.logs import log
from chalicelib.policy import egress

if TYPE_CHECKING:
    import stripe

MICROS_PER_CENT = 10_000
TIMEOUT_SECONDS = 8


@dataclass(frozen=True)
class Checkout:
    """A hosted page."""

    id: str
    url: str | None


def start_checkout(
    order_id: str,
    amount_micros: int,
    currency: str,
    *,
    product: str,
    success_url: str,
    cancel_url: str,
    automatic_tax: bool = False,
) -> Checkout:
    """A page where this order can be paid; the same order asked twice gives the same page.

    With automatic tax Stripe adds the buyer's own tax to the amount.
    """
    price: dict[str, Any] = {
        "currency": currency.lower(),
        "unit_amount": amount_micros // MICROS_PER_CENT,
        "product_data": {"name": product},
    }
    params: Any = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "client_reference_id": order_id,
        "metadata": note_of(order_id),
        "payment_intent_data": {"metadata": note_of(order_id)},
        "customer_creation": "always",
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    if automatic_tax:
        price["tax_behavior"] = "exclusive"
        params["automatic_tax"] = {"enabled": True}
    with asking() as client:
        session = client.v1.checkout.sessions.create(params, {"idempotency_key": order_id})
    return Checkout(session.id, session.url)


def note_of(order_id: str) -> dict[str, str]:
    """What an object at Stripe tells us about itself: other services may use the same account of Stripe's."""
    return {"order": order_id, "service": settings.current().stage}


def delete_customer(id: str) -> None:
    """Erase a customer; one that is gone already is fine."""
    with asking(ignore_missing=True) as client:
        client.v1.customers.delete(id)


def has_customer(id: str) -> bool:
    """Whether Stripe still has a customer; of an erased one it keeps the id alone. Raises ProviderError."""
    with asking(ignore_missing=True) as client:
        return not client.v1.customers.retrieve(id).to_dict().get("deleted")
    return False


@contextmanager
def asking(*, ignore_missing: bool = False) -> Iterator[stripe.StripeClient]:
    """The client, and its exceptions in our words: their messages may quote what a person typed.

    Raises ProviderError inside; `permanent` says that Stripe understood and will not do it.
    """
    import stripe

    try:
        yield _client()
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
    http = guarded(stripe.RequestsClient(timeout=TIMEOUT_SECONDS))
    return stripe.StripeClient(key, base_addresses=addresses, http_client=http, max_network_retries=1)


def guarded(http: stripe.HTTPClient) -> stripe.HTTPClient:
    """Have every request looked at before it is sent: the policy says what Stripe may get."""
    send: Any = http.request

    def request(method: str, url: str, headers: Any, post_data: Any = None, **more: Any) -> Any:
        egress.check_request("stripe", url, post_data)
        return send(method, url, headers, post_data, **more)

    http.request = request  # type: ignore[method-assign]
    return http
