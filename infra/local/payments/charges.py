"""Charges: the attempts to move money, one PaymentIntent may have several."""

from __future__ import annotations

from infra.local.payments import lists, methods
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document


def add(
    state: State, intent: Document, method: Document, status: str, decline: str | None = None
) -> Document:
    """A new charge of the intent's whole amount: succeeded, pending or failed."""
    captured = status == "succeeded"
    charge = state.new(
        "charge",
        "ch" if method["type"] == "card" else "py",
        amount=intent["amount"],
        amount_captured=intent["amount"] if captured else 0,
        billing_details=method["billing_details"],
        captured=captured,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        metadata=intent["metadata"],
        outcome=_outcome(status, decline),
        paid=captured,
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details=methods.charged(method),
        receipt_email=intent["receipt_email"],
        status=status,
    )
    if decline:
        error = methods.explain(decline)
        charge |= {"failure_code": error["code"], "failure_message": error["message"]}
    return state.save(charge)


def settle(state: State, charge: Document, status: str) -> Document:
    """A pending charge succeeds or fails."""
    captured = status == "succeeded"
    return state.save(
        {
            **charge,
            "status": status,
            "paid": captured,
            "captured": captured,
            "amount_captured": charge["amount"] if captured else 0,
            "outcome": _outcome(status, None),
        }
    )


def give_back(state: State, charge: Document, amount: int) -> Document:
    """Counts a refund in; a negative amount counts a failed one out again."""
    refunded = charge["amount_refunded"] + amount
    return state.save({**charge, "amount_refunded": refunded, "refunded": refunded == charge["amount"]})


def retrieve(state: State, form: Form, id: str) -> Document:
    form.only("expand")
    return state.find("charge", id)


def list_all(state: State, form: Form) -> Document:
    form.only(*lists.PAGING, "payment_intent", "customer")
    return lists.page(state, "charge", form, "/v1/charges", ("payment_intent", "customer"))


def _outcome(status: str, decline: str | None) -> Document:
    failed = status == "failed"
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if failed else "approved_by_network",
        "reason": decline,
        "risk_level": "normal",
        "seller_message": "The bank declined the payment." if failed else "Payment complete.",
        "type": "issuer_declined" if failed else "authorized",
    }
