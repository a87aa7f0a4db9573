"""PaymentIntents: one sum that a customer owes, through every attempt to pay it."""

from __future__ import annotations

from infra.local.payments import amounts, charges, lists, methods
from infra.local.payments.errors import DeclinedError, invalid
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document


def create(state: State, form: Form) -> Document:
    """With `confirm` it is charged at once; a card that says no is a DeclinedError."""
    form.only(
        *("amount", "currency", "customer", "payment_method", "confirm", "off_session", "metadata"),
        *("description", "receipt_email", "setup_future_usage", "automatic_payment_methods"),
        *("allowed_payment_method_types", "return_url", "error_on_requires_action", "expand"),
    )
    amount = amounts.chargeable(form.positive("amount"), "amount")
    confirm, customer, chosen = form.flag("confirm"), form.text("customer"), form.text("payment_method")
    if form.flag("off_session") and not confirm:
        raise invalid("off_session needs confirm=true.", "off_session")
    if customer:
        state.find("customer", customer, "customer", 400)
    if confirm and not chosen:
        raise invalid("Confirming needs a payment method.", "payment_method", "parameter_missing")
    method = methods.choose(state, chosen, customer) if chosen else None
    intent = add(
        state,
        amount=amount,
        currency=form.required("currency").lower(),
        customer=customer,
        description=form.text("description"),
        metadata=form.metadata(),
        payment_method=method["id"] if method else None,
        receipt_email=form.text("receipt_email"),
        setup_future_usage=form.text("setup_future_usage"),
        status="requires_confirmation" if method else "requires_payment_method",
    )
    return _confirm(state, intent, method) if confirm and method else intent


def add(state: State, **values: object) -> Document:
    """A new intent with the given fields; `amount` and `currency` at least."""
    intent = state.new("payment_intent", "pi", **values)
    return state.save({**intent, "client_secret": f"{intent['id']}_{state.mint('secret')}"})


def succeed(state: State, intent: Document, method: Document) -> Document:
    """The money is taken at once."""
    return _take(state, intent, method, charges.add(state, intent, method, "succeeded"))


def process(state: State, intent: Document, method: Document) -> Document:
    """The bank is asked and has not answered yet."""
    charge = charges.add(state, intent, method, "pending")
    return _attempt(
        state,
        intent,
        charge,
        status="processing",
        payment_method=method["id"],
        payment_method_types=[method["type"]],
    )


def settle(state: State, intent: Document, *, paid: bool) -> Document:
    """The bank's answer on an intent in process."""
    charge = charges.settle(
        state, state.find("charge", intent["latest_charge"]), "succeeded" if paid else "failed"
    )
    method = state.find("payment_method", intent["payment_method"])
    if paid:
        return _take(state, intent, method, charge)
    return _fail(state, intent, method, charge, "generic_decline")


def fail(state: State, intent: Document, method: Document, decline: str) -> Document:
    """The card says no; the intent waits for another one."""
    return _fail(state, intent, method, charges.add(state, intent, method, "failed", decline), decline)


def retrieve(state: State, form: Form, id: str) -> Document:
    form.only("client_secret", "expand")
    return state.find("payment_intent", id)


def list_all(state: State, form: Form) -> Document:
    form.only(*lists.PAGING, "customer")
    return lists.page(state, "payment_intent", form, "/v1/payment_intents", ("customer",))


def _confirm(state: State, intent: Document, method: Document) -> Document:
    decline = methods.refusal(state, method["id"])
    if method["type"] != "card" or decline == methods.SLOW:
        return process(state, intent, method)
    if decline is None:
        return succeed(state, intent, method)
    failed = fail(state, intent, method, decline)
    raise DeclinedError(failed["last_payment_error"], failed)


def _take(state: State, intent: Document, method: Document, charge: Document) -> Document:
    paid = _attempt(
        state,
        intent,
        charge,
        status="succeeded",
        payment_method=method["id"],
        payment_method_types=[method["type"]],
        amount_received=intent["amount"],
        last_payment_error=None,
    )
    state.emit("charge.succeeded", charge)
    state.emit("payment_intent.succeeded", paid)
    return paid


def _fail(state: State, intent: Document, method: Document, charge: Document, decline: str) -> Document:
    error = {**methods.explain(decline), "charge": charge["id"], "payment_method": method}
    failed = _attempt(
        state,
        intent,
        charge,
        status="requires_payment_method",
        payment_method=None,
        last_payment_error=error,
    )
    state.emit("payment_intent.payment_failed", failed)
    return failed


def _attempt(state: State, intent: Document, charge: Document, **changes: object) -> Document:
    return state.save({**intent, "latest_charge": charge["id"], **changes})
