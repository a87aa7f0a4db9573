"""What a new checkout session is asked to do: take a payment, or save a card for later."""

from __future__ import annotations

import re

from infra.local.payments import amounts, checkouts, items, setups, taxes
from infra.local.payments.errors import invalid
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
    "customer_update",
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
    "setup_intent_data",
    "submit_type",
    "success_url",
    "tax_id_collection",
    "ui_mode",
)
_ONLY_IN = {
    "setup": ("setup_intent_data",),
    "payment": ("automatic_tax", "line_items", "payment_intent_data", "submit_type", "tax_id_collection"),
}
_FUTURES = ("off_session", "on_session")


def create(state: State, form: Form) -> Document:
    """An open session with a hosted page; it ends there or at `expires_at`."""
    form.only(*_PARAMETERS)
    mode = form.choice("mode", ("payment", "setup"), "payment")
    form.choice("ui_mode", ("hosted_page",), "hosted_page")
    for other, names in _ONLY_IN.items():
        for name in names:
            if name in form and mode != other:
                raise invalid(f"{name} cannot be used in {mode} mode.", name)
    return _payment(state, form) if mode == "payment" else _setup(state, form)


def _payment(state: State, form: Form) -> Document:
    sold = items.read(state, form)
    amounts.chargeable(sum(item["amount_total"] for item in sold), "line_items")
    taxed = form.child("automatic_tax").flag("enabled")
    asked = _asked(state, form)
    if taxed:
        taxes.refuse_unplaced(state, form, asked["customer"])
    session = state.new(
        "checkout.session",
        "cs_test",
        **asked,
        **items.totals(sold),
        currency=sold[0]["currency"],
    )
    terms = {"line_items": sold, "payment_intent": _intent(form), "moves": _moves(form)}
    session = taxes.begin(session) if taxed else session
    if taxes.placed(state, session["customer"]):
        session, terms = taxes.settle(state, session, terms)
    return checkouts.start(state, _with_page(state, session), terms)


def _setup(state: State, form: Form) -> Document:
    if "currency" not in form and "allowed_payment_method_types" not in form:
        raise invalid("Setup mode needs a currency.", "currency", "parameter_missing")
    data = form.child("setup_intent_data")
    data.only("description", "metadata")
    session = state.new(
        "checkout.session",
        "cs_test",
        **_asked(state, form),
        amount_subtotal=None,
        amount_total=None,
        currency=(form.text("currency") or "").lower() or None,
        mode="setup",
        payment_method_collection="always",
        payment_status="no_payment_required",
        total_details=None,
    )
    intent = setups.add(
        state,
        customer=session["customer"],
        description=data.text("description"),
        metadata=data.metadata(),
    )
    session = _with_page(state, {**session, "setup_intent": intent["id"]})
    return checkouts.start(state, session, {"line_items": [], "moves": _moves(form)})


def _asked(state: State, form: Form) -> Document:
    return {
        "cancel_url": _url(form, "cancel_url"),
        "client_reference_id": form.text("client_reference_id"),
        "customer_email": form.text("customer_email"),
        "expires_at": _expiry(state, form),
        "metadata": form.metadata(),
        "success_url": _url(form, "success_url", required=True),
        **_customer(state, form),
    }


def _with_page(state: State, session: Document) -> Document:
    return {**session, "url": f"{state.page_url}/pay/{session['id']}"}


def _customer(state: State, form: Form) -> Document:
    """An existing customer, or whether the session makes one."""
    customer = form.text("customer")
    if customer is None:
        if "customer_update" in form:
            raise invalid("customer_update needs a customer.", "customer_update")
        creation = form.choice("customer_creation", ("always", "if_required"), "if_required")
        return {"customer": None, "customer_creation": creation}
    state.find("customer", customer, "customer", 400)
    if "customer_creation" in form or "customer_email" in form:
        raise invalid("A session with a customer takes neither customer_creation nor an email.", "customer")
    return {"customer": customer, "customer_creation": None}


def _moves(form: Form) -> bool:
    """Whether the address that the buyer types becomes the customer's own."""
    update = form.child("customer_update")
    update.only("address", "name", "shipping")
    return update.choice("address", ("auto", "never"), "never") == "auto"


def _intent(form: Form) -> Document:
    data = form.child("payment_intent_data")
    data.only("description", "metadata", "receipt_email", "setup_future_usage")
    future = data.text("setup_future_usage")
    if future not in (None, *_FUTURES):
        raise invalid("Invalid setup_future_usage", data.named("setup_future_usage"))
    return {
        "description": data.text("description"),
        "metadata": data.metadata(),
        "receipt_email": data.text("receipt_email"),
        "setup_future_usage": future,
    }


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
