"""Refunds of what was paid, in parts or whole."""

from __future__ import annotations

from typing import Literal, get_args

from infra.local.payments import charges, disputes, lists
from infra.local.payments.errors import impossible, invalid
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document

Start = Literal["succeeded", "pending", "requires_action"]
_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create(state: State, form: Form) -> Document:
    """Gives back `amount` (the rest of it when absent) of a charge or of a PaymentIntent's last charge."""
    form.only("payment_intent", "charge", "amount", "metadata", "reason", "instructions_email", "expand")
    reason = form.choice("reason", _REASONS, _REASONS[2]) if "reason" in form else None
    amount = form.positive("amount") if "amount" in form else None
    start = state.peek("refunds", "start") or {"status": "succeeded"}
    return add(state, _charge(state, form), amount, reason, form.metadata(), status=start["status"])


def add(
    state: State,
    charge: Document,
    amount: int | None,
    reason: str | None,
    metadata: dict[str, str],
    *,
    status: Start,
) -> Document:
    """A refund that counts at once, done or not; what cannot be given back is refused."""
    amount = _refundable(state, charge, amount)
    refund = state.new(
        "refund",
        "re",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        customer=charge["customer"],
        metadata=metadata,
        payment_intent=charge["payment_intent"],
        payment_method=charge["payment_method"],
        pending_reason="processing" if status == "pending" else None,
        reason=reason,
        status=status,
    )
    if status == "requires_action":
        refund["next_action"] = _next_action(state, charge)
    state.save(refund)
    refunded = charges.give_back(state, charge, amount)
    state.emit("refund.created", refund)
    state.emit("charge.refunded", refunded, charge)
    if status == "succeeded":
        state.emit("refund.updated", refund)
    return refund


def start_as(state: State, status: Start) -> None:
    """From now on refunds that the API creates begin with this status."""
    if status not in get_args(Start):
        raise invalid(f"Unknown status {status}: one of {', '.join(get_args(Start))}", "status")
    state.note("refunds", "start", {"status": status})


def succeed(state: State, id: str) -> Document:
    """The bank has the money at last."""
    refund = _undone(state, id)
    done = state.save({**_settled(refund), "status": "succeeded"})
    state.emit("refund.updated", done, refund)
    return done


def fail(state: State, id: str, reason: str) -> Document:
    """The bank sends a refund back, even one that had succeeded: the money is the merchant's again."""
    refund = state.find("refund", id)
    if refund["status"] in ("failed", "canceled"):
        raise impossible(f"The refund is {refund['status']} already.", "refund")
    failed = _take_back(state, refund, status="failed", failure_reason=reason)
    state.emit("refund.updated", failed, refund)
    state.emit("refund.failed", failed)
    return failed


def cancel(state: State, form: Form, id: str) -> Document:
    """Only a refund that waits for the customer can be cancelled."""
    form.only("expand")
    refund = state.find("refund", id)
    if refund["status"] != "requires_action":
        raise impossible(f"A refund that is {refund['status']} cannot be cancelled.", "refund")
    cancelled = _take_back(state, refund, status="canceled")
    state.emit("refund.updated", cancelled, refund)
    return cancelled


def retrieve(state: State, form: Form, id: str) -> Document:
    form.only("expand")
    return state.find("refund", id)


def list_all(state: State, form: Form) -> Document:
    form.only(*lists.PAGING, "payment_intent", "charge")
    return lists.page(state, "refund", form, "/v1/refunds", ("payment_intent", "charge"))


def charge_of(state: State, intent_id: str) -> Document:
    """The charge that paid an intent."""
    intent = state.find("payment_intent", intent_id, "payment_intent")
    if intent["status"] != "succeeded":
        raise impossible("The PaymentIntent has no successful charge.", "payment_intent")
    return state.find("charge", intent["latest_charge"])


def _charge(state: State, form: Form) -> Document:
    if ("charge" in form) == ("payment_intent" in form):
        raise invalid("Name either a charge or a payment_intent.", "payment_intent", "parameter_missing")
    if "charge" not in form:
        return charge_of(state, form.required("payment_intent"))
    return state.find("charge", form.required("charge"), "charge")


def _undone(state: State, id: str) -> Document:
    refund = state.find("refund", id)
    if refund["status"] not in ("pending", "requires_action"):
        raise impossible(f"The refund is {refund['status']} already.", "refund")
    return refund


def _settled(refund: Document) -> Document:
    return {name: value for name, value in refund.items() if name != "next_action"} | {"pending_reason": None}


def _take_back(state: State, refund: Document, **changes: str) -> Document:
    charges.give_back(state, state.find("charge", refund["charge"]), -refund["amount"])
    return state.save({**_settled(refund), **changes})


def _next_action(state: State, charge: Document) -> Document:
    """The customer is asked by mail where the money shall go."""
    sent = {"email_sent_at": state.now(), "email_sent_to": charge["billing_details"]["email"] or ""}
    details = {"email_sent": sent, "expires_at": state.now() + 45 * 86_400}
    return {"type": "display_details", "display_details": details}


def _refundable(state: State, charge: Document, amount: int | None) -> int:
    rest = charge["amount_captured"] - charge["amount_refunded"]
    if disputes.block(state, charge):
        raise impossible("The charge is disputed and cannot be refunded.", "charge", "charge_disputed")
    if rest == 0:
        raise impossible("Nothing of the charge is left to refund.", "charge", "charge_already_refunded")
    if amount is not None and amount > rest:
        raise impossible(f"The refund of {amount} is more than the {rest} left on the charge.", "amount")
    return amount or rest
