"""Disputes: the card holder takes the money back through the bank, or only asks (an inquiry).

Each step is one event. Their order is the caller's: banks keep to none.
"""

from __future__ import annotations

from typing import Literal, get_args

from infra.local.payments import lists
from infra.local.payments.errors import impossible, invalid
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document

_DAY_SECONDS = 86_400
_FEE = 1500
Standing = Literal["needs_response", "under_review", "warning_needs_response", "warning_under_review"]
Verdict = Literal["won", "lost", "warning_closed", "prevented"]


def open_one(state: State, charge: Document, amount: int, *, inquiry: bool = False) -> Document:
    """charge.dispute.created: the bank claims `amount`; an inquiry claims nothing yet."""
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
    if inquiry:
        dispute |= {"status": "warning_needs_response", "is_charge_refundable": True}
        dispute["payment_method_details"]["card"]["case_type"] = "inquiry"
    state.save(dispute)
    state.save({**charge, "disputed": True})
    state.emit("charge.dispute.created", dispute)
    return dispute


def withdraw(state: State, dispute: Document) -> Document:
    """charge.dispute.funds_withdrawn: the money leaves the merchant."""
    _refuse_inquiry(dispute)
    if _net(dispute) < 0:
        raise impossible("The money was taken already.", "dispute")
    return _move(state, dispute, -dispute["amount"], _FEE, "funds_withdrawn")


def reinstate(state: State, dispute: Document) -> Document:
    """charge.dispute.funds_reinstated: the money comes back."""
    _refuse_inquiry(dispute)
    if any(moved["amount"] > 0 for moved in dispute["balance_transactions"]):
        raise impossible("The money came back already.", "dispute")
    return _move(state, dispute, dispute["amount"], 0, "funds_reinstated")


def update(state: State, dispute: Document, status: Standing | None) -> Document:
    """charge.dispute.updated: such as under_review, or needs_response for an inquiry that became a claim.

    None leaves the status, as for evidence that comes late.
    """
    changes: Document = {"evidence_details": _submitted(dispute)}
    if status is not None:
        if status not in get_args(Standing):
            raise invalid(f"Unknown status {status}: one of {', '.join(get_args(Standing))}", "status")
        if dispute["status"] in get_args(Verdict):
            raise impossible("The dispute is closed.", "dispute")
        changes |= {"status": status, "is_charge_refundable": status.startswith("warning_")}
    updated = state.save({**dispute, **changes})
    state.emit("charge.dispute.updated", updated, dispute)
    return updated


def close(state: State, dispute: Document, verdict: Verdict) -> Document:
    """charge.dispute.closed: the bank decides, in the merchant's view; no money moves by that alone."""
    if verdict not in get_args(Verdict):
        raise invalid(f"Unknown verdict {verdict}: one of {', '.join(get_args(Verdict))}", "status")
    if dispute["status"] in get_args(Verdict):
        raise impossible("The dispute is closed.", "dispute")
    inquiry = dispute["status"].startswith("warning_")
    if verdict != "prevented" and (verdict == "warning_closed") != inquiry:
        raise impossible(f"A dispute that is {dispute['status']} cannot become {verdict}.", "dispute")
    closed = state.save({**dispute, "status": verdict})
    state.emit("charge.dispute.closed", closed, dispute)
    return closed


def block(state: State, charge: Document) -> bool:
    """Whether an open or lost dispute stands over the charge, so that it cannot be refunded."""
    disputes = state.having("dispute", "charge", charge["id"])
    harmless = ("won", "prevented")
    return any(d["status"] not in harmless and not d["status"].startswith("warning_") for d in disputes)


def open_on(state: State, charge: Document) -> Document | None:
    """The undecided dispute over a charge."""
    disputes = state.having("dispute", "charge", charge["id"])
    return next((d for d in disputes if d["status"] in get_args(Standing)), None)


def retrieve(state: State, form: Form, id: str) -> Document:
    form.only("expand")
    return state.find("dispute", id)


def list_all(state: State, form: Form) -> Document:
    filters = ("payment_intent", "charge")
    form.only(*lists.PAGING, *filters)
    return lists.page(state, "dispute", form, "/v1/disputes", filters)


def _submitted(dispute: Document) -> Document:
    details = dispute["evidence_details"]
    return {**details, "has_evidence": True, "submission_count": details["submission_count"] + 1}


def _refuse_inquiry(dispute: Document) -> None:
    if dispute["status"].startswith("warning_"):
        raise impossible("An inquiry moves no money.", "dispute")


def _net(dispute: Document) -> int:
    """What the dispute's movements come to."""
    return sum(moved["amount"] for moved in dispute["balance_transactions"])


def _move(state: State, dispute: Document, amount: int, fee: int, event: str) -> Document:
    taken = amount < 0
    label = "dispute" if taken else "dispute reversal"
    moved = state.new(
        "balance_transaction",
        "txn",
        amount=amount,
        currency=dispute["currency"],
        description=f"Chargeback {'withdrawal' if taken else 'reversal'} for {dispute['charge']}",
        fee=fee,
        fee_details=_fees(fee, dispute["currency"]),
        net=amount - fee,
        reporting_category=label.replace(" ", "_"),
        source=dispute["id"],
    )
    moved["available_on"] = moved["created"]
    changed = state.save({**dispute, "balance_transactions": [*dispute["balance_transactions"], moved]})
    state.emit(f"charge.dispute.{event}", changed, dispute)
    return changed


def _fees(fee: int, currency: str) -> list[Document]:
    if not fee:
        return []
    blank = {"application": None, "currency": currency, "type": "stripe_fee"}
    return [{**blank, "amount": fee, "description": "Dispute fee"}]
