"""Customers."""

from __future__ import annotations

from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document

_TEXTS = ("description", "email", "name", "phone")
_ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def create(state: State, form: Form) -> Document:
    """Everything may be left out."""
    form.only(*_TEXTS, "address", "metadata", "preferred_locales", "tax_exempt", "expand")
    texts = {name: form.text(name) for name in _TEXTS}
    return add(state, **texts, address=_address(form), metadata=form.metadata())


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
    for method in state.having("payment_method", "customer", id):
        state.save({**method, "customer": None})
    state.forget("customer", id)
    gone: Document = {"id": id, "object": "customer", "deleted": True}
    state.note("deleted_customer", id, gone)
    state.emit("customer.deleted", customer)
    return gone


def _address(form: Form) -> Document | None:
    if "address" not in form:
        return None
    address = form.child("address")
    address.only(*_ADDRESS)
    return {name: address.text(name) for name in _ADDRESS}
