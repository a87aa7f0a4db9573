"""Early fraud warnings: the card's bank suspects a payment before anyone disputes it."""

from __future__ import annotations

from infra.local.payments import lists
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document

_KIND = "radar.early_fraud_warning"


def add(state: State, charge: Document, fraud_type: str) -> Document:
    """radar.early_fraud_warning.created; actionable while nothing was refunded or disputed."""
    warning = state.new(
        _KIND,
        "issfr",
        actionable=not (charge["refunded"] or charge["disputed"]),
        charge=charge["id"],
        fraud_type=fraud_type,
        payment_intent=charge["payment_intent"],
    )
    state.save(warning)
    state.emit(f"{_KIND}.created", warning)
    return warning


def retrieve(state: State, form: Form, id: str) -> Document:
    form.only("expand")
    return state.find(_KIND, id)


def list_all(state: State, form: Form) -> Document:
    filters = ("payment_intent", "charge")
    form.only(*lists.PAGING, *filters)
    return lists.page(state, _KIND, form, "/v1/radar/early_fraud_warnings", filters)
