"""Ordering credit: within bounds, one's own, and never charged for nothing."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.identity import accounts
from chalicelib.money import ledger
from tests.harness.browser import Browser
from tests.harness.killpoints import intercepted
from tests.harness.lambda_door import Answer
from tests.harness.stage import Stage

MINIMUM, MAXIMUM = 5_000_000, 100_000_000
CENT = 10_000


@pytest.fixture
def ada(browser: Browser) -> Browser:
    return browser.sign_up()


def order(ada: Browser, amount_micros: Any) -> Answer:
    return ada.post("/api/topups", {"amount_micros": amount_micros})


def test_an_order_has_a_page_to_pay_it_on(ada: Browser) -> None:
    answer = order(ada, MINIMUM)
    assert answer.status == 201
    placed = answer.json
    assert (placed["state"], placed["amount"]) == ("open", {"amount_micros": MINIMUM, "currency": "USD"})
    assert placed["checkout_id"].startswith("cs_")
    assert placed["checkout_url"].startswith("http")
    assert placed["payment_intent"] is None
    assert ada.get(f"/api/topups/{placed['id']}").json == placed
    assert ada.available_micros() == 0, "an order is no credit"


def test_the_bounds_themselves_can_be_ordered(ada: Browser) -> None:
    for amount in (MINIMUM, MINIMUM + CENT, MAXIMUM - CENT, MAXIMUM):
        assert order(ada, amount).status == 201


def test_what_is_out_of_bounds_or_no_whole_cent_is_refused_before_stripe_is_asked(ada: Browser) -> None:
    odd: list[Any] = [
        MINIMUM - CENT,
        MAXIMUM + CENT,
        MINIMUM + 1,
        MAXIMUM - 1,
        0,
        1,
        -MINIMUM,
        10**18,
        2**63,
        10**30,
    ]
    odd += [5e6, 5_000_000.5, "5000000", "5_000_000", "\uff15000000", "1e7", None, True, [MINIMUM], {}, ""]
    for amount in odd:
        with intercepted() as requests:
            answer = order(ada, amount)
        assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (
            422,
            ["amount_micros"],
        ), amount
        assert not [name for name in requests if name.startswith("stripe") or name == "PutItem"]


def test_nothing_but_the_amount_is_taken_from_the_browser(ada: Browser) -> None:
    for more in ({"currency": "EUR"}, {"account_id": "acc_x"}, {"state": "paid"}, {"order_id": "ord_x"}):
        answer = ada.post("/api/topups", {"amount_micros": MINIMUM, **more})
        assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (422, list(more))


def test_somebody_elses_order_is_not_found(ada: Browser, stage: Stage) -> None:
    placed = order(ada, MINIMUM).json
    eve = Browser(stage, ada.mailbox).sign_up("eve@example.org")
    unknown = eve.get("/api/topups/ord_01ARZ3NDEKTSV4RRFFQ69G5FAV").json
    hers = eve.get(f"/api/topups/{placed['id']}").json
    assert (hers["status"], hers["type"], hers["detail"]) == (404, unknown["type"], unknown["detail"])


def test_what_is_no_order_id_is_not_even_looked_up(ada: Browser) -> None:
    with intercepted() as for_good_id:
        ada.get("/api/topups/ord_01ARZ3NDEKTSV4RRFFQ69G5FAV")
    for id in ("x" * 5000, "call_01ARZ3NDEKTSV4RRFFQ69G5FAV", "%00"):
        with intercepted() as requests:
            assert ada.get(f"/api/topups/{id}").status == 404
        assert len(requests) == len(for_good_id) - 1, "a key beyond 2048 bytes is an error of the table"


@pytest.mark.parametrize(
    "fault", ["error500", "timeout_before", "timeout_after", "rate_limited", "error500_after"]
)
def test_when_stripe_is_silent_nothing_is_charged_and_the_next_try_works(
    ada: Browser, stage: Stage, fault: Any
) -> None:
    stage.payments.faults.plant("checkout.sessions.create", fault)
    answer = order(ada, MINIMUM)
    assert (answer.status, answer.json["type"]) == (503, "payments-unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert "Nothing was charged" in answer.json["detail"]
    placed = order(ada, MINIMUM)
    assert placed.status == 201
    stage.payments.pay(placed.json["checkout_id"], "succeeded")
    stage.settle_payments()
    assert ada.available_micros() == MINIMUM


def test_a_double_click_orders_twice_and_charges_for_what_is_paid(ada: Browser, stage: Stage) -> None:
    first, second = order(ada, MINIMUM).json, order(ada, MINIMUM).json
    assert first["id"] != second["id"]
    assert first["checkout_id"] != second["checkout_id"]
    stage.payments.pay(second["checkout_id"], "succeeded")
    stage.payments.pay(first["checkout_id"], "abandoned")
    stage.settle_payments()
    states = [ada.get(f"/api/topups/{placed['id']}").json["state"] for placed in (first, second)]
    assert states == ["expired", "paid"]
    assert ada.available_micros() == MINIMUM


def test_a_declined_card_leaves_the_order_open_for_another(ada: Browser, stage: Stage) -> None:
    placed = order(ada, MINIMUM).json
    stage.payments.pay(placed["checkout_id"], "declined")
    stage.settle_payments()
    assert ada.get(f"/api/topups/{placed['id']}").json["state"] == "open"
    assert ada.available_micros() == 0
    stage.payments.pay(placed["checkout_id"], "succeeded")
    stage.settle_payments()
    assert ada.available_micros() == MINIMUM


def test_a_suspended_account_orders_nothing_and_keeps_what_was_paid_before(
    ada: Browser, stage: Stage
) -> None:
    placed = order(ada, MINIMUM).json
    me = ada.get("/api/me").json
    accounts.suspend(me["user_id"])
    ledger.set_status(me["account_id"], "suspended")
    assert order(ada, MINIMUM).json["type"] == "account-suspended"
    stage.payments.pay(placed["checkout_id"], "succeeded")
    stage.settle_payments()
    assert ledger.funds(me["account_id"]).available_micros == MINIMUM


def test_only_the_order_goes_to_stripe_and_no_person(ada: Browser, stage: Stage) -> None:
    placed = order(ada, MINIMUM).json
    me = ada.get("/api/me").json
    session = stage.payments._state.find("checkout.session", placed["checkout_id"])
    assert session["metadata"] == {"order": placed["id"], "service": "local"}
    for personal in (me["email"], me["user_id"], me["account_id"]):
        assert personal not in str(session)
