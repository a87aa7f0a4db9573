"""What the merchant's staff and the banks do outside the API: refund, send back, dispute, warn."""

from __future__ import annotations

from typing import Literal, get_args

from infra.local.payments import amounts, disputes, fraud_warnings, refunds
from infra.local.payments.disputes import Standing, Verdict
from infra.local.payments.errors import invalid
from infra.local.payments.state import State
from infra.local.store import Document

Decision = Literal["open", "won", "lost"]


def refund(state: State, payment_intent: str, amount_micros: int, status: refunds.Start) -> Document:
    """A refund from the provider's dashboard: `{refund, status}`."""
    with state.acting():
        charge, amount = _claimed(state, payment_intent, amount_micros)
        return _refund(refunds.add(state, charge, amount, "requested_by_customer", {}, status=status))


def start_refunds(state: State, status: refunds.Start) -> None:
    with state.acting():
        refunds.start_as(state, status)


def settle_refund(state: State, refund_id: str) -> Document:
    """`{refund, status}` of a refund that was pending and succeeds."""
    with state.acting():
        return _refund(refunds.succeed(state, refund_id))


def fail_refund(state: State, refund_id: str, reason: str) -> Document:
    """`{refund, status}` of a refund that the bank sends back, pending or done."""
    with state.acting():
        return _refund(refunds.fail(state, refund_id, reason))


def dispute(state: State, payment_intent: str, amount_micros: int, outcome: Decision) -> Document:
    """A whole story: `{dispute, status}`.

    won and lost are the merchant's view. They close the open dispute over this amount, or open and close one.
    """
    if outcome not in get_args(Decision):
        raise invalid(f"Unknown outcome {outcome}: one of {', '.join(get_args(Decision))}", "outcome")
    with state.acting():
        charge, amount = _claimed(state, payment_intent, amount_micros)
        pending = None if outcome == "open" else disputes.open_on(state, charge)
        if pending and pending["amount"] != amount:
            raise invalid(f"The open dispute is over {pending['amount']}, not {amount}.", "amount_micros")
        found = pending or disputes.withdraw(state, disputes.open_one(state, charge, amount))
        if outcome != "open":
            found = disputes.close(state, found, outcome)
        if outcome == "won":
            found = disputes.reinstate(state, found)
        return _dispute(found)


def open_dispute(state: State, payment_intent: str, amount_micros: int, *, inquiry: bool) -> Document:
    """Only charge.dispute.created: `{dispute, status}`."""
    with state.acting():
        charge, amount = _claimed(state, payment_intent, amount_micros)
        return _dispute(disputes.open_one(state, charge, amount, inquiry=inquiry))


def withdraw_dispute(state: State, dispute_id: str) -> Document:
    with state.acting():
        return _dispute(disputes.withdraw(state, state.find("dispute", dispute_id)))


def reinstate_dispute(state: State, dispute_id: str) -> Document:
    with state.acting():
        return _dispute(disputes.reinstate(state, state.find("dispute", dispute_id)))


def update_dispute(state: State, dispute_id: str, status: Standing | None) -> Document:
    with state.acting():
        return _dispute(disputes.update(state, state.find("dispute", dispute_id), status))


def close_dispute(state: State, dispute_id: str, verdict: Verdict) -> Document:
    with state.acting():
        return _dispute(disputes.close(state, state.find("dispute", dispute_id), verdict))


def warn_of_fraud(state: State, payment_intent: str, fraud_type: str) -> Document:
    """`{early_fraud_warning}`."""
    with state.acting():
        warning = fraud_warnings.add(state, refunds.charge_of(state, payment_intent), fraud_type)
        return {"early_fraud_warning": warning["id"]}


def _claimed(state: State, payment_intent: str, amount_micros: int) -> tuple[Document, int]:
    charge = refunds.charge_of(state, payment_intent)
    return charge, amounts.from_micros(amount_micros, charge["currency"])


def _refund(refund: Document) -> Document:
    return {"refund": refund["id"], "status": refund["status"]}


def _dispute(dispute: Document) -> Document:
    return {"dispute": dispute["id"], "status": dispute["status"]}
