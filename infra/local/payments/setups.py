"""SetupIntents: a card saved for later, without a payment."""

from __future__ import annotations

from infra.local.payments import lists, methods
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document


def add(state: State, **values: object) -> Document:
    """A new intent that waits for its card."""
    intent = state.new("setup_intent", "seti", **values)
    return state.save({**intent, "client_secret": f"{intent['id']}_{state.mint('secret')}"})


def succeed(state: State, intent: Document, method: Document) -> Document:
    """The card may be charged from now on."""
    saved = state.save(
        {
            **intent,
            "customer": method["customer"],
            "last_setup_error": None,
            "payment_method": method["id"],
            "status": "succeeded",
        }
    )
    state.emit("setup_intent.succeeded", saved)
    return saved


def fail(state: State, intent: Document, method: Document, decline: str) -> Document:
    """The card says no; the intent waits for another one."""
    failed = state.save(
        {**intent, "last_setup_error": {**methods.explain(decline), "payment_method": method}}
    )
    state.emit("setup_intent.setup_failed", failed)
    return failed


def retrieve(state: State, form: Form, id: str) -> Document:
    form.only("expand")
    return state.find("setup_intent", id)


def list_all(state: State, form: Form) -> Document:
    filters = ("customer", "payment_method")
    form.only(*lists.PAGING, *filters)
    return lists.page(state, "setup_intent", form, "/v1/setup_intents", filters)
