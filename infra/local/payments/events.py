"""Events, as the API lists them."""

from __future__ import annotations

from infra.local.payments import lists
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document


def retrieve(state: State, form: Form, id: str) -> Document:
    form.only("expand")
    return state.find("event", id)


def list_all(state: State, form: Form) -> Document:
    """Newest first; `delivery_success=false` names the undelivered ones."""
    form.only(*lists.PAGING, "type", "types", "delivery_success")
    documents = state.all("event")
    if "delivery_success" in form:
        delivered = form.flag("delivery_success")
        documents = [event for event in documents if (event["pending_webhooks"] == 0) == delivered]
    if types := form.texts("types"):
        documents = [event for event in documents if event["type"] in types]
    return lists.page(documents, form, "/v1/events", ("type",))
