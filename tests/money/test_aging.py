"""Orders, payments and closed books go with the time of their movements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.money import aging, books, carrying, holds, ledger
from chalicelib.money.holds import Hold
from chalicelib.money.ledger import AccountClosed, Movement
from chalicelib.money.models import BALANCE, Balance, Order, Payment
from tests.conftest import Clock
from tests.harness.killpoints import Case, intercepted, survive
from tests.harness.signed import post_stripe
from tests.harness.stage import Stage
from tests.money.aged import SEVEN, YEAR, account, carry, close, told
from tests.money.payer import Payer
from tests.policy.keeping import keeping


@pytest.fixture
def by_movement() -> Iterator[None]:
    """The policy keeps each movement for seven years."""
    with keeping("ledger", SEVEN):
        yield


@pytest.mark.usefixtures("by_movement")
def test_a_payment_told_again_after_it_was_carried_is_no_second_credit(stage: Stage, clock: Clock) -> None:
    payer = Payer(stage)
    payer.top_up(10_000_000)
    events = stage.payments.events()
    clock.advance(8 * YEAR)
    assert carry(payer.account_id) == 1
    assert all(post_stripe(event).status == 200 for event in events)
    assert told(payer.account_id) == [("carried", 10_000_000, 10_000_000)]
    assert aging.let_go(service_clock.now())["orders"] == 2
    assert {post_stripe(event).status for event in events} <= {200, 503}
    assert told(payer.account_id) == [("carried", 10_000_000, 10_000_000)]


@pytest.mark.usefixtures("stage", "by_movement")
def test_closed_books_go_when_nothing_is_left_but_the_sum(clock: Clock) -> None:
    account_id = account(10_000_000, -10_000_000)
    close(account_id)
    clock.advance(7 * YEAR - timedelta(days=2))
    assert aging.let_go(service_clock.now())["books"] == 0
    clock.advance(timedelta(days=4))
    assert aging.let_go(service_clock.now())["books"] == 1
    assert Balance.stored(account_id, BALANCE) is None
    assert list(ledger.statement(account_id)) == []
    assert aging.let_go(service_clock.now())["books"] == 0


@pytest.mark.usefixtures("stage", "by_movement")
@pytest.mark.parametrize("rest_micros", [4_000_000, -4_000_000])
def test_money_that_is_left_goes_to_suspense_with_the_books(clock: Clock, rest_micros: int) -> None:
    account_id = account(10_000_000, rest_micros - 10_000_000)
    close(account_id)
    clock.advance(8 * YEAR)
    assert aging.let_go(service_clock.now())["books"] == 1
    [entry] = list(ledger.statement(ledger.SUSPENSE))
    assert (entry.kind, entry.amount_micros) == ("unclaimed", rest_micros)
    assert account_id not in entry.sk + entry.cause
    assert ledger.funds(ledger.SUSPENSE).total_micros == rest_micros


@pytest.mark.usefixtures("by_movement")
@pytest.mark.parametrize("rest_micros", [0, 4_000_000])
def test_dropping_books_may_die_anywhere(stage: Stage, clock: Clock, rest_micros: int) -> None:
    ledger.open_account(ledger.SUSPENSE)
    made = [account(rest_micros) for _ in range(16)]
    for account_id in made:
        close(account_id)
    clock.advance(8 * YEAR)
    for account_id in made:
        carry(account_id)
    waiting = iter(made)

    def make() -> Case:
        account_id, before = next(waiting), ledger.funds(ledger.SUSPENSE).total_micros

        def outcome() -> object:
            gained = ledger.funds(ledger.SUSPENSE).total_micros - before
            return gained, Balance.stored(account_id, BALANCE), list(ledger.statement(account_id))

        return Case(lambda: carrying.drop(account_id, service_clock.now()), outcome)

    survive(make)
    assert books.compare().drifted == []


@pytest.mark.usefixtures("stage", "by_movement")
def test_books_that_went_while_somebody_booked_do_not_begin_again(clock: Clock) -> None:
    account_id = account(10_000_000, -10_000_000)
    close(account_id)
    clock.advance(8 * YEAR)
    carry(account_id)
    before = ledger.funds(account_id)
    assert carrying.drop(account_id, service_clock.now())
    late = Movement("refund_failed", "re_1", service_clock.now(), 1_000_000)
    with pytest.raises(AccountClosed):
        ledger.book(account_id, late, before=before)
    assert Balance.stored(account_id, BALANCE) is None


@pytest.mark.usefixtures("stage", "by_movement")
def test_books_with_something_held_or_drifted_stay(clock: Clock) -> None:
    held, drifted = account(10_000_000), account(10_000_000)
    holds.reserve(held, "R#re_1#pi_1", Hold(3_000_000, 1, {}))
    for account_id in (held, drifted):
        close(account_id)
    Balance(drifted, BALANCE).update(actions=[Balance.available_micros.set(1)])
    clock.advance(8 * YEAR)
    assert aging.let_go(service_clock.now())["books"] == 0
    assert [ledger.funds(account_id).status for account_id in (held, drifted)] == ["closed", "closed"]


@pytest.mark.usefixtures("by_movement")
def test_orders_and_payments_go_with_their_time_and_stripes_customer_before_them(
    stage: Stage, clock: Clock
) -> None:
    payer = Payer(stage)
    payment_intent = payer.top_up(10_000_000)
    payment = Payment.stored(f"PI#{payment_intent}")
    customer = payment and payment.customer
    open_order = payer.order()
    clock.advance(7 * YEAR - timedelta(days=1))
    assert aging.let_go(service_clock.now())["orders"] == 0
    clock.advance(timedelta(days=4))
    stage.payments.faults.plant("customers.delete", "timeout_before")
    let_go = aging.let_go(service_clock.now())
    assert (let_go["orders"], let_go["later"]) == ((2, 1) if customer else (3, 0))
    with intercepted() as asked:
        aging.let_go(service_clock.now())
    assert Payment.stored(f"PI#{payment_intent}") is None
    assert Order.stored(open_order.id) is None
    assert not customer or asked.index("stripe DELETE") < asked.index("DeleteItem")
