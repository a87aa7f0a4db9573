"""Refunds of what was paid, in parts or whole."""

from __future__ import annotations

from infra.local.payments import charges, disputes, lists
from infra.local.payments.errors import impossible, invalid
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document

_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create(state: State, form: Form) -> Document:
    """Gives back `amount` (the rest of it when absent) of a charge or of a PaymentIntent's last charge."""
    form.only("payment_intent", "charge", "amount", "metadata", "reason", "instructions_email", "expand")
    reason = form.choice("reason", _REASONS, _REASONS[2]) if "reason" in form else None
    amount = form.positive("amount") if "amount" in form else None
    return add(state, _charge(state, form), amount, reason, form.metadata())


def add(
    state: State, charge: Document, amount: int | None, reason: str | None, metadata: dict[str, str]
) -> Document:
    """A refund that succeeds at once; what cannot be given back is refused."""
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
        reason=reason,
    )
    state.save(refund)
    refunded = charges.give_back(state, charge, amount)
    state.emit("refund.created", refund)
    state.emit("charge.refunded", refunded)
    state.emit("refund.updated", refund)
    return refund


def fail(state: State, id: str, reason: str) -> Document:
    """The bank sends a refund back: the money is the merchant's again."""
    refund = state.find("refund", id)
    if refund["status"] == "failed":
        raise impossible("The refund has failed already.", "refund")
    failed = state.save({**refund, "status": "failed", "failure_reason": reason})
    charges.give_back(state, state.find("charge", refund["charge"]), -refund["amount"])
    state.emit("refund.updated", failed)
    state.emit("refund.failed", failed)
    return failed


def retrieve(state: State, form: Form, id: str) -> Document:
    form.only("expand")
    return state.find("refund", id)


def list_all(state: State, form: Form) -> Document:
    form.only(*lists.PAGING, "payment_intent", "charge")
    return lists.page(state.all("refund"), form, "/v1/refunds", ("payment_intent", "charge"))


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


def _refundable(state: State, charge: Document, amount: int | None) -> int:
    rest = charge["amount_captured"] - charge["amount_refunded"]
    if disputes.block(state, charge):
        raise impossible("The charge is disputed and cannot be refunded.", "charge", "charge_disputed")
    if rest == 0:
        raise impossible("Nothing of the charge is left to refund.", "charge", "charge_already_refunded")
    if amount is not None and amount > rest:
        raise impossible(f"The refund of {amount} is more than the {rest} left on the charge.", "amount")
    return amount or rest
