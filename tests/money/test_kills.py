"""Stripe's webhook, killed before or after any request: the same event again is one credit."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core import clock as core_clock
from chalicelib.core import ids, secrets
from chalicelib.money import ledger, topups
from chalicelib.money.models import Order, Payment
from tests.harness.killpoints import Case, survive
from tests.harness.signed import fund, post_stripe
from tests.harness.stage import Stage

AMOUNT = 10_000_000


@pytest.fixture(autouse=True)
def _known_secrets(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no case has to fetch them, and all make the same requests."""
    monkeypatch.setattr(secrets, "_cached", None)
    secrets.current()


def told(stage: Stage, outcome: Any, kind: str) -> tuple[str, Order, dict[str, Any]]:
    """A fresh account, its order, and the event that Stripe would post of it."""
    account_id = fund(AMOUNT)
    order = topups.start(account_id, AMOUNT, ids.new("ord", core_clock.now()))
    seen = len(stage.payments.events())
    stage.payments.pay(str(order.checkout_id), outcome)
    [event] = [event for event in stage.payments.events()[seen:] if event["type"] == kind]
    return account_id, order, event


def heard(event: dict[str, Any]) -> None:
    answer = post_stripe(event)
    assert answer.status == 200, answer.text


@pytest.mark.parametrize(
    ("outcome", "kind", "credited"),
    [
        ("succeeded", "checkout.session.completed", True),
        ("succeeded", "payment_intent.succeeded", True),
        ("async_succeeded", "checkout.session.async_payment_succeeded", True),
        ("async_failed", "checkout.session.async_payment_failed", False),
        ("abandoned", "checkout.session.expired", False),
    ],
)
def test_a_payments_webhook_may_die_anywhere(stage: Stage, outcome: Any, kind: str, credited: bool) -> None:
    def make() -> Case:
        account_id, order, event = told(stage, outcome, kind)

        def look() -> object:
            funds = ledger.funds(account_id)
            entries = [entry.amount_micros for entry in ledger.entries(account_id, 10)]
            assert sum(entries) == funds.available_micros + funds.held_micros
            payments = len(list(Payment.by_account.query(account_id, Payment.id.startswith("PI#"))))
            return entries, payments, topups.find(account_id, topups_number(order)).state

        return Case(lambda: heard(event), look)

    requests = survive(make)
    writes = [name for name in requests if name in ("TransactWriteItems", "UpdateItem", "PutItem")]
    assert writes == (["TransactWriteItems"] if credited else ["UpdateItem"])


def topups_number(order: Order) -> str:
    return str(order.id).partition("#")[2]
