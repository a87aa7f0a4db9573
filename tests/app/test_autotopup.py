"""Automatic top-ups through the doors: a card saved on Stripe's page, calls, the minute's sweep, mails."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

import app
from chalicelib.core.errors import ProviderError
from chalicelib.core.subjects import Subject
from chalicelib.money import ledger
from chalicelib.money.personal_data import ROWS
from infra.local.payments.in_process import stripe_client
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import Case, survive
from tests.harness.lambda_door import Answer, Context
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage

ADA = "ada@example.org"
LONDON = "+442079460958"
DOLLAR = 1_000_000
WISH = {"enabled": True, "threshold_micros": 5 * DOLLAR, "amount_micros": 20 * DOLLAR}
OFF = {"enabled": False}
SCHEDULED = dict.fromkeys(
    ("version", "id", "source", "account", "time", "region", "resources", "detail-type", "detail")
)


@pytest.fixture
def caller(browser: Browser) -> Browser:
    return browser.sign_up().top_up(8 * DOLLAR)


def wish(browser: Browser, body: Any = WISH, **headers: str) -> Answer:
    return browser.put("/api/auto-topup", body, **headers)


def told(browser: Browser) -> dict[str, Any]:
    return dict(browser.get("/api/auto-topup").json)


def save_card(browser: Browser, outcome: str = "succeeded") -> dict[str, Any]:
    """Wish for automatic top-ups, save a card for them, and let the webhooks arrive."""
    wished: dict[str, Any] = wish(browser).json
    browser.stage.payments.pay(wished["checkout_id"], outcome)  # type: ignore[arg-type]
    browser.stage.settle_payments()
    return wished


def use_up(browser: Browser) -> None:
    """One call that leaves less than the threshold."""
    assert browser.call(LONDON, 7200)["outcome"] == "completed"
    assert browser.available_micros() < 5 * DOLLAR


def sweep(clock: Clock, minutes: int = 3) -> None:
    for _ in range(minutes):
        clock.advance(timedelta(seconds=61))
        app.sweep(SCHEDULED, Context())


def methods(browser: Browser) -> list[Any]:
    """The cards that Stripe has saved for this account."""
    customer = ledger.funds(browser.account_id).customer
    assert customer
    client = stripe_client(browser.stage.payments)
    return list(client.v1.customers.payment_methods.list(customer).data)


def gone(browser: Browser, customer: str) -> bool:
    """Whether Stripe has forgotten a customer."""
    return "deleted" in stripe_client(browser.stage.payments).v1.customers.retrieve(customer)


def test_it_holds_from_when_the_card_is_saved(caller: Browser) -> None:
    assert told(caller) == {
        "enabled": False,
        "threshold": None,
        "amount": None,
        "card_saved": False,
        "checkout_id": None,
        "checkout_url": None,
    }
    wished = save_card(caller)
    assert wished["enabled"] is False
    assert wished["checkout_url"].startswith("http://127.0.0.1:8003/pay/cs_")
    now = told(caller)
    assert (now["enabled"], now["card_saved"], now["checkout_url"]) == (True, True, None)
    assert now["threshold"] == {"amount_micros": 5 * DOLLAR, "currency": "USD"}
    assert now["amount"] == {"amount_micros": 20 * DOLLAR, "currency": "USD"}


def test_a_call_that_uses_credit_up_is_followed_by_one_charge(caller: Browser, clock: Clock) -> None:
    save_card(caller)
    use_up(caller)
    before = caller.available_micros()
    sweep(clock)
    caller.stage.settle_payments()
    sweep(clock)
    assert caller.available_micros() == before + 20 * DOLLAR
    subjects = [mail.subject for mail in caller.mailbox.to(ADA)]
    assert subjects.count("Your receipt from Kinvo: 20.00 USD") == 1
    listed = caller.get("/api/receipts").json["items"]
    assert [(receipt["kind"], receipt["total"]["amount_micros"]) for receipt in listed] == [
        ("auto", 20 * DOLLAR),
        ("checkout", 8 * DOLLAR),
    ]
    kinds = [entry["kind"] for entry in caller.get("/api/ledger").json["items"]]
    assert sorted(kinds) == ["call", "topup", "topup"]


def test_a_declined_charge_switches_it_off_and_asks_for_another_card(caller: Browser, clock: Clock) -> None:
    save_card(caller)
    [card] = methods(caller)
    caller.stage.payments.decline(card.id)
    use_up(caller)
    sweep(clock)
    assert (told(caller)["enabled"], told(caller)["card_saved"]) == (False, False)
    subjects = [mail.subject for mail in caller.mailbox.to(ADA)]
    assert subjects.count("We could not charge your card for Kinvo") == 1
    assert methods(caller) == []
    assert wish(caller).json["checkout_url"]


def test_with_a_saved_card_another_wish_needs_no_page(caller: Browser) -> None:
    save_card(caller)
    answer = wish(caller, {**WISH, "threshold_micros": 2 * DOLLAR})
    assert answer.json["checkout_url"] is None
    assert answer.json["threshold"]["amount_micros"] == 2 * DOLLAR
    assert answer.json["enabled"] is True


def test_switching_off_forgets_the_card_at_stripe_too(caller: Browser, clock: Clock) -> None:
    save_card(caller)
    assert len(methods(caller)) == 1
    for _ in range(2):
        assert wish(caller, OFF).json["enabled"] is False
    assert told(caller)["card_saved"] is False
    sweep(clock)
    assert methods(caller) == []
    use_up(caller)
    sweep(clock)
    assert len(caller.get("/api/receipts").json["items"]) == 1


def test_the_second_card_comes_in_the_place_of_the_first(caller: Browser, clock: Clock) -> None:
    """Two pages were open, each of which made a customer of its own."""
    first, second = wish(caller).json, wish(caller).json
    customers = []
    for wished in (first, second):
        caller.stage.payments.pay(wished["checkout_id"], "succeeded")
        caller.stage.settle_payments()
        customers.append(str(ledger.funds(caller.account_id).customer))
    sweep(clock)
    assert customers[0] != customers[1]
    assert [gone(caller, id) for id in customers] == [True, False]
    assert len(methods(caller)) == 1


def test_a_card_that_is_not_saved_changes_nothing(caller: Browser) -> None:
    save_card(caller, "declined")
    assert told(caller)["enabled"] is False
    save_card(caller, "abandoned")
    assert told(caller)["enabled"] is False


def test_the_order_of_a_card_is_no_topup(caller: Browser) -> None:
    save_card(caller)
    [event] = [e for e in caller.stage.payments.events() if e["type"] == "setup_intent.succeeded"]
    order_id = event["data"]["object"]["metadata"]["order"]
    assert caller.get(f"/api/topups/{order_id}").status == 404
    assert len(caller.get("/api/receipts").json["items"]) == 1


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_stripes_two_events_save_one_card_in_any_order_and_twice(
    caller: Browser, order: tuple[int, ...]
) -> None:
    wished = wish(caller).json
    before = len(caller.stage.payments.events())
    caller.stage.payments.pay(wished["checkout_id"], "succeeded")
    kinds = ("setup_intent.succeeded", "checkout.session.completed")
    found = [e for e in caller.stage.payments.events()[before:] if e["type"] in kinds]
    events = [found[place]["id"] for place in order]
    assert caller.stage.payments.deliver(events, times=2) == 4
    assert told(caller)["enabled"] is True
    wish(caller, OFF)
    assert caller.stage.payments.deliver(events) == 2
    assert told(caller)["enabled"] is False, "a late event does not switch on again"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"enabled": True}, "threshold_micros"),
        ({"enabled": True, "threshold_micros": DOLLAR}, "amount_micros"),
        ({**WISH, "amount_micros": 1}, "amount_micros"),
        ({**WISH, "amount_micros": 5 * DOLLAR + 1}, "amount_micros"),
        ({**WISH, "amount_micros": 1000 * DOLLAR}, "amount_micros"),
        ({**WISH, "threshold_micros": 21 * DOLLAR}, "threshold_micros"),
        ({**WISH, "threshold_micros": 0}, "threshold_micros"),
        ({}, "enabled"),
    ],
)
def test_a_wish_that_does_not_fit_is_refused(caller: Browser, body: Any, field: str) -> None:
    answer = wish(caller, body)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)
    assert told(caller)["enabled"] is False


def test_a_silent_partner_changes_nothing_and_may_be_asked_again(caller: Browser) -> None:
    caller.stage.payments.faults.plant("checkout.sessions.create", "timeout_after", 1)
    assert wish(caller, idempotency_key="k").status == 503
    assert wish(caller, idempotency_key="k").json == wish(caller, idempotency_key="k").json
    sessions = stripe_client(caller.stage.payments).v1.checkout.sessions.list().data
    assert len([session for session in sessions if session.mode == "setup"]) == 1


def test_a_card_saved_after_the_account_closed_is_forgotten_at_once(caller: Browser) -> None:
    wished = wish(caller).json
    caller.stage.payments.pay(wished["checkout_id"], "succeeded")
    account_id = caller.account_id
    ledger.set_status(account_id, "closed")
    caller.stage.settle_payments()
    funds = ledger.funds(account_id)
    assert (funds.customer, funds.payment_method, funds.auto_threshold_micros) == (None, None, None)
    [session] = [
        session
        for session in stripe_client(caller.stage.payments).v1.checkout.sessions.list().data
        if session.mode == "setup"
    ]
    assert gone(caller, str(session.customer))


def test_an_erasure_forgets_the_card_and_its_customer(caller: Browser) -> None:
    save_card(caller)
    me = caller.get("/api/me").json
    subject = Subject(me["user_id"], me["account_id"])
    customer = str(ledger.funds(subject.account_id).customer)
    [row] = [row for row in ROWS if row.name == "saved_cards"]
    caller.stage.payments.faults.plant("customers.delete", "timeout_after", 1)
    with pytest.raises(ProviderError):
        row.erase(subject)
    assert row.find(subject) == 1
    assert row.erase(subject).outcome == "erased"
    assert row.find(subject) == 0
    funds = ledger.funds(subject.account_id)
    assert (funds.customer, funds.payment_method, funds.auto_threshold_micros) == (None, None, None)
    assert gone(caller, customer)


def test_a_kill_anywhere_saves_one_card(browser: Browser, stage: Stage, mailbox: Mailbox) -> None:
    """The wish, and the webhook that says that a card was saved."""
    people = iter(range(1000))

    def saving() -> Case:
        person = Browser(stage, mailbox).sign_up(f"person-{next(people)}@example.org")

        def act() -> None:
            wished = wish(person).json
            if wished["checkout_id"]:
                stage.payments.pay(wished["checkout_id"], "succeeded")
            stage.settle_payments()

        def outcome() -> object:
            now = told(person)
            return now["enabled"], now["threshold"], now["amount"], len(methods(person))

        return Case(act, outcome)

    assert "stripe POST" in survive(saving)


def test_switching_on_or_changing_it_asks_for_a_fresh_sign_in_and_switching_off_does_not(
    caller: Browser, clock: Clock
) -> None:
    save_card(caller)
    before = told(caller)
    clock.advance(timedelta(minutes=16))
    refused = wish(caller, {**WISH, "amount_micros": 100 * DOLLAR})
    assert (refused.status, refused.json["type"]) == (403, "sign-in-again")
    assert told(caller) == before
    assert wish(caller, {"enabled": False}).status == 200
    assert wish(caller).status == 403
    caller.sign_in()
    assert wish(caller).status == 200
