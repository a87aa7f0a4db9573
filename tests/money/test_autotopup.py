"""One charge of the saved card for each crossing, whatever is lost, late, repeated or at once."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.core import ids
from chalicelib.core.throttles import Limit
from chalicelib.money import autotopup, cards, errands, holds, ledger
from chalicelib.money.ledger import AUTO_TOPUP
from chalicelib.money.models import Balance
from chalicelib.providers import stripe_cards
from tests.conftest import Clock
from tests.harness.killpoints import Case, intercepted, survive
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.money.crossing import AMOUNT, CHARGE, THRESHOLD, charged_below, cross, sweep_all
from tests.money.purse import DECLINED, DOLLAR, VISA, Purse, sweep

RECEIPT = "Your receipt from Kinvo: 20.00 USD"


@pytest.fixture
def purse(stage: Stage, mailbox: Mailbox) -> Purse:
    return charged_below(stage, mailbox)


def test_a_crossing_charges_the_card_once_and_sends_a_receipt(purse: Purse, clock: Clock) -> None:
    cross(purse)
    sweep_all(clock)
    [charge] = purse.charges()
    assert (charge.amount, charge.currency, charge.status) == (2000, "usd", "succeeded")
    assert purse.funds.available_micros == 24 * DOLLAR
    assert purse.entries() == [("topup", AMOUNT), ("call", -4 * DOLLAR), ("adjustment", 8 * DOLLAR)]
    assert purse.subjects() == {RECEIPT}
    assert purse.funds.holds == {}
    assert set(purse.orders().values()) == {"paid"}
    assert purse.balanced()


def test_the_order_minted_by_the_crossing_is_what_stripe_is_asked_with(purse: Purse) -> None:
    cross(purse)
    order_id = purse.funds.holds[AUTO_TOPUP]["order"]
    sweep()
    assert list(purse.orders()) == [order_id]
    [charge] = purse.charges()
    assert charge.metadata["order"] == order_id
    created = [event for event in purse.stage.payments.events() if event["data"]["object"]["id"] == charge.id]
    assert {event["request"]["idempotency_key"] for event in created} == {order_id}


def test_answer_and_webhook_credit_once_whichever_is_first(purse: Purse, clock: Clock) -> None:
    for webhook_first in (True, False):
        cross(purse)
        before = purse.funds.total_micros
        purse.stage.payments.faults.plant(CHARGE, "timeout_after", int(webhook_first))
        sweep()
        purse.stage.settle_payments()
        assert purse.funds.total_micros == before + AMOUNT
        assert AUTO_TOPUP not in purse.funds.holds
        sweep_all(clock)
        assert purse.funds.total_micros == before + AMOUNT
        purse.spend(purse.funds.available_micros - 8 * DOLLAR)
    assert len(purse.charges()) == 2
    assert purse.balanced()


def test_below_the_threshold_already_is_no_crossing(purse: Purse, clock: Clock) -> None:
    cross(purse)
    sweep_all(clock)
    purse.spend(19 * DOLLAR)
    assert AUTO_TOPUP not in purse.funds.holds
    purse.spend(DOLLAR)
    assert AUTO_TOPUP in purse.funds.holds


def test_an_account_that_froze_after_its_crossing_is_neither_charged_nor_given_an_order(
    purse: Purse, clock: Clock
) -> None:
    cross(purse)
    ledger.change(purse.account_id, [Balance.frozen.add({"du_1"})])
    sweep_all(clock)
    assert (purse.charges(), purse.orders(), purse.funds.holds) == ([], {}, {})


def test_while_a_charge_waits_another_crossing_asks_for_no_second_one(purse: Purse, clock: Clock) -> None:
    cross(purse)
    first = purse.funds.holds[AUTO_TOPUP]["order"]
    cross(purse.earn(4 * DOLLAR))
    assert purse.funds.holds[AUTO_TOPUP]["order"] == first
    sweep_all(clock)
    assert len(purse.charges()) == 1


def test_two_settles_at_once_ask_for_one_charge(purse: Purse, clock: Clock) -> None:
    """Both read the balance above the threshold; the second one's write comes in between."""
    rival: list[str] = []

    def settle_another(_: int, name: str) -> None:
        if name == "TransactWriteItems" and not rival:
            rival.append(name)
            purse.spend(4 * DOLLAR)

    with intercepted(before=settle_another):
        purse.spend(4 * DOLLAR)
    assert purse.funds.total_micros == 0
    sweep_all(clock)
    assert len(purse.charges()) == 1
    assert purse.funds.total_micros == AMOUNT


def test_two_sweeps_at_once_charge_once(purse: Purse, clock: Clock) -> None:
    cross(purse)
    now = service_clock.epoch_seconds(service_clock.now())
    for seen in [list(holds.overdue(now)), list(holds.overdue(now))]:
        errands.sweep(seen)
    assert len(purse.charges()) == 1


def test_an_answer_that_got_lost_is_asked_for_again_under_the_same_key(purse: Purse, clock: Clock) -> None:
    purse.stage.payments.faults.plant(CHARGE, "timeout_after", 3)
    cross(purse)
    for minutes in (5, 15, 45):
        assert sweep()["errands_failed"] == 1
        clock.advance(timedelta(minutes=minutes))
    assert AUTO_TOPUP in purse.funds.holds
    sweep_all(clock)
    assert len(purse.charges()) == 1
    assert purse.funds.available_micros == 24 * DOLLAR


