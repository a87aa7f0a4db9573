"""The credit of an account that its person closed goes back, whenever it comes free."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.money import closings, errands, holds, ledger, refunds
from chalicelib.money.holds import Overdue
from infra.money import main
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import Case, survive
from tests.harness.lambda_door import run_schedule
from tests.harness.stage import Stage
from tests.money.payer import Payer
from tests.money.refunding import TEN, refunded_at_stripe, reservations, spend

LONDON = "+442079460958"


def close(payer: Payer) -> None:
    closings.close(payer.account_id, service_clock.now())


def sweep(payer: Payer) -> None:
    """Carry out its closing's errand alone."""
    left = holds.live(payer.account_id)
    errands.sweep(Overdue(payer.account_id, key, left[key]) for key in left if key == closings.ERRAND)


def pass_a_day(clock: Clock) -> None:
    """As much of a day as sees the daily work, and the sweep after it."""
    clock.advance(timedelta(hours=25))
    run_schedule("daily")
    run_schedule("sweep")


def test_what_a_call_held_at_the_closing_goes_back_after_it(browser: Browser, clock: Clock) -> None:
    ada = browser.sign_up("ada@example.org").top_up()
    token = ada.post("/api/calls/token").json["token"]
    call = ada.stage.carrier.start_call(token, LONDON)
    assert ada.post("/api/me/close").status == 200
    clock.advance(timedelta(minutes=1))
    run_schedule("sweep")
    ada.stage.settle_payments()
    assert closings.ERRAND in ledger.funds(ada.account_id).holds
    ada.stage.carrier.end_call(call["call_sid"], 61)
    clock.advance(timedelta(minutes=2))
    run_schedule("sweep")
    ada.stage.settle_payments()
    left = ledger.funds(ada.account_id)
    assert (left.status, left.available_micros, left.holds) == ("closing", 0, {})


def test_what_is_paid_after_the_closing_goes_back_within_a_day(browser: Browser, clock: Clock) -> None:
    ada = browser.sign_up("ada@example.org")
    order = ada.post("/api/topups", {"amount_micros": TEN}).json
    assert ada.post("/api/me/close").status == 200
    run_schedule("sweep")
    ada.stage.payments.pay(order["checkout_id"], "succeeded")
    ada.stage.settle_payments()
    assert ledger.funds(ada.account_id).available_micros == TEN
    pass_a_day(clock)
    assert ledger.funds(ada.account_id).available_micros == 0


def test_a_refund_that_a_bank_sends_back_is_tried_again(stage: Stage, clock: Clock) -> None:
    payer = Payer(stage)
    payer.top_up()
    close(payer)
    run_schedule("sweep")
    stage.settle_payments()
    assert payer.available_micros == 0
    (refund,) = stage.payments.all("refund")
    stage.payments.fail_refund(refund["id"])
    stage.settle_payments()
    assert payer.available_micros == TEN
    close(payer)
    run_schedule("sweep")
    stage.settle_payments()
    assert payer.available_micros == 0
    assert refunded_at_stripe(payer) == TEN


def test_less_than_a_cent_leaves_nothing_to_do(stage: Stage) -> None:
    payer = Payer(stage)
    close(payer)
    run_schedule("sweep")
    spend(payer, -9_999)
    close(payer)
    assert payer.funds.holds == {}


def test_what_is_less_than_a_cent_is_rounded_when_no_call_holds_any_more(
    browser: Browser, clock: Clock
) -> None:
    """It is booked away once, so it has to be the last rest."""
    ada = browser.sign_up("ada@example.org").top_up()
    spend(Payer(ada.stage, ada.account_id), 1_234)
    token = ada.post("/api/calls/token").json["token"]
    call = ada.stage.carrier.start_call(token, LONDON)
    assert not refunds.refund_all(ada.account_id)
    ada.stage.carrier.end_call(call["call_sid"], 61)
    assert refunds.refund_all(ada.account_id)
    assert ledger.funds(ada.account_id).total_micros == 0


def test_an_operator_may_give_back_what_a_closing_account_has(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    payer = Payer(stage)
    payer.pay()
    close(payer)
    run_schedule("sweep")
    stage.settle_payments()
    assert main(["refund", payer.account_id]) == 0
    assert "goes back, succeeded" in capsys.readouterr().out


def test_the_look_for_what_came_after_the_closing_may_die_anywhere(stage: Stage) -> None:
    def make() -> Case:
        payer = Payer(stage)
        payer.pay()
        close(payer)
        sweep(payer)
        stage.settle_payments()

        def outcome() -> object:
            sweep(payer)
            stage.settle_payments()
            return payer.available_micros, refunded_at_stripe(payer), reservations(payer)

        return Case(lambda: close(payer), outcome)

    survive(make)
