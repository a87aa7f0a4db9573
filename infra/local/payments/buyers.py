"""What buyers do on the hosted page: pay, save a card, be declined, walk away."""

from __future__ import annotations

from typing import Literal, get_args

from infra.local.payments import checkouts, customers, intents, methods, setups, taxes
from infra.local.payments.errors import impossible, invalid
from infra.local.payments.state import State
from infra.local.store import Document

Outcome = Literal["succeeded", "declined", "processing", "async_succeeded", "async_failed", "abandoned"]
_BUYER = "buyer@example.com"
_COUNTRY = "US"


def pay(state: State, checkout_id: str, outcome: Outcome) -> Document:
    """Acts as the customer: `{payment_intent}`, None when it came to no attempt.

    declined leaves the session open for another card; abandoned expires it; processing is a bank payment that
    completes the session unpaid and waits for `settle`; async_* settle it at once. A session that saves a
    card knows none of these and answers its `setup_intent` too. Refused when the session is not open.
    """
    if outcome not in get_args(Outcome):
        raise invalid(f"Unknown outcome {outcome}: one of {', '.join(get_args(Outcome))}", "outcome")
    with state.acting():
        session = checkouts.open_one(state, checkout_id)
        if outcome == "abandoned":
            session = checkouts.lapse(state, session)
        elif session["mode"] == "setup":
            session = _save_card(state, session, outcome)
        elif outcome == "declined":
            session = _decline(state, session)
        else:
            session = _pay(state, session, outcome)
        names = ("payment_intent", "setup_intent") if session["mode"] == "setup" else ("payment_intent",)
        return {name: session[name] for name in names}


def settle(state: State, payment_intent: str, *, paid: bool) -> Document:
    """The bank's answer to a payment in process, whether a session waits for it or not: the intent."""
    with state.acting():
        intent = state.find("payment_intent", payment_intent, "payment_intent")
        if intent["status"] != "processing":
            raise impossible(f"The PaymentIntent is {intent['status']}.", "payment_intent")
        settled = intents.settle(state, intent, paid=paid)
        if session := checkouts.paying(state, payment_intent):
            if paid:
                session = state.save({**session, "payment_status": "paid"})
            state.emit(f"checkout.session.async_payment_{'succeeded' if paid else 'failed'}", session)
        return settled


def _decline(state: State, session: Document) -> Document:
    session, intent = _intent(state, session, session["customer"])
    intents.fail(state, intent, methods.add(state), "generic_decline")
    return state.save(session)


def _pay(state: State, session: Document, outcome: Outcome) -> Document:
    customer, email = _customer(state, session)
    session, intent = _intent(state, session, customer)
    owner = customer if intent["setup_future_usage"] else None
    known = {"customer": customer, "customer_details": _details(email, _COUNTRY)}
    if outcome == "succeeded":
        intents.succeed(state, intent, methods.add(state, "card", owner, email))
        return checkouts.complete(state, session, "paid", **known)
    intents.process(state, intent, methods.add(state, "us_bank_account", owner, email))
    completed = checkouts.complete(state, session, "unpaid", **known)
    if outcome != "processing":
        settle(state, intent["id"], paid=outcome == "async_succeeded")
    return completed


def _save_card(state: State, session: Document, outcome: Outcome) -> Document:
    if outcome not in ("succeeded", "declined"):
        raise impossible(f"A session that saves a card cannot end as {outcome}.", "outcome")
    intent = state.find("setup_intent", session["setup_intent"])
    if outcome == "declined":
        setups.fail(state, intent, methods.add(state), "generic_decline")
        return session
    customer, email = _customer(state, session)
    setups.succeed(state, intent, methods.add(state, "card", customer, email))
    details = _details(email, None)
    return checkouts.complete(
        state, session, "no_payment_required", customer=customer, customer_details=details
    )


def _customer(state: State, session: Document) -> tuple[str | None, str]:
    """The session's customer, made now if it asks for one, and the email given on the page."""
    id = session["customer"]
    known = (state.peek("customer", id) or {}) if id else {}
    email = session["customer_email"] or known.get("email") or _BUYER
    if session["customer_creation"] == "always":
        id = customers.add(state, email=email)["id"]
    elif known and checkouts.terms(state, session["id"])["moves"]:
        state.save({**known, "address": _address(_COUNTRY)})
    return id, email


def _intent(state: State, session: Document, customer: str | None) -> tuple[Document, Document]:
    """The session's PaymentIntent, made at the first attempt to pay, when the buyer's address is known."""
    if session["payment_intent"]:
        intent = state.find("payment_intent", session["payment_intent"])
        return session, state.save({**intent, "customer": customer})
    session, terms = taxes.settle(state, session, checkouts.terms(state, session["id"]))
    state.note("checkout.terms", session["id"], terms)
    intent = intents.add(
        state,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=customer,
        **terms["payment_intent"],
    )
    return {**session, "payment_intent": intent["id"]}, intent


def _details(email: str, country: str | None) -> Document:
    blank = dict.fromkeys(("business_name", "individual_name", "name", "phone", "tax_ids"))
    address = _address(country) if country else None
    return {**blank, "address": address, "email": email, "tax_exempt": "none"}


def _address(country: str) -> Document:
    return {**dict.fromkeys(("city", "line1", "line2", "postal_code", "state")), "country": country}
