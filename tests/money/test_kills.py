"""Stripe's webhook and an order, killed before or after any request: the same input again is one credit."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core import clock as core_clock
from chalicelib.core import ids, secrets
from chalicelib.money import ledger, topups
from chalicelib.money.models import Order, Payment
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import Case, survive
from tests.harness.lambda_door import Answer, ask
from tests.harness.signed import fund, post_stripe
from tests.harness.stage import Stage

AMOUNT = 10_000_000
number = itertools.count()


@pytest.fixture(autouse=True)
def _known_secrets(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no case has to fetch them, and all make the same requests."""
    monkeypatch.setattr(secrets, "_cached", None)
    secrets.current()


def orders(account_id: str) -> list[Order]:
    keys = Order.by_account.query(account_id, Order.id.startswith("ORDER#"))
    return [Order.get(key.id, consistent_read=True) for key in keys]


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


def test_an_order_under_a_key_may_die_anywhere(browser: Browser, stage: Stage, clock: Clock) -> None:
    ada = browser.sign_up()
    account_id = ada.account_id
    assert ada.csrf_token
    headers = {
        "content-type": "application/json",
        "cookie": "; ".join(f"{name}={value}" for name, value in ada.cookies.items()),
        "x-csrf-token": ada.csrf_token,
    }

    def order(key: str) -> Answer:
        answer = ask(
            "POST",
            "/api/topups",
            headers={**headers, "idempotency-key": key},
            body=b'{"amount_micros":5000000}',
        )
        if answer.status == 409:
            clock.advance(timedelta(seconds=int(answer.headers["retry-after"])))
            return order(key)
        assert answer.status == 201, answer.text
        return answer

    def make() -> Case:
        key = f"key-{next(number)}"
        known = {found.id for found in orders(account_id)}
        sessions = len(stage.payments._state.all("checkout.session"))

        def look() -> object:
            fresh = [found for found in orders(account_id) if found.id not in known]
            again = order(key).json
            states = [(found.state, found.checkout_id == again["checkout_id"]) for found in fresh]
            return states, len(stage.payments._state.all("checkout.session")) - sessions

        return Case(lambda: order(key), look)

    requests = survive(make)
    assert requests.count("stripe POST") == 1
