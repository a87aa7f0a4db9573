"""Every object has the fields of the provider's public fixtures, of the same types."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from infra.local.payments import Outcome, Start

from . import shapes
from .conftest import World

# Left out by the provider too, unless asked for.
UNSENT = {("charge", "refunds")}


def every_object(world: World) -> list[dict[str, Any]]:
    """Objects of all kinds in many of their states, as events and lists show them."""
    live_through_everything(world)
    client = world.client.v1
    customer = client.customers.create({"name": "A", "address": {"country": "US"}})
    session_id = client.checkout.sessions.list({"status": "complete"}).data[-1].id
    lists: list[Any] = [
        client.events.list({"limit": 100}),
        client.checkout.sessions.list(),
        client.checkout.sessions.line_items.list(session_id),
        client.payment_intents.list(),
        client.setup_intents.list(),
        client.charges.list(),
        client.refunds.list(),
        client.disputes.list(),
        client.radar.early_fraud_warnings.list(),
    ]
    found = [each.to_dict() for page in lists for each in page.data]
    found += [event["data"]["object"] for event in world.payments.events()]
    found += [moved for each in found for moved in each.get("balance_transactions", ())]
    session = client.checkout.sessions.retrieve(session_id)
    found += [m.to_dict() for m in client.customers.payment_methods.list(str(session.customer)).data]
    return [*found, customer.to_dict()]


def live_through_everything(world: World) -> None:
    payments, outcomes = world.payments, get_args(Outcome)
    for outcome in outcomes:
        session = world.order(payment_intent_data={"setup_future_usage": "off_session"})
        payments.pay(session.id, outcome)
        if outcome in ("succeeded", "declined", "abandoned"):
            payments.pay(world.saving().id, outcome)
    payments.set_tax("8.875")
    for outcome in outcomes[:2]:
        payments.pay(world.order(automatic_tax={"enabled": True}).id, outcome)
    world.order(automatic_tax={"enabled": True})
    for start in get_args(Start):
        refund = payments.refund(world.paid(), 1_000_000, start)
        payments.fail_refund(refund["refund"])
    payments.settle_refund(payments.refund(world.paid(), 1_000_000, "pending")["refund"])
    payments.dispute(world.paid(), 1_000_000, "won")
    inquiry = payments.open_dispute(world.paid(), 1_000_000, inquiry=True)["dispute"]
    payments.update_dispute(inquiry, "needs_response")
    payments.warn_of_fraud(world.paid())


def differences(document: dict[str, Any], expected: dict[str, str]) -> list[str]:
    kind = document["object"]
    known = shapes.CLASSES[kind].__annotations__
    unsent = UNSENT if document.get("type") != "us_bank_account" else {*UNSENT, (kind, "card")}
    missing = [f"lacks {name}" for name in expected if name not in document and (kind, name) not in unsent]
    unknown = [f"has {name}" for name in document if name not in known]
    wrong = [
        f"{name} is {shapes.type_of(value)}, not {expected[name]}"
        for name, value in document.items()
        if name in expected and not fits(shapes.type_of(value), expected[name])
    ]
    return [f"{kind} {difference}" for difference in missing + unknown + wrong]


def fits(type: str, expected: str) -> bool:
    """A fixture's bare null tells no type, only that the field may be null."""
    known, nullable = expected.rstrip("?"), expected.endswith("?")
    return known in (type, "null") or (type == "null" and nullable)


@pytest.mark.parametrize("source", [shapes.COMMITTED, *shapes.fixtures()], ids=lambda path: path.name)
def test_all_objects_have_the_providers_fields_and_types(world: World, source: Path) -> None:
    expected = shapes.read(source)
    assert expected == shapes.read(shapes.COMMITTED)
    objects = every_object(world)
    assert {document["object"] for document in objects} == set(expected)
    lines = {line for document in objects for line in differences(document, expected[document["object"]])}
    assert sorted(lines) == []
