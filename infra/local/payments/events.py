"""Events, as the API lists them: those of the last thirty days."""

from __future__ import annotations

from infra.local.payments import lists
from infra.local.payments.errors import invalid, missing
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document

_KEPT_SECONDS = 30 * 86_400


def retrieve(state: State, form: Form, id: str) -> Document:
    form.only("expand")
    event = state.find("event", id)
    if event["created"] < state.now() - _KEPT_SECONDS:
        raise missing("event", id)
    return event


def list_all(state: State, form: Form) -> Document:
    """Newest first; `delivery_success=false` names those that were not taken."""
    form.only(*lists.PAGING, "type", "types", "delivery_success")
    types = form.texts("types")
    if types and "type" in form:
        raise invalid("Only one of type and types.", "types")
    if len(types) > 20:
        raise invalid("At most 20 types.", "types")
    delivered = form.flag("delivery_success") if "delivery_success" in form else None

    def kept(event: Document) -> bool:
        return (not types or event["type"] in types) and (not delivered or event["pending_webhooks"] == 0)

    fields = {"pending_webhooks": 1} if delivered is False else {}
    oldest = state.now() - _KEPT_SECONDS
    return lists.page(state, "event", form, "/v1/events", ("type",), keep=kept, oldest=oldest, **fields)
