"""Payment methods: saved cards, bank accounts, and the test cards that have a name."""

from __future__ import annotations

from infra.local.payments import lists, objects
from infra.local.payments.errors import impossible, invalid, missing
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document

_DECLINES = {
    "generic_decline": ("card_declined", "Your card was declined."),
    "insufficient_funds": ("card_declined", "Your card has insufficient funds."),
    "expired_card": ("expired_card", "Your card has expired."),
    "authentication_required": (
        "authentication_required",
        "This payment needs the card holder's confirmation.",
    ),
}
SLOW = "processing"
"""No decline but a bank that takes its time."""
_UNCHARGED = ("display_brand", "generated_from", "networks", "three_d_secure_usage")
_NAMED: dict[str, str | None] = {
    "pm_card_visa": None,
    "pm_card_mastercard": None,
    "pm_card_visa_chargeDeclined": "generic_decline",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "insufficient_funds",
    "pm_card_chargeDeclinedExpiredCard": "expired_card",
    "pm_card_authenticationRequired": "authentication_required",
}


def add(state: State, type: str = "card", customer: str | None = None, email: str | None = None) -> Document:
    """A new payment method, kept for the customer when one is named."""
    method = state.new("payment_method", "pm", customer=customer, type=type)
    method["billing_details"]["email"] = email
    if customer:
        method["allow_redisplay"] = "limited"
    method = state.save({**method, type: objects.part(type)})
    if customer:
        state.emit("payment_method.attached", method)
    return method


def choose(state: State, id: str, customer: str | None) -> Document:
    """The payment method for a charge: a saved one of this customer, or a fresh test card by its name."""
    if id in _NAMED:
        method = add(state, customer=customer)
        decline(state, method["id"], _NAMED[id])
        return method
    method = state.find("payment_method", id, "payment_method", 400)
    if method["customer"] != customer:
        raise invalid("The payment method belongs to another customer or to none.", "payment_method")
    return method


def decline(state: State, id: str, reason: str | None) -> None:
    """From now on charges of this method fail for the reason, or wait; None makes it good again."""
    known = (*_DECLINES, SLOW)
    if reason is not None and reason not in known:
        raise invalid(f"Unknown decline {reason}: one of {', '.join(known)}", "decline")
    state.find("payment_method", id)
    state.note("decline", id, {"reason": reason})


def refusal(state: State, id: str) -> str | None:
    """Why a charge of this method fails; None when it goes through."""
    note = state.peek("decline", id)
    return note["reason"] if note else None


def explain(reason: str) -> Document:
    """A decline as the provider's error object."""
    code, message = _DECLINES[reason]
    return {"type": "card_error", "code": code, "decline_code": reason, "message": message}


def retrieve(state: State, form: Form, id: str) -> Document:
    form.only("expand")
    return state.find("payment_method", id)


def list_of(state: State, form: Form, customer: str | None = None) -> Document:
    """The methods kept for one customer, newest first."""
    form.only(*lists.PAGING, "type", "allow_redisplay", *([] if customer else ["customer"]))
    owner = customer or form.required("customer")
    state.find("customer", owner, "customer", 404 if customer else 400)
    url = f"/v1/customers/{owner}/payment_methods" if customer else "/v1/payment_methods"
    return lists.page(state, "payment_method", form, url, ("type", "allow_redisplay"), customer=owner)


def retrieve_of(state: State, form: Form, customer: str, id: str) -> Document:
    """A method kept for this customer."""
    form.only("expand")
    state.find("customer", customer, "customer")
    method = state.find("payment_method", id)
    if method["customer"] != customer:
        raise missing("payment_method", id)
    return method


def detach(state: State, form: Form, id: str) -> Document:
    """The method stays readable but can never be charged for that customer again."""
    form.only("expand")
    method = state.find("payment_method", id)
    if method["customer"] is None:
        raise impossible("The payment method is not attached to a customer.", "payment_method")
    detached = state.save({**method, "customer": None})
    state.emit("payment_method.detached", detached, method)
    return detached


def charged(method: Document) -> Document:
    """The method as a charge describes it."""
    type = method["type"]
    if type != "card":
        return {"type": type, type: method[type]}
    card = {name: value for name, value in method["card"].items() if name not in _UNCHARGED}
    return {"type": "card", "card": {**card, "network": "visa", "three_d_secure": None}}
