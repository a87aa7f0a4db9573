"""Refunds that staff or a closing account makes: each booked once, by its own id."""

from __future__ import annotations

import pytest

from chalicelib.money import ledger, refunds
from infra.local.payments import RefusedError
from tests.conftest import Clock
from tests.harness.stage import Stage
from tests.money.payer import Payer
from tests.money.refunding import TEN, give_back, refunded_at_stripe, spend


@pytest.fixture
def payer(stage: Stage, clock: Clock) -> Payer:
    return Payer(stage)


# By staff, at Stripe.


def test_refunds_in_parts_are_each_booked_once_by_their_own_ids(payer: Payer) -> None:
    payment = payer.top_up()
    made = [payer.stage.payments.refund(payment, cents * 10_000)["refund"] for cents in (1, 333, 100)]
    payer.stage.settle_payments()
    payer.stage.payments.deliver(payer.stage.payments.events()[-1:][0]["id"].split(), 3)
    assert payer.entries() == sorted(
        [
            ("refund", made[0], -10_000),
            ("refund", made[1], -3_330_000),
            ("refund", made[2], -1_000_000),
            ("topup", payment, TEN),
        ]
    )


def test_a_charge_alone_tells_of_refunds_whose_own_events_were_lost(payer: Payer) -> None:
    payment = payer.top_up()
    for _ in range(2):
        payer.stage.payments.refund(payment, 1_000_000)
    told = payer.waiting("charge.refunded")
    payer.stage.payments.drop(payer.waiting("refund.created", "refund.updated"))
    payer.stage.payments.deliver(told[:1])
    assert payer.available_micros == TEN - 2_000_000
    payer.stage.payments.deliver(told, 2)
    assert payer.available_micros == TEN - 2_000_000


def test_a_refund_that_comes_before_its_payment_credits_it_first(payer: Payer) -> None:
    payment = payer.pay()
    payer.stage.payments.refund(payment, 1_000_000)
    payer.stage.payments.deliver(payer.waiting("refund.created"))
    assert payer.available_micros == TEN - 1_000_000
    payer.stage.settle_payments()
    assert payer.available_micros == TEN - 1_000_000


def test_a_refund_of_credit_that_is_spent_is_a_debt(payer: Payer) -> None:
    payment = payer.top_up()
    spend(payer, 9_000_000)
    payer.stage.payments.refund(payment, TEN)
    payer.stage.settle_payments()
    assert payer.available_micros == -9_000_000


@pytest.mark.parametrize("backwards", [False, True])
def test_a_refund_that_the_bank_sends_back_leaves_the_credit(payer: Payer, backwards: bool) -> None:
    payment = payer.top_up()
    refund = payer.stage.payments.refund(payment, 1_000_000, "pending")["refund"]
    payer.stage.payments.fail_refund(refund)
    waiting = payer.waiting()
    payer.stage.payments.deliver(waiting[::-1] if backwards else waiting, 2)
    assert payer.available_micros == TEN
    kinds = [kind for kind, _, _ in payer.entries()]
    assert kinds == (["topup"] if backwards else ["refund", "refund_failed", "topup"])


@pytest.mark.parametrize("backwards", [False, True])
def test_a_refund_that_had_succeeded_and_comes_back_after_all_is_credit_again(
    payer: Payer, backwards: bool
) -> None:
    """A bank may send money back days after it took it: its account was closed meanwhile."""
    payment = payer.top_up()
    refund = payer.stage.payments.refund(payment, 1_000_000)["refund"]
    payer.stage.settle_payments()
    assert payer.available_micros == TEN - 1_000_000
    payer.stage.payments.fail_refund(refund)
    told = payer.waiting("refund.updated", "refund.failed")
    payer.stage.payments.deliver(told[::-1] if backwards else told, 2)
    assert payer.entries() == sorted(
        [("refund", refund, -1_000_000), ("refund_failed", refund, 1_000_000), ("topup", payment, TEN)]
    )


def test_a_refund_asks_for_no_mail_and_no_automatic_top_up(payer: Payer) -> None:
    payment = payer.top_up()
    payer.stage.payments.refund(payment, TEN)
    payer.stage.settle_payments()
    assert ledger.LOW_BALANCE not in payer.funds.holds
    assert ledger.AUTO_TOPUP not in payer.funds.holds


# When an account closes.


def test_closing_gives_everything_back_and_books_the_rest_of_a_cent_away(payer: Payer) -> None:
    payer.top_up()
    payer.top_up(5_000_000)
    spend(payer, 1_234_567)
    assert refunds.refund_all(payer.account_id)
    assert payer.available_micros == 0
    assert refunded_at_stripe(payer) == 13_760_000
    assert [amount for kind, _, amount in payer.entries() if kind == "rounding"] == [-5_433]
    assert refunds.refund_all(payer.account_id)
    assert refunded_at_stripe(payer) == 13_760_000


def test_closing_waits_while_the_partner_does_not_answer(payer: Payer) -> None:
    payer.top_up()
    payer.stage.payments.faults.plant("refunds.create", "timeout_after")
    assert not refunds.refund_all(payer.account_id)
    payer.stage.payments.drop(payer.waiting())
    payer.stage.payments.faults.plant("refunds.list", "error500")
    assert not refunds.refund_all(payer.account_id)
    assert refunds.refund_all(payer.account_id)
    assert payer.available_micros == 0
    assert refunded_at_stripe(payer) == TEN


def test_an_account_in_debt_closes_as_it_is(payer: Payer) -> None:
    payment = payer.top_up()
    spend(payer, 9_000_000)
    payer.stage.payments.refund(payment, TEN)
    payer.stage.settle_payments()
    assert refunds.refund_all(payer.account_id)
    assert payer.available_micros == -9_000_000


def test_what_staff_refunds_too_much_for_stripe_is_refused_there(payer: Payer) -> None:
    payment = payer.top_up()
    give_back(payer, 6_000_000)
    with pytest.raises(RefusedError):
        payer.stage.payments.refund(payment, 6_000_000)
    payer.stage.settle_payments()
    assert payer.available_micros == 4_000_000
