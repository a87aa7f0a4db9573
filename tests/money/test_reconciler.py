"""What no webhook brought is found at Stripe, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core import clock
from chalicelib.core.errors import ProviderError
from chalicelib.money import facts, ledger, payments, reconciler
from chalicelib.money.models import Order
from chalicelib.providers.stripe_facts import Fact
from tests.conftest import Clock
from tests.harness.heard import hearing
from tests.harness.stage import Stage
from tests.money.payer import Payer, entries

NOTHING = {"sessions": 0, "refunds": 0, "disputes": 0, "events": 0, "failed": 0}


@pytest.fixture
def payer(stage: Stage, clock: Clock) -> Payer:
    return Payer(stage)


def lose(payer: Payer) -> list[str]:
    """Every webhook that waits is lost for good: their events."""
    lost = payer.waiting()
    payer.stage.payments.drop(lost)
    return lost


def reconcile() -> dict[str, int]:
    return reconciler.reconcile(clock.now())


def test_a_payment_that_no_webhook_told_is_credited_once(payer: Payer) -> None:
    payment = payer.pay()
    lost = lose(payer)
    assert reconcile() == {**NOTHING, "sessions": 1}
    assert payer.entries() == [("topup", payment, 10_000_000)]
    assert reconcile() == NOTHING
    payer.stage.payments.deliver(lost)
    assert payer.entries() == [("topup", payment, 10_000_000)]


def test_what_can_not_be_followed_for_weeks_is_not_forgotten(
    payer: Payer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Fact) -> bool:
        raise RuntimeError("our bug")

    payment = payer.pay()
    lose(payer)
    with monkeypatch.context() as patched:
        patched.setattr(facts, "follow", broken)
        for _ in range(3):
            assert reconcile()["failed"] > 0
            clock.advance(timedelta(days=9))
    assert reconcile()["failed"] == 0
    assert payer.entries() == [("topup", payment, 10_000_000)]


def test_after_an_outage_of_days_everything_is_made_up_for(payer: Payer, clock: Clock) -> None:
    reconcile()
    refunded, disputed = payer.top_up(), payer.top_up()
    for _ in range(9):
        clock.advance(timedelta(days=1))
        payer.pay()
    payer.stage.payments.refund(refunded, 1_000_000)
    payer.stage.payments.dispute(disputed, 2_000_000)
    lose(payer)
    clock.advance(timedelta(days=2))
    news = reconcile()
    assert (news["sessions"], news["refunds"], news["disputes"], news["failed"]) == (9, 1, 1, 0)
    assert payer.available_micros == 11 * 10_000_000 - 1_000_000 - 2_000_000
    assert payer.funds.standing == "frozen"
    assert reconcile() == NOTHING


def test_a_bank_that_pays_a_month_later_is_heard_of_by_the_undelivered_event(
    payer: Payer, clock: Clock
) -> None:
    payment = payer.pay(outcome="processing")
    payer.stage.settle_payments()
    for _ in range(3):
        clock.advance(timedelta(days=10))
        reconcile()
    payer.stage.payments.settle(payment, paid=True)
    lose(payer)
    news = reconcile()
    assert (news["sessions"], news["events"]) == (0, 1)
    assert payer.entries() == [("topup", payment, 10_000_000)]


def test_a_refund_that_fails_weeks_later_gives_the_credit_back(payer: Payer, clock: Clock) -> None:
    refund = payer.stage.payments.refund(payer.top_up(), 1_000_000)["refund"]
    payer.stage.settle_payments()
    clock.advance(timedelta(days=1))
    reconcile()
    clock.advance(timedelta(days=20))
    payer.stage.payments.fail_refund(refund)
    lose(payer)
    assert reconcile()["refunds"] == 1
    assert payer.available_micros == 10_000_000


def test_a_payment_whose_order_never_comes_to_light_goes_to_suspense(payer: Payer, clock: Clock) -> None:
    order = payer.order()
    assert order.checkout_id
    payment = payer.stage.payments.pay(order.checkout_id, "succeeded")["payment_intent"]
    Order(order.id).delete()
    lose(payer)
    assert reconcile()["failed"] > 0, "it may still come"
    assert payments.find(payment) is None
    clock.advance(timedelta(days=2))
    payer.stage.payments.refund(payment, 1_000_000)
    news = reconcile()
    assert (news["sessions"], news["refunds"], news["failed"]) == (1, 1, 0)
    assert [amount for _, _, amount in entries(ledger.SUSPENSE)] == [-1_000_000, 10_000_000]
    assert reconcile() == NOTHING


def test_one_fact_that_fails_stops_no_other_and_is_tried_again(
    payer: Payer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, good = payer.pay(), payer.pay()
    lose(payer)
    follow = facts.follow

    def fail(fact: Fact) -> bool:
        if getattr(fact, "payment_intent", None) == broken:
            raise RuntimeError
        return follow(fact)

    monkeypatch.setattr(facts, "follow", fail)
    with hearing() as alarms:
        assert reconcile()["failed"] >= 1
    assert set(alarms.names) == {"not-reconciled"}
    assert payer.entries() == [("topup", good, 10_000_000)]
    monkeypatch.undo()
    clock.advance(timedelta(days=40))
    assert reconcile()["sessions"] == 1
    assert payer.available_micros == 20_000_000


def test_stripe_being_down_is_told_and_loses_nothing(payer: Payer) -> None:
    payment = payer.pay()
    lose(payer)
    payer.stage.payments.faults.plant("checkout.sessions.list", "error500")
    with pytest.raises(ProviderError):
        reconcile()
    assert reconcile()["sessions"] == 1
    assert payer.entries() == [("topup", payment, 10_000_000)]
