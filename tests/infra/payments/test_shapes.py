"""Every object has the fields of the provider's public fixtures, of the same types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from . import shapes
from .conftest import World

# Left out by the provider too, unless asked for.
UNSENT = {("charge", "refunds")}


def every_object(world: World) -> list[dict[str, Any]]:
    """Objects of all kinds in many of their states, as events and lists show them."""
    client = world.client.v1
    for outcome in ("succeeded", "declined", "async_succeeded", "async_failed", "abandoned"):
        session = world.order(payment_intent_data={"setup_future_usage": "off_session"})
        world.payments.pay(session.id, outcome)
    world.order(automatic_tax={"enabled": True})
    world.payments.refund(world.paid(), 1_000_000)
    world.payments.dispute(world.paid(), 1_000_000, "won")
    customer = client.customers.create({"name": "A"})
    session_id = client.checkout.sessions.list({"status": "complete"}).data[-1].id
    lists: list[Any] = [
        client.events.list({"limit": 100}),
        client.checkout.sessions.list(),
        client.checkout.sessions.line_items.list(session_id),
        client.payment_intents.list(),
        client.charges.list(),
        client.refunds.list(),
        client.disputes.list(),
    ]
    found = [each.to_dict() for page in lists for each in page.data]
    found += [event["data"]["object"] for event in world.payments.events()]
    session = client.checkout.sessions.retrieve(session_id)
    found += [m.to_dict() for m in client.customers.payment_methods.list(str(session.customer)).data]
    return [*found, customer.to_dict()]


def differences(document: dict[str, Any], expected: dict[str, str]) -> list[str]:
    kind = document["object"]
    known = shapes.CLASSES[kind].__annotations__
    missing = [f"lacks {name}" for name in expected if name not in document and (kind, name) not in UNSENT]
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
