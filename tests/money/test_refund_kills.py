"""Money that goes back: a process may die before or after any request, and the same input again ends it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.core import ids
from chalicelib.money import holds, ledger, refund_requests, refunds
from chalicelib.money.holds import Hold
from chalicelib.money.models import Order
from chalicelib.providers import stripe_records
from tests.conftest import Clock
from tests.harness.killpoints import Case, survive
from tests.harness.stage import Stage
from tests.money.payer import Payer
from tests.money.refunding import TEN, finish, refunded_at_stripe, reservations, spend

Make = Callable[[], Payer]


@pytest.fixture
def make(stage: Stage, clock: Clock) -> Make:
    """A fresh account that has paid ten dollars, told by one webhook."""

    def made() -> Payer:
        payer = Payer(stage)
        payer.pay()
        stage.payments.deliver(payer.waiting("payment_intent.succeeded"))
        stage.payments.drop(payer.waiting())
        return payer

    return made


def outcome(payer: Payer) -> object:
    """What is left of its money, whatever the ids."""
    kinds = [(kind, amount) for kind, _, amount in payer.entries()]
    return kinds, payer.available_micros, payer.funds.standing, reservations(payer)


def test_a_persons_refund_may_die_anywhere_and_never_be_asked_for_again(make: Make) -> None:
    """Then the sweep ends it, or it was never begun: all or nothing, and the same here and at Stripe."""

    def case() -> Case:
        payer, id = make(), ids.new("ref", service_clock.now())
        calls: list[int] = []

        def act() -> None:
            calls.append(1)
            if len(calls) == 1:
                refunds.start(payer.account_id, 4_000_000, id)
            else:
                finish(payer)

        def end() -> object:
            gone = refunded_at_stripe(payer)
            assert payer.available_micros == TEN - gone
            assert gone in (0, 4_000_000)
            return reservations(payer)

        return Case(act, end)

    survive(case)


def test_letting_go_of_what_was_set_aside_twice_may_die_anywhere(make: Make) -> None:
    def case() -> Case:
        payer = make()
        made = refunds.start(payer.account_id, 4_000_000, ids.new("ref", service_clock.now()))
        (part,) = made.parts
        key = refund_requests.key_of(made.id, part.payment_intent)
        holds.reserve(payer.account_id, key, Hold(4_000_000, 0, {"gross": 4_000_000, "at": 0}))
        (fact,) = stripe_records.refunds_of(part.payment_intent)
        return Case(lambda: refunds.follow(fact), lambda: outcome(payer))

    assert survive(case).count("TransactWriteItems") == 1


def test_the_webhook_of_a_dispute_that_is_over_may_die_anywhere(make: Make) -> None:
    def case() -> Case:
        payer = make()
        payment = payer.pay()
        payer.stage.payments.dispute(payment, 1_000_000, "won")
        events = payer.waiting("charge.dispute.funds_reinstated")
        return Case(lambda: payer.stage.payments.deliver(events), lambda: outcome(payer))

    assert survive(case).count("TransactWriteItems") == 3


def test_the_closing_of_an_account_may_die_anywhere(make: Make) -> None:
    def case() -> Case:
        payer = make()
        spend(payer, 1_234_567)

        def end() -> object:
            return outcome(payer), refunded_at_stripe(payer)

        return Case(lambda: refunds.refund_all(payer.account_id), end)

    survive(case)


def test_what_goes_to_suspense_may_die_anywhere(make: Make) -> None:
    ledger.open_account(ledger.SUSPENSE)

    def case() -> Case:
        payer = make()
        order = payer.order()
        Order(order.id).update(actions=[Order.amount_micros.set(9_000_000)])
        assert order.checkout_id
        payer.stage.payments.pay(order.checkout_id, "succeeded")
        before = ledger.funds(ledger.SUSPENSE).available_micros
        events = payer.waiting("checkout.session.completed")

        def end() -> object:
            return outcome(payer), ledger.funds(ledger.SUSPENSE).available_micros - before

        return Case(lambda: payer.stage.payments.deliver(events), end)

    survive(case)
