"""Stripe's saved cards: a page to save one, and charges of it while its owner is away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.core.logs import log
from chalicelib.providers import stripe_facts
from chalicelib.providers.stripe import MICROS_PER_CENT, Checkout, asking, note_of
from chalicelib.providers.stripe_facts import Paid, reference

CARD = ["card"]
ABOUT_THE_CARD = {"customer", "payment_method"}


@dataclass(frozen=True)
class Card:
    """A card that may be charged, and the customer that it was saved for."""

    customer: str
    payment_method: str


class Declined(Exception):
    """The card can't be charged without its owner; `code` is Stripe's reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def start_saving(order_id: str, customer: str | None, *, success_url: str, cancel_url: str) -> Checkout:
    """A page where a card can be saved; the same order asked twice gives the same page."""
    whose: Any = {"customer": customer} if customer else {"customer_creation": "always"}
    params: Any = {
        "mode": "setup",
        "allowed_payment_method_types": CARD,
        "client_reference_id": order_id,
        "metadata": note_of(order_id),
        "setup_intent_data": {"metadata": note_of(order_id)},
        "success_url": success_url,
        "cancel_url": cancel_url,
        **whose,
    }
    with asking() as client:
        session = client.v1.checkout.sessions.create(params, {"idempotency_key": order_id})
    return Checkout(session.id, session.url)


def find_saved(setup_intent: str) -> Card | None:
    """The card that a page has saved; None while it has not."""
    with asking() as client:
        intent: Any = client.v1.setup_intents.retrieve(setup_intent)
    customer, method = reference(intent["customer"]), reference(intent["payment_method"])
    return Card(customer, method) if customer and method and intent["status"] == "succeeded" else None


def charge(order_id: str, amount_micros: int, currency: str, card: Card, description: str) -> Paid | None:
    """Charge a saved card once, however often it is asked for the same order; None while a bank decides.

    Raises Declined when only the card's owner can help, and ProviderError.
    """
    import stripe

    params: Any = {
        "amount": amount_micros // MICROS_PER_CENT,
        "currency": currency.lower(),
        "customer": card.customer,
        "payment_method": card.payment_method,
        "allowed_payment_method_types": CARD,
        "confirm": True,
        "off_session": True,
        "description": description,
        "metadata": note_of(order_id),
    }
    with asking() as client:
        try:
            intent: Any = client.v1.payment_intents.create(params, {"idempotency_key": order_id})
        except stripe.CardError as error:
            raise Declined(error.code or "card_declined") from None
        except stripe.InvalidRequestError as error:
            if error.param not in ABOUT_THE_CARD:
                raise
            raise Declined(error.code or "card_gone") from None
        if intent["status"] == "processing":
            # The same key repeats the first answer: only the intent itself knows what the bank said.
            intent = client.v1.payment_intents.retrieve(intent["id"])
    if intent["status"] not in ("succeeded", "processing"):
        raise Declined(intent["status"])
    return stripe_facts.paid_by_intent(intent)


def forget(payment_method: str) -> None:
    """Let go of a card, so that nobody can charge it again; one that is gone already is fine."""
    import stripe

    with asking() as client:
        try:
            client.v1.payment_methods.detach(payment_method)
        except stripe.InvalidRequestError as error:
            log.info("card was gone", extra={"code": error.code})
