"""Checkout sessions, from the order to its end: complete or expired."""

from __future__ import annotations

import re

from infra.local.payments import amounts, items, lists
from infra.local.payments.errors import impossible, invalid
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document

_HOUR_SECONDS = 3600
_PARAMETERS = (
    "allow_promotion_codes",
    "allowed_payment_method_types",
    "automatic_tax",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "currency",
    "custom_text",
    "customer",
    "customer_creation",
    "customer_email",
    "expand",
    "expires_at",
    "line_items",
    "locale",
    "metadata",
    "mode",
    "payment_intent_data",
    "payment_method_options",
    "phone_number_collection",
    "saved_payment_method_options",
    "submit_type",
    "success_url",
    "tax_id_collection",
    "ui_mode",
)


def create(state: State, form: Form) -> Document:
    """An open session in payment mode with a hosted page; it ends by payment or at `expires_at`."""
    form.only(*_PARAMETERS)
    form.choice("mode", ("payment",), "payment")
    form.choice("ui_mode", ("hosted_page",), "hosted_page")
    sold = items.read(state, form)
    amounts.chargeable(sum(item["amount_total"] for item in sold), "line_items")
    session = _session(state, form, sold)
    state.note("checkout.terms", session["id"], _terms(form, sold))
    state.note("checkout.open", session["id"], {"id": session["id"], "expires_at": session["expires_at"]})
    return state.save(session)


def retrieve(state: State, form: Form, id: str) -> Document:
    form.only("expand")
    return find(state, id)


def list_all(state: State, form: Form) -> Document:
    filters = ("payment_intent", "customer", "status")
    form.only(*lists.PAGING, *filters)
    return lists.page(state.all("checkout.session"), form, "/v1/checkout/sessions", filters)


def list_items(state: State, form: Form, id: str) -> Document:
    """What the session sells, in the order given."""
    form.only(*lists.PAGING)
    find(state, id)
    return lists.cut(terms(state, id)["line_items"], form, f"/v1/checkout/sessions/{id}/line_items")


def expire(state: State, form: Form, id: str) -> Document:
    """Only an open session can be expired."""
    form.only("expand")
    return lapse(state, open_one(state, id))


def find(state: State, id: str) -> Document:
    return state.find("checkout.session", id, "session")


def open_one(state: State, id: str) -> Document:
    """The session, refused unless it still waits for its payment."""
    session = find(state, id)
    if session["status"] != "open":
        raise impossible(f"The session is not open but {session['status']}.", "session")
    return session


def terms(state: State, id: str) -> Document:
    """What the session was created with and does not show: line items and the PaymentIntent's fields."""
    return state.find("checkout.terms", id)


def complete(state: State, session: Document, payment_status: str, **changes: object) -> Document:
    """Ends the session: paid, or unpaid while the bank has not answered."""
    state.forget("checkout.open", session["id"])
    closed = state.save(
        {**session, "status": "complete", "payment_status": payment_status, "url": None, **changes}
    )
    state.emit("checkout.session.completed", closed)
    return closed


def lapse(state: State, session: Document) -> Document:
    """Ends the session without a payment."""
    state.forget("checkout.open", session["id"])
    expired = state.save({**session, "status": "expired", "url": None})
    state.emit("checkout.session.expired", expired)
    return expired


def lapse_due(state: State) -> None:
    """Expires every open session whose time has passed."""
    now = state.now()
    for due in state.all("checkout.open"):
        if due["expires_at"] <= now:
            with state.acting():
                session = find(state, due["id"])
                if session["status"] == "open":
                    lapse(state, session)


def _session(state: State, form: Form, sold: list[Document]) -> Document:
    session = state.new(
        "checkout.session",
        "cs_test",
        amount_subtotal=sum(item["amount_subtotal"] for item in sold),
        amount_total=sum(item["amount_total"] for item in sold),
        cancel_url=_url(form, "cancel_url"),
        client_reference_id=form.text("client_reference_id"),
        currency=sold[0]["currency"],
        customer_email=form.text("customer_email"),
        expires_at=_expiry(state, form),
        metadata=form.metadata(),
        success_url=_url(form, "success_url", required=True),
        **_customer(state, form),
    )
    if form.child("automatic_tax").flag("enabled"):
        tax = {"enabled": True, "liability": {"type": "self"}, "provider": "stripe", "status": "complete"}
        session["automatic_tax"] = tax
    return {**session, "url": f"{state.page_url}/pay/{session['id']}"}


def _customer(state: State, form: Form) -> Document:
    """An existing customer, or whether the payment makes one."""
    customer = form.text("customer")
    if customer is None:
        creation = form.choice("customer_creation", ("always", "if_required"), "if_required")
        return {"customer": None, "customer_creation": creation}
    state.find("customer", customer, "customer", 400)
    if "customer_creation" in form or "customer_email" in form:
        raise invalid("A session with a customer takes neither customer_creation nor an email.", "customer")
    return {"customer": customer, "customer_creation": None}


def _terms(form: Form, sold: list[Document]) -> Document:
    data = form.child("payment_intent_data")
    data.only("description", "metadata", "receipt_email", "setup_future_usage")
    future = data.text("setup_future_usage")
    if future not in (None, "on_session", "off_session"):
        raise invalid("Invalid setup_future_usage", data.named("setup_future_usage"))
    intent = {
        "description": data.text("description"),
        "metadata": data.metadata(),
        "receipt_email": data.text("receipt_email"),
        "setup_future_usage": future,
    }
    return {"line_items": sold, "payment_intent": intent}


def _expiry(state: State, form: Form) -> int:
    now = state.now()
    expires_at = form.integer("expires_at", now + 24 * _HOUR_SECONDS) or 0
    # A minute's grace each way: the sender read its clock a moment ago.
    if not now + _HOUR_SECONDS // 2 - 60 <= expires_at <= now + 24 * _HOUR_SECONDS + 60:
        raise invalid("expires_at must lie 30 minutes to 24 hours ahead.", "expires_at")
    return expires_at


def _url(form: Form, key: str, *, required: bool = False) -> str | None:
    url = form.required(key) if required else form.text(key)
    if url is not None and not re.fullmatch(r"https?://[!-~]+", url):
        raise invalid("Not a valid URL", key, "url_invalid")
    return url
