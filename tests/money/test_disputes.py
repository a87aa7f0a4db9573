"""Disputes: the credit goes, the account waits, and both come back once if the bank says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.core import clock
from chalicelib.core.errors import Refusal
from chalicelib.money import disputes, holds, ledger
from chalicelib.money.holds import Hold
from chalicelib.money.ledger import Movement
from chalicelib.providers.stripe_facts import DisputeFact
from tests.harness.killpoints import Case, survive
from tests.harness.stage import Stage
from tests.money.payer import Payer, entries


@pytest.fixture
def payer(stage: Stage) -> Payer:
    return Payer(stage)


def may_call(payer: Payer) -> bool:
    try:
        holds.check_open(payer.funds)
    except Refusal:
        return False
    return True


def test_a_dispute_takes_the_credit_and_freezes_the_account(payer: Payer) -> None:
    payment = payer.top_up()
    dispute = payer.stage.payments.dispute(payment, 4_000_000)["dispute"]
    payer.stage.settle_payments()
    assert payer.entries() == [("dispute", dispute, -4_000_000), ("topup", payment, 10_000_000)]
    assert payer.funds.standing == "frozen"
    with pytest.raises(Refusal) as refused:
        holds.place(payer.account_id, "call_1", lambda micros: Hold(micros, 1, {}), 2)
    assert refused.value.type == "account-frozen"


def test_a_dispute_of_credit_that_is_spent_is_a_debt(payer: Payer) -> None:
    payment = payer.top_up()
    spent = Movement("call", "call_1", clock.now(), -9_000_000)
    ledger.book(payer.account_id, spent)
    payer.stage.payments.dispute(payment, 10_000_000)
    payer.stage.settle_payments()
    assert payer.available_micros == -9_000_000


def test_a_dispute_that_is_won_comes_back_once_though_it_is_told_twice(payer: Payer) -> None:
    payment = payer.top_up()
    dispute = payer.stage.payments.dispute(payment, 4_000_000, "won")["dispute"]
    payer.stage.settle_payments()
    won = [event for event in payer.stage.payments.events() if "dispute" in event["type"]]
    assert len(won) == 4
    assert payer.entries()[:2] == [("dispute", dispute, -4_000_000), ("dispute_won", dispute, 4_000_000)]
    assert may_call(payer)


def test_a_lost_dispute_keeps_the_account_frozen_until_staff_thaws_it(payer: Payer) -> None:
    payment = payer.top_up()
    dispute = payer.stage.payments.dispute(payment, 4_000_000, "lost")["dispute"]
    payer.stage.settle_payments()
    assert payer.available_micros == 6_000_000
    assert not may_call(payer)
    assert disputes.thaw(payer.account_id, dispute)
    assert may_call(payer)
    assert not disputes.thaw(payer.account_id, dispute)
    payer.stage.payments.deliver([event["id"] for event in payer.stage.payments.events()])
    assert may_call(payer)
    assert payer.available_micros == 6_000_000


def test_two_disputes_freeze_until_both_are_over(payer: Payer) -> None:
    first, second = payer.top_up(), payer.top_up()
    for payment in (first, second):
        payer.stage.payments.dispute(payment, 1_000_000)
    payer.stage.settle_payments()
    payer.stage.payments.dispute(first, 1_000_000, "won")
    payer.stage.settle_payments()
    assert not may_call(payer)
    payer.stage.payments.dispute(second, 1_000_000, "won")
    payer.stage.settle_payments()
    assert may_call(payer)
    assert payer.available_micros == 20_000_000


def test_an_inquiry_moves_nothing_until_it_becomes_a_claim(payer: Payer) -> None:
    payment = payer.top_up()
    dispute = payer.stage.payments.open_dispute(payment, 4_000_000, inquiry=True)["dispute"]
    payer.stage.settle_payments()
    assert may_call(payer)
    assert payer.available_micros == 10_000_000
    payer.stage.payments.update_dispute(dispute, "needs_response")
    payer.stage.settle_payments()
    assert not may_call(payer)
    assert payer.available_micros == 6_000_000


def test_an_inquiry_that_is_closed_leaves_no_trace_in_the_books(payer: Payer) -> None:
    payment = payer.top_up()
    dispute = payer.stage.payments.open_dispute(payment, 4_000_000, inquiry=True)["dispute"]
    payer.stage.payments.close_dispute(dispute, "warning_closed")
    payer.stage.settle_payments()
    assert payer.entries() == [("topup", payment, 10_000_000)]
    assert may_call(payer)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_dispute_that_was_prevented_takes_nothing_for_good(payer: Payer, backwards: bool) -> None:
    payment = payer.top_up()
    dispute = payer.stage.payments.open_dispute(payment, 4_000_000)["dispute"]
    payer.stage.payments.close_dispute(dispute, "prevented")
    waiting = [delivery["event"] for delivery in payer.stage.payments.waiting()]
    payer.stage.payments.deliver(waiting[::-1] if backwards else waiting)
    assert payer.available_micros == 10_000_000
    assert may_call(payer)


def test_money_that_is_reinstated_after_a_lost_dispute_comes_back(payer: Payer) -> None:
    payment = payer.top_up()
    dispute = payer.stage.payments.dispute(payment, 4_000_000, "lost")["dispute"]
    payer.stage.payments.reinstate_dispute(dispute)
    payer.stage.settle_payments()
    assert payer.available_micros == 10_000_000
    assert may_call(payer)


def test_a_dispute_that_comes_before_its_payment_credits_it_first(payer: Payer) -> None:
    payment = payer.pay()
    payer.stage.payments.dispute(payment, 4_000_000)
    waiting = payer.stage.payments.waiting()
    (opened,) = [delivery["event"] for delivery in waiting if delivery["type"] == "charge.dispute.created"]
    assert payer.stage.payments.deliver([opened]) == 1
    assert [amount for _, _, amount in payer.entries()] == [-4_000_000, 10_000_000]
    payer.stage.settle_payments()
    assert payer.available_micros == 6_000_000


def test_a_dispute_for_a_closed_account_goes_to_suspense(payer: Payer) -> None:
    payment = payer.top_up()
    ledger.set_status(payer.account_id, "closed")
    dispute = payer.stage.payments.dispute(payment, 4_000_000)["dispute"]
    payer.stage.settle_payments()
    assert payer.entries() == [("topup", payment, 10_000_000)]
    assert entries(ledger.SUSPENSE) == [("dispute", dispute, -4_000_000)]
    assert not ledger.funds(ledger.SUSPENSE).frozen
    payer.stage.payments.dispute(payment, 4_000_000, "won")
    payer.stage.settle_payments()
    assert ledger.funds(ledger.SUSPENSE).available_micros == 0


@pytest.mark.parametrize(("end", "standing"), [("won", "open"), ("prevented", "open"), ("lost", "frozen")])
def test_a_dispute_in_another_currency_freezes_as_any_does(payer: Payer, end: str, standing: str) -> None:
    """What it takes is no part of this credit: it is booked in suspense."""
    payment = payer.top_up()
    opened = DisputeFact("dp_1", payment, 9_000_000, "EUR", clock.now(), "opened")
    for _ in range(2):
        disputes.follow(opened)
        assert (payer.funds.standing, payer.available_micros) == ("frozen", 10_000_000)
        assert ledger.funds("suspense-eur").available_micros == -9_000_000
    for _ in range(2):
        disputes.follow(replace(opened, phase=end))
        assert payer.funds.standing == standing
        assert ledger.funds("suspense-eur").available_micros == (-9_000_000 if end == "lost" else 0)


def test_a_dispute_in_another_currency_may_die_anywhere(payer: Payer) -> None:
    def case() -> Case:
        other = Payer(payer.stage)
        payment = other.pay()
        other.stage.payments.deliver(other.waiting("payment_intent.succeeded"))
        other.stage.payments.drop(other.waiting())
        fact = DisputeFact(f"dp_{payment}", payment, 9_000_000, "EUR", clock.now(), "opened")
        before = ledger.funds("suspense-eur").available_micros

        def outcome() -> object:
            return other.funds.standing, ledger.funds("suspense-eur").available_micros - before

        return Case(lambda: disputes.follow(fact), outcome)

    ledger.open_account("suspense-eur", "EUR")
    assert survive(case).count("TransactWriteItems") == 1
