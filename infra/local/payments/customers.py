"""Customers."""

from __future__ import annotations

from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document

_TEXTS = ("description", "email", "name", "phone")


def create(state: State, form: Form) -> Document:
    form.only(*_TEXTS, "metadata", "preferred_locales", "tax_exempt", "expand")
    return add(state, **{name: form.text(name) for name in _TEXTS}, metadata=form.metadata())


def add(state: State, **values: object) -> Document:
    """A new customer with the given fields."""
    customer = state.new("customer", "cus", **values)
    return state.save({**customer, "invoice_prefix": customer["id"][-8:].upper()})


def retrieve(state: State, form: Form, id: str) -> Document:
    """A deleted customer is answered as deleted, not as missing."""
    form.only("expand")
    gone = state.peek("deleted_customer", id)
    return gone or state.find("customer", id)


def delete(state: State, form: Form, id: str) -> Document:
    """Forgets the customer and detaches its payment methods."""
    form.only()
    customer = state.find("customer", id)
    for method in state.all("payment_method"):
        if method["customer"] == id:
            state.save({**method, "customer": None})
    state.forget("customer", id)
    gone: Document = {"id": id, "object": "customer", "deleted": True}
    state.note("deleted_customer", id, gone)
    state.emit("customer.deleted", customer)
    return gone
