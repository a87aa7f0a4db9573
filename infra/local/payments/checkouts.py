"""Checkout sessions, from open to their end: complete or expired."""

from __future__ import annotations

from infra.local.payments import lists
from infra.local.payments.errors import impossible
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document


def retrieve(state: State, form: Form, id: str) -> Document:
    form.only("expand")
    return find(state, id)


def list_all(state: State, form: Form) -> Document:
    filters = ("payment_intent", "customer", "status")
    form.only(*lists.PAGING, *filters)
    return lists.page(state, "checkout.session", form, "/v1/checkout/sessions", filters)


def list_items(state: State, form: Form, id: str) -> Document:
    """What the session sells, in the order given."""
    form.only(*lists.PAGING)
    find(state, id)
    return lists.cut(terms(state, id)["line_items"], form, f"/v1/checkout/sessions/{id}/line_items")


def expire(state: State, form: Form, id: str) -> Document:
    """Only an open session can be expired."""
    form.only("expand")
    return lapse(state, open_one(state, id))


def start(state: State, session: Document, terms: Document) -> Document:
    """Opens the session; `terms` are what it was asked for and does not show."""
    id, expires_at = session["id"], session["expires_at"]
    state.note("checkout.terms", id, terms)
    state.note("checkout.open", id, {"id": id, "expires_at": expires_at})
    first = state.peek("checkout.lapse", "first")
    if first is None or expires_at < first["at"]:
        state.note("checkout.lapse", "first", {"at": expires_at})
    return state.save(session)


def find(state: State, id: str) -> Document:
    return state.find("checkout.session", id, "session")


def open_one(state: State, id: str) -> Document:
    """The session, refused unless it still waits for its payment."""
    session = find(state, id)
    if session["status"] != "open":
        raise impossible(f"The session is not open but {session['status']}.", "session")
    return session


def paying(state: State, intent_id: str) -> Document | None:
    """The session that a PaymentIntent pays, None for one without."""
    return next(iter(state.having("checkout.session", "payment_intent", intent_id)), None)


def terms(state: State, id: str) -> Document:
    """What the session was created with and does not show: line items and its intent's fields."""
    return state.find("checkout.terms", id)


def complete(state: State, session: Document, payment_status: str, **changes: object) -> Document:
    """Ends the session: paid, unpaid while the bank has not answered, or without anything to pay."""
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
    first = state.peek("checkout.lapse", "first")
    if first is None or state.now() < first["at"]:
        return
    with state.acting():
        waiting: list[int] = []
        for due in state.all("checkout.open"):
            if due["expires_at"] <= state.now():
                lapse(state, find(state, due["id"]))
            else:
                waiting.append(due["expires_at"])
        if waiting:
            state.note("checkout.lapse", "first", {"at": min(waiting)})
        else:
            state.forget("checkout.lapse", "first")
