"""Automatic tax: one rate for everyone, added to the price once it is known where the buyer lives."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from infra.local.payments import items
from infra.local.payments.errors import invalid
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document


def set_rate(state: State, percent: str) -> None:
    """From now on sessions with automatic tax add this; a decimal such as "8.875"."""
    try:
        known = 0 <= Decimal(percent) <= 100
    except InvalidOperation:
        known = False
    if not known:
        raise invalid(f"A tax rate is 0 to 100 percent, not {percent}.", "percent")
    state.note("tax", "rate", {"percent": percent})


def refuse_unplaced(state: State, form: Form, customer: str | None) -> None:
    """An existing customer needs an address, or leave to take on the one that the buyer types."""
    update = form.child("customer_update")
    if (
        customer is None
        or placed(state, customer)
        or "auto" in (update.text("address"), update.text("shipping"))
    ):
        return
    message = "Automatic tax needs the customer's address: set one, or customer_update[address] to 'auto'."
    raise invalid(message, "automatic_tax", "customer_tax_location_invalid")


def placed(state: State, customer: str | None) -> bool:
    """Whether the customer's address is known."""
    known = state.peek("customer", customer) if customer else None
    return bool(known and known["address"] and known["address"]["country"])


def begin(session: Document) -> Document:
    """The session with automatic tax, still waiting for an address."""
    tax = {
        "enabled": True,
        "liability": {"type": "self"},
        "provider": "stripe",
        "status": "requires_location_inputs",
    }
    return {**session, "automatic_tax": tax}


def settle(state: State, session: Document, terms: Document) -> tuple[Document, Document]:
    """Session and terms with the tax in them, once: a session without automatic tax stays as it is."""
    tax = session["automatic_tax"]
    if tax["status"] != "requires_location_inputs":
        return session, terms
    percent = Decimal((state.peek("tax", "rate") or {"percent": "0"})["percent"])
    sold = [_taxed(item, percent) for item in terms["line_items"]]
    taxed = {**session, **items.totals(sold), "automatic_tax": {**tax, "status": "complete"}}
    return taxed, {**terms, "line_items": sold}


def _taxed(item: Document, percent: Decimal) -> Document:
    tax = int((item["amount_subtotal"] * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))
    return {**item, "amount_tax": tax, "amount_total": item["amount_subtotal"] + tax}
