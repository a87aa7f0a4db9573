"""Line items: what a checkout session sells."""

from __future__ import annotations

from infra.local.payments.errors import invalid, missing
from infra.local.payments.forms import Form
from infra.local.payments.state import State
from infra.local.store import Document


def read(state: State, form: Form) -> list[Document]:
    """The session's line items, all in one currency, priced inline."""
    items = [_item(state, line) for line in form.children("line_items")]
    if not items:
        raise invalid("line_items is required in payment mode.", "line_items", "parameter_missing")
    if len({item["currency"] for item in items}) > 1:
        raise invalid("All line items must have the same currency.", "line_items")
    return items


def totals(sold: list[Document]) -> Document:
    """The sums that a session shows."""
    details = {"amount_discount": 0, "amount_shipping": 0, "amount_tax": sum(i["amount_tax"] for i in sold)}
    return {
        "amount_subtotal": sum(item["amount_subtotal"] for item in sold),
        "amount_total": sum(item["amount_total"] for item in sold),
        "total_details": details,
    }


def _item(state: State, line: Form) -> Document:
    line.only("price", "price_data", "quantity", "adjustable_quantity", "tax_rates", "dynamic_tax_rates")
    if price_id := line.text("price"):
        raise missing("price", price_id, line.named("price"), 400)
    data = line.child("price_data")
    data.only("currency", "product", "product_data", "unit_amount", "tax_behavior")
    data.choice("tax_behavior", ("exclusive", "unspecified"), "unspecified")
    product = data.child("product_data")
    product.only("name", "description", "metadata", "images", "tax_code", "unit_label")
    currency, unit, quantity = data.required("currency").lower(), data.positive("unit_amount"), 1
    if "quantity" in line:
        quantity = line.positive("quantity")
    total = unit * quantity
    return state.new(
        "item",
        "li",
        amount_subtotal=total,
        amount_total=total,
        currency=currency,
        description=product.required("name"),
        price=_price(state, data, currency, unit),
        quantity=quantity,
    )


def _price(state: State, data: Form, currency: str, unit: int) -> Document:
    price = state.new(
        "price",
        "price",
        currency=currency,
        tax_behavior=data.text("tax_behavior") or "unspecified",
        unit_amount=unit,
        unit_amount_decimal=str(unit),
    )
    return {**price, "product": data.text("product") or state.mint("prod")}
