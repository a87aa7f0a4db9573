"""What people and banks do that the API cannot: pay, walk away, dispute, send money back."""

from __future__ import annotations

from typing import Literal, get_args

from infra.local.payments import amounts, checkouts, customers, disputes, intents, methods, refunds
from infra.local.payments.errors import invalid
from infra.local.payments.state import State
from infra.local.store import Document

Outcome = Literal["succeeded", "declined", "async_succeeded", "async_failed", "abandoned"]
Decision = Literal["open", "won", "lost"]
_BUYER = "buyer@example.com"


def pay(state: State, checkout_id: str, outcome: Outcome) -> Document:
    """Acts as the paying customer: `{payment_intent}`, None when it came to no attempt.

    declined leaves the session open for another card; abandoned expires it; async_* are bank payments that
    first complete the session unpaid. Refused when the session is not open.
    """
    if outcome not in get_args(Outcome):
        raise invalid(f"Unknown outcome {outcome}: one of {', '.join(get_args(Outcome))}", "outcome")
    with state.acting():
        session = checkouts.open_one(state, checkout_id)
        if outcome == "abandoned":
            return {"payment_intent": checkouts.lapse(state, session)["payment_intent"]}
        if outcome == "declined":
            return {"payment_intent": _decline(state, session)["id"]}
        return {"payment_intent": _pay(state, session, outcome)["id"]}


def refund(state: State, payment_intent: str, amount_micros: int) -> Document:
    """Acts as the merchant's staff in the provider's dashboard: `{refund, status}`."""
    with state.acting():
        charge = refunds.charge_of(state, payment_intent)
        amount = amounts.from_micros(amount_micros, charge["currency"])
        refund = refunds.add(state, charge, amount, "requested_by_customer", {})
        return {"refund": refund["id"], "status": refund["status"]}


def fail_refund(state: State, refund_id: str, reason: str) -> Document:
    """Acts as the bank that cannot give the money back: `{refund, status}`."""
    with state.acting():
        refund = refunds.fail(state, refund_id, reason)
        return {"refund": refund["id"], "status": refund["status"]}


def dispute(state: State, payment_intent: str, amount_micros: int, outcome: Decision) -> Document:
    """Acts as the card holder's bank: `{dispute, status}`.

    won and lost are the merchant's view. They close the open dispute over this amount, or open and close one.
    """
    if outcome not in get_args(Decision):
        raise invalid(f"Unknown outcome {outcome}: one of {', '.join(get_args(Decision))}", "outcome")
    with state.acting():
        charge = refunds.charge_of(state, payment_intent)
        amount = amounts.from_micros(amount_micros, charge["currency"])
        pending = None if outcome == "open" else disputes.open_on(state, charge)
        if pending and pending["amount"] != amount:
            raise invalid(f"The open dispute is over {pending['amount']}, not {amount}.", "amount_micros")
        dispute = pending or disputes.open_one(state, charge, amount)
        if outcome != "open":
            dispute = disputes.close(state, dispute, won=outcome == "won")
        return {"dispute": dispute["id"], "status": dispute["status"]}


def _decline(state: State, session: Document) -> Document:
    intent = _intent(state, session, session["customer"])
    state.save({**session, "payment_intent": intent["id"]})
    return intents.fail(state, intent, methods.add(state), "generic_decline")


def _pay(state: State, session: Document, outcome: Outcome) -> Document:
    customer = session["customer"]
    known_email = (state.peek("customer", customer) or {}).get("email") if customer else None
    email = session["customer_email"] or known_email or _BUYER
    if session["customer_creation"] == "always":
        customer = customers.add(state, email=email)["id"]
    intent = _intent(state, session, customer)
    owner = customer if intent["setup_future_usage"] else None
    known = {"customer": customer, "customer_details": _details(email), "payment_intent": intent["id"]}
    if outcome == "succeeded":
        paid = intents.succeed(state, intent, methods.add(state, "card", owner, email))
        checkouts.complete(state, session, "paid", **known)
        return paid
    waiting = intents.process(state, intent, methods.add(state, "us_bank_account", owner, email))
    completed = checkouts.complete(state, session, "unpaid", **known)
    return _settle(state, completed, waiting, paid=outcome == "async_succeeded")


def _settle(state: State, session: Document, intent: Document, *, paid: bool) -> Document:
    settled = intents.settle(state, intent, paid=paid)
    if paid:
        session = state.save({**session, "payment_status": "paid"})
    state.emit(f"checkout.session.async_payment_{'succeeded' if paid else 'failed'}", session)
    return settled


def _intent(state: State, session: Document, customer: str | None) -> Document:
    """The session's PaymentIntent, made at the first attempt to pay."""
    if session["payment_intent"]:
        intent = state.find("payment_intent", session["payment_intent"])
        return state.save({**intent, "customer": customer})
    return intents.add(
        state,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=customer,
        **checkouts.terms(state, session["id"])["payment_intent"],
    )


def _details(email: str) -> Document:
    blank = dict.fromkeys(("business_name", "individual_name", "name", "phone", "tax_ids"))
    address = {**dict.fromkeys(("city", "line1", "line2", "postal_code", "state")), "country": "US"}
    return {**blank, "address": address, "email": email, "tax_exempt": "none"}