@pytest.mark.parametrize("fault", ["timeout_before", "error500", "rate_limited", "error500_after"])
def test_a_partner_in_trouble_is_asked_later(purse: Purse, clock: Clock, fault: str) -> None:
    purse.stage.payments.faults.plant(CHARGE, fault, 1)
    cross(purse)
    assert sweep()["errands_failed"] == 1
    assert purse.funds.auto_threshold_micros == THRESHOLD
    sweep_all(clock)
    assert [charge.status for charge in purse.charges()] == ["succeeded"]
    assert purse.funds.available_micros == 24 * DOLLAR


def test_after_stripe_has_forgotten_the_key_nothing_is_asked_again(purse: Purse, clock: Clock) -> None:
    purse.stage.payments.faults.plant(CHARGE, "timeout_after", 1)
    cross(purse)
    sweep()
    clock.advance(timedelta(hours=25))
    sweep_all(clock)
    assert len(purse.charges()) == 1
    assert AUTO_TOPUP not in purse.funds.holds
    purse.stage.settle_payments()
    assert purse.funds.available_micros == 24 * DOLLAR


def test_a_crossing_that_nobody_swept_for_days_is_still_charged_once(purse: Purse, clock: Clock) -> None:
    cross(purse)
    clock.advance(timedelta(days=3))
    sweep_all(clock)
    assert [charge.status for charge in purse.charges()] == ["succeeded"]


def test_other_wishes_in_between_do_not_change_what_is_asked(purse: Purse, clock: Clock) -> None:
    purse.stage.payments.faults.plant(CHARGE, "timeout_after", 1)
    cross(purse)
    sweep()
    cards.switch_on(purse.account_id, THRESHOLD, 50 * DOLLAR, ids.new("ord", service_clock.now()))
    sweep_all(clock)
    assert [charge.amount for charge in purse.charges()] == [2000]
    assert purse.funds.available_micros == 24 * DOLLAR


def test_who_tops_up_while_stripe_is_down_is_charged_no_more(purse: Purse, clock: Clock) -> None:
    purse.stage.payments.faults.plant(CHARGE, "timeout_before", 3)
    cross(purse)
    assert sweep()["errands_failed"] == 1
    purse.earn(10 * DOLLAR)
    sweep_all(clock)
    assert (purse.charges(), purse.funds.holds) == ([], {})
    assert set(purse.orders().values()) == {"expired"}


def test_a_charge_that_went_through_without_an_answer_is_credited_though_nobody_wants_it_any_more(
    purse: Purse, clock: Clock
) -> None:
    purse.stage.payments.faults.plant(CHARGE, "timeout_after", 3)
    cross(purse)
    sweep()
    purse.earn(10 * DOLLAR)
    sweep_all(clock)
    assert AUTO_TOPUP not in purse.funds.holds
    purse.stage.settle_payments()
    assert purse.funds.available_micros == 34 * DOLLAR
    assert set(purse.orders().values()) == {"paid"}
    assert purse.balanced()


def test_a_card_is_charged_so_often_a_day_and_no_more(
    purse: Purse, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autotopup, "CHARGES_A_DAY", Limit("auto-topups", 1, 24 * 3600))
    cross(purse)
    sweep_all(clock)
    cross(purse.spend(20 * DOLLAR - 4 * DOLLAR))
    sweep_all(clock)
    assert len(purse.charges()) == 1
    assert AUTO_TOPUP in purse.funds.holds
    clock.advance(timedelta(days=1))
    sweep_all(clock)
    assert len(purse.charges()) == 2
    assert purse.funds.holds == {}


def test_a_bank_that_decides_later_is_waited_for(purse: Purse, clock: Clock) -> None:
    cross(purse)
    with mock.patch.object(stripe_cards, "charge", return_value=None):
        sweep_all(clock)
    assert AUTO_TOPUP in purse.funds.holds
    clock.advance(timedelta(minutes=10))
    sweep_all(clock)
    assert purse.funds.available_micros == 24 * DOLLAR


def crossing(stage: Stage, mailbox: Mailbox, clock: Clock, card: str) -> Case:
    """A crossing and the minutes after it; Stripe's webhooks come when all is done, and change nothing."""
    purse = cross(charged_below(stage, mailbox, card))

    def act() -> None:
        purse.pass_minutes(clock)

    def state() -> object:
        funds = purse.funds
        charges = [charge.status for charge in purse.charges()]
        told = (purse.subjects(), sorted(purse.orders().values()), charges)
        return told, funds.available_micros, dict(funds.holds), funds.payment_method, purse.balanced()

    def outcome() -> object:
        assert len(purse.mails()) <= 2
        before = state()
        stage.settle_payments()
        assert state() == before
        return before

    return Case(act, outcome)


@pytest.mark.parametrize("card", [VISA, DECLINED])
def test_a_kill_anywhere_charges_once_and_loses_nothing(
    stage: Stage, mailbox: Mailbox, clock: Clock, card: str
) -> None:
    requests = survive(lambda: crossing(stage, mailbox, clock, card))
    assert {"stripe POST", "SendEmail", "TransactWriteItems"} <= set(requests)
