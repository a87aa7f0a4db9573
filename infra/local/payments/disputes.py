"""Disputes: the card holder takes the money back through the bank."""

from __future__ import annotations

from infra.local.payments import lists
from infra.local.payments.errors import impossible
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document

_DAY_SECONDS = 86_400


def open_one(state: State, charge: Document, amount: int) -> Document:
    """The bank takes `amount` at once; the merchant may answer."""
    if block(state, charge):
        raise impossible("The charge is disputed already.", "charge")
    if amount > charge["amount_captured"]:
        raise impossible("A dispute cannot be over more than was paid.", "amount")
    dispute = state.new(
        "dispute",
        "du",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
    )
    dispute["evidence_details"]["due_by"] = state.now() + 9 * _DAY_SECONDS
    state.save(dispute)
    state.save({**charge, "disputed": True})
    state.emit("charge.dispute.created", dispute)
    state.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(state: State, dispute: Document, *, won: bool) -> Document:
    """The bank decides; a dispute that the merchant won brings the money back."""
    if dispute["status"] != "needs_response":
        raise impossible("The dispute is closed.", "dispute")
    closed = state.save({**dispute, "status": "won" if won else "lost"})
    state.emit("charge.dispute.closed", closed)
    if won:
        state.emit("charge.dispute.funds_reinstated", closed)
    return closed


def block(state: State, charge: Document) -> bool:
    """Whether an open or lost dispute stands over the charge, so that it cannot be refunded."""
    return any(d["charge"] == charge["id"] and d["status"] != "won" for d in state.all("dispute"))


def open_on(state: State, charge: Document) -> Document | None:
    """The undecided dispute over a charge."""
    pending = (
        d for d in state.all("dispute") if d["charge"] == charge["id"] and d["status"] == "needs_response"
    )
    return next(pending, None)


def retrieve(state: State, form: Form, id: str) -> Document:
    form.only("expand")
    return state.find("dispute", id)


def list_all(state: State, form: Form) -> Document:
    form.only(*lists.PAGING, "payment_intent", "charge")
    return lists.page(state.all("dispute"), form, "/v1/disputes", ("payment_intent", "charge"))
