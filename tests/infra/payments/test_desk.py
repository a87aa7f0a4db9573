"""The developer's desk: every verb over the routes of /dev/payments/."""

from __future__ import annotations

from typing import Any, cast

import pytest
from starlette.types import ASGIApp

from infra.local.dev_routes import Developer
from infra.local.hosting import Deliveries
from tests.infra.local.in_process import ask

from .conftest import World

ABSENT = cast("Any", None)


@pytest.fixture
def dev(world: World) -> ASGIApp:
    developer = Developer({}, world.payments, ABSENT, Deliveries([]), ABSENT, ABSENT, ABSENT)
    return developer.app(("127.0.0.1:8000",))


def say(dev: ASGIApp, id: str, verb: str, **body: Any) -> dict[str, Any]:
    answer = ask(dev, "POST", f"/dev/payments/{id}/{verb}", json=body)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def test_a_dispute_is_led_phase_by_phase(dev: ASGIApp, world: World) -> None:
    intent = say(dev, world.order().id, "pay")["payment_intent"]
    dispute = say(dev, intent, "open-dispute", amount_micros=1_000_000, inquiry=True)["dispute"]
    assert say(dev, dispute, "update-dispute", status="needs_response")["status"] == "needs_response"
    say(dev, dispute, "withdraw-dispute")
    assert say(dev, dispute, "close-dispute", verdict="won") == {"dispute": dispute, "status": "won"}
    say(dev, dispute, "reinstate-dispute")
    say(dev, intent, "warn-of-fraud")
    say(dev, intent, "dispute", amount_micros=1_000_000, outcome="lost")
    assert [event.removeprefix("charge.dispute.") for event in world.types()[3:]] == [
        *("created", "updated", "funds_withdrawn", "closed", "funds_reinstated"),
        "radar.early_fraud_warning.created",
        *("created", "funds_withdrawn", "closed"),
    ]


def test_banks_answer_refunds_and_payments_later(dev: ASGIApp, world: World) -> None:
    intent = say(dev, world.order().id, "pay", outcome="processing")["payment_intent"]
    assert say(dev, intent, "settle")["status"] == "succeeded"
    for outcome in ("succeeded", "failed"):
        refund = say(dev, intent, "refund", amount_micros=1_000_000, status="pending")
        assert refund["status"] == "pending"
        assert say(dev, refund["refund"], "settle", outcome=outcome)["status"] == outcome


def test_settings_hold_from_then_on_and_those_left_out_stay(dev: ASGIApp, world: World) -> None:
    for body in ({"tax_percent": "10"}, {"refunds_start": "pending"}):
        assert ask(dev, "POST", "/dev/payments/settings", json=body).status_code == 200
    session = world.order(1000, automatic_tax={"enabled": True})
    intent = say(dev, session.id, "pay")["payment_intent"]
    refund = world.client.v1.refunds.create({"payment_intent": intent})
    assert (refund.amount, refund.status) == (1100, "pending")


def test_a_webhook_is_dropped_and_posted_after_all(dev: ASGIApp, world: World) -> None:
    world.paid()
    event = world.payments.waiting()[0]["event"]
    assert say(dev, event, "drop") == {"id": event}
    assert world.payments.deliver_due() == 2
    assert say(dev, event, "deliver", times=2) == {"taken": 2}


def test_a_saved_card_is_declined_from_then_on(dev: ASGIApp, world: World) -> None:
    say(dev, world.saving().id, "pay")
    card = world.payments.events()[0]["data"]["object"]["id"]
    assert say(dev, card, "decline", reason="insufficient_funds") == {"id": card}
    assert say(dev, card, "decline", reason=None) == {"id": card}


def test_wrong_words_are_problems(dev: ASGIApp, world: World) -> None:
    def status(path: str, body: dict[str, Any]) -> int:
        return ask(dev, "POST", f"/dev/payments/{path}", json=body).status_code

    intent = world.paid()
    assert status(f"{intent}/explode", {}) == 404
    assert status(f"{intent}/refund", {"amount_micros": "much"}) == 422
    assert status(f"{intent}/close-dispute", {"verdict": "tied"}) == 422
    assert status(f"{intent}/withdraw-dispute", {"why": "x"}) == 422
    assert status("du_unknown/withdraw-dispute", {}) == 404
    assert status("settings", {"tax_percent": "much"}) == 400
