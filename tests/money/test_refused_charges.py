"""Cards that say no, and accounts that may not be charged any more."""

from __future__ import annotations

import pytest

from chalicelib.money import cards, ledger
from chalicelib.money.ledger import AUTO_TOPUP
from chalicelib.money.models import Balance
from chalicelib.providers import stripe
from infra.local.payments.in_process import stripe_client
from tests.conftest import Clock
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.money.crossing import AMOUNT, CHARGE, THRESHOLD, charged_below, cross, sweep_all
from tests.money.purse import DECLINED, DOLLAR, VISA, Purse, sweep

NOT_CHARGED = "We could not charge your card for Kinvo"


@pytest.fixture
def purse(stage: Stage, mailbox: Mailbox) -> Purse:
    return charged_below(stage, mailbox)


def test_a_declined_card_is_switched_off_forgotten_and_told(purse: Purse, clock: Clock) -> None:
    purse.charge_below(THRESHOLD, AMOUNT, DECLINED)
    cross(purse)
    sweep_all(clock)
    funds = purse.funds
    assert (funds.auto_threshold_micros, funds.auto_amount_micros, funds.payment_method) == (None, None, None)
    assert purse.subjects() == {NOT_CHARGED}
    assert len(purse.mails()) == 1
    assert set(purse.orders().values()) == {"failed"}
    assert funds.holds == {}
    purse.stage.settle_payments()
    cross(purse.earn(5 * DOLLAR))
    sweep_all(clock)
    assert [charge.status for charge in purse.charges()] == ["requires_payment_method"]
    assert purse.balanced()


def test_a_card_that_stripe_no_longer_has_counts_as_declined(purse: Purse, clock: Clock) -> None:
    purse.charge_below(THRESHOLD, AMOUNT, "pm_gone")
    cross(purse)
    sweep_all(clock)
    assert purse.subjects() == {NOT_CHARGED}
    assert purse.funds.payment_method is None


def test_a_wrong_key_of_ours_declines_nobodys_card(
    purse: Purse, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as wrong:
        wrong.setattr(stripe, "_client", lambda: stripe_client(purse.stage.payments, "sk_wrong"))
        cross(purse)
        assert sweep()["errands_failed"] == 1
    assert purse.funds.payment_method == VISA
    sweep_all(clock)
    assert purse.funds.available_micros == 24 * DOLLAR


AT_ANY_TIME = ["suspended", "closed", "frozen", "off"]
BEFORE_IT_IS_ASKED = ["without a card", "topped up"]


@pytest.mark.parametrize(
    ("standing", "asked"),
    [
        *((standing, False) for standing in AT_ANY_TIME + BEFORE_IT_IS_ASKED),
        *((standing, True) for standing in AT_ANY_TIME),
    ],
)
def test_who_may_not_be_charged_any_more_is_not(
    purse: Purse, clock: Clock, standing: str, asked: bool
) -> None:
    cross(purse)
    if asked:
        purse.stage.payments.faults.plant(CHARGE, "timeout_before", 1)
        sweep()
        assert "card" in purse.funds.holds[AUTO_TOPUP]
    bring_about(purse, standing)
    sweep_all(clock)
    assert purse.charges() == []
    assert AUTO_TOPUP not in purse.funds.holds
    assert set(purse.orders().values()) <= {"expired"}
    assert purse.balanced()


def bring_about(purse: Purse, standing: str) -> None:
    if standing in ("suspended", "closed"):
        ledger.set_status(purse.account_id, standing)
    elif standing == "frozen":
        ledger.change(purse.account_id, [Balance.frozen.set({"dp_1"})])
    elif standing == "off":
        cards.switch_off(purse.account_id)
    elif standing == "without a card":
        ledger.change(purse.account_id, [Balance.payment_method.remove()])
    else:
        purse.earn(2 * DOLLAR)


def test_a_crossing_while_it_is_switched_off_asks_nothing(purse: Purse) -> None:
    cards.switch_off(purse.account_id)
    cross(purse)
    assert AUTO_TOPUP not in purse.funds.holds


def test_a_charge_made_before_a_suspension_is_credited_all_the_same(purse: Purse, clock: Clock) -> None:
    purse.stage.payments.faults.plant(CHARGE, "timeout_after", 1)
    cross(purse)
    sweep()
    ledger.set_status(purse.account_id, "suspended")
    sweep_all(clock)
    assert set(purse.orders().values()) == {"expired"}
    purse.stage.settle_payments()
    assert purse.funds.available_micros == 24 * DOLLAR
    assert set(purse.orders().values()) == {"paid"}
    assert purse.balanced()


def test_a_card_saved_during_the_charge_of_another_stays(purse: Purse, clock: Clock) -> None:
    purse.charge_below(THRESHOLD, AMOUNT, DECLINED)
    purse.stage.payments.faults.plant(CHARGE, "error500_after", 1)
    cross(purse)
    sweep()
    ledger.change(purse.account_id, [Balance.payment_method.set(VISA)])
    sweep_all(clock)
    assert (purse.funds.payment_method, purse.funds.auto_threshold_micros) == (VISA, THRESHOLD)
    assert AUTO_TOPUP not in purse.funds.holds
    assert purse.mails() == []
