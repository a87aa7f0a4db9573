"""Movements whose time is over become one opening sum; no balance ever changes by that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core import clock as service_clock
from chalicelib.core import ids
from chalicelib.money import aging, books, carrying, holds, ledger, operations
from chalicelib.money.funds import Funds
from chalicelib.money.holds import Hold
from chalicelib.money.ledger import AccountClosed, Errand, Movement
from chalicelib.money.models import BALANCE, CARRIED, Balance, Entry, Order, Payment
from chalicelib.policy.terms import Retention
from tests.conftest import Clock
from tests.harness.killpoints import Case, intercepted, survive
from tests.harness.signed import post_stripe
from tests.harness.stage import Stage, running_stage
from tests.money.payer import Payer
from tests.policy.keeping import keeping

YEAR = timedelta(days=365)
SEVEN = Retention(clock="created", minimum="P7Y", maximum="P7Y", basis="legal_obligation")
AFTER_CLOSING = Retention(clock="account_closed", minimum="P7Y", maximum="P7Y", basis="legal_obligation")


@pytest.fixture
def by_movement() -> Iterator[None]:
    """The policy keeps each movement for seven years."""
    with keeping("ledger", SEVEN):
        yield


def account(*amounts_micros: int) -> str:
    """An account with these movements, booked now."""
    made = ids.new("acc", service_clock.now())
    book(made, *amounts_micros)
    return made


def book(account_id: str, *amounts_micros: int) -> None:
    for amount in amounts_micros:
        now = service_clock.now()
        ledger.book(account_id, Movement("adjustment", ids.new("call", now), now, amount))


def many(count: int) -> str:
    """An account with so many small movements, written at once."""
    now = service_clock.now()
    made = ids.new("acc", now)
    ledger.open_account(made)
    with Entry.batch_write() as batch:
        for number in range(count):
            movement = Movement("adjustment", f"call_{number:04}", now, 1_000)
            batch.save(ledger._entry(Funds(made, number * 1_000, "USD", {}, "open", 1), movement))
    ledger.change(made, [Balance.available_micros.set(count * 1_000)])
    return made


def told(account_id: str) -> list[tuple[str, int, int]]:
    """Each entry's kind, amount and the balance after it, in the order of booking."""
    return [
        (entry.kind, entry.amount_micros, entry.balance_after_micros)
        for entry in operations._as_booked(ledger.statement(account_id))
    ]


def carry(account_id: str) -> int:
    return carrying.carry(account_id, service_clock.now())


def close(account_id: str) -> None:
    ledger.set_status(account_id, "closed")


@pytest.mark.usefixtures("stage", "by_movement")
def test_movements_go_on_the_day_on_which_their_time_is_over_and_not_before(clock: Clock) -> None:
    account_id = account(10_000_000, -2_000_000)
    booked = service_clock.now()
    clock.advance(3 * YEAR)
    book(account_id, -500_000)
    seven_years = booked.replace(year=booked.year + 7) - service_clock.now()
    clock.advance(seven_years - timedelta(days=1))
    assert aging.let_go(service_clock.now())["carried"] == 0
    clock.advance(timedelta(days=1, minutes=1))
    assert aging.let_go(service_clock.now())["carried"] == 2
    assert told(account_id) == [("carried", 8_000_000, 8_000_000), ("adjustment", -500_000, 7_500_000)]
    assert ledger.funds(account_id).available_micros == 7_500_000
    assert books.compare().drifted == []


@pytest.mark.usefixtures("stage", "by_movement")
def test_what_is_carried_again_joins_the_one_sum(clock: Clock) -> None:
    account_id = account(10_000_000)
    clock.advance(YEAR)
    book(account_id, -4_000_000)
    clock.advance(YEAR)
    book(account_id, 1_000_000)
    for years, left in ((5, 2), (1, 1)):
        clock.advance(years * YEAR + timedelta(days=3))
        assert carry(account_id) == 1
        assert len(told(account_id)) == left + 1
    assert told(account_id) == [("carried", 6_000_000, 6_000_000), ("adjustment", 1_000_000, 7_000_000)]
    assert carry(account_id) == 0
    assert list(operations.explain(account_id))[-1].startswith("The entries add up")


@pytest.mark.usefixtures("stage", "by_movement")
def test_many_movements_go_in_batches_that_each_add_up(clock: Clock) -> None:
    account_id = many(230)
    clock.advance(8 * YEAR)
    seen: list[int] = []

    def look(_: int, name: str) -> None:
        if name == "TransactWriteItems":
            sums = books.look(account_id)
            assert sums
            assert sums.right
            seen.append(sums.entries)

    with intercepted(after=look):
        assert carry(account_id) == 230
    assert seen == [133, 35, 1]
    assert [(kind, amount) for kind, amount, _ in told(account_id)] == [("carried", 230_000)]


@pytest.mark.usefixtures("stage")
def test_a_live_accounts_movements_stay_where_the_policy_counts_from_its_closing(clock: Clock) -> None:
    account_id = account(10_000_000)
    clock.advance(20 * YEAR)
    with keeping("ledger", AFTER_CLOSING):
        assert aging.let_go(service_clock.now()) == {"carried": 0, "orders": 0, "later": 0, "books": 0}
        close(account_id)
        assert carry(account_id) == 0
        clock.advance(7 * YEAR - timedelta(days=1))
        assert carry(account_id) == 0
        clock.advance(timedelta(days=3))
        assert carry(account_id) == 1


@pytest.mark.usefixtures("stage", "by_movement")
def test_holds_and_errands_stay_when_what_paid_for_them_is_carried(clock: Clock) -> None:
    account_id = account(10_000_000)
    clock.advance(8 * YEAR)
    holds.reserve(account_id, "R#re_1#pi_1", Hold(3_000_000, 1, {}))
    ledger.book(account_id, None, errands={"M#receipt#pi_1": Errand(1)})
    before = ledger.funds(account_id)
    assert carry(account_id) == 1
    after = ledger.funds(account_id)
    assert (after.available_micros, after.holds) == (before.available_micros, before.holds)
    assert after.version > before.version


@pytest.mark.usefixtures("stage", "by_movement")
def test_a_debt_is_carried_as_a_debt(clock: Clock) -> None:
    account_id = account(1_000_000, -3_000_000)
    clock.advance(8 * YEAR)
    carry(account_id)
    assert told(account_id) == [("carried", -2_000_000, -2_000_000)]
    assert ledger.funds(account_id).available_micros == -2_000_000


@pytest.mark.usefixtures("stage", "by_movement")
def test_a_booking_between_reading_and_writing_is_neither_lost_nor_refused(clock: Clock) -> None:
    account_id = account(10_000_000)
    clock.advance(8 * YEAR)
    commit = carrying.Transaction.commit

    def late(transaction: carrying.Transaction) -> None:
        with mock.patch.object(carrying.Transaction, "commit", commit):
            book(account_id, -1_000_000)
        commit(transaction)

    with mock.patch.object(carrying.Transaction, "commit", late):
        assert carry(account_id) == 1
    assert told(account_id) == [("carried", 10_000_000, 10_000_000), ("adjustment", -1_000_000, 9_000_000)]


@pytest.mark.usefixtures("stage", "by_movement")
def test_two_who_carry_the_same_movements_count_them_once(clock: Clock) -> None:
    account_id = account(10_000_000, 5_000_000)
    clock.advance(8 * YEAR)
    commit = carrying.Transaction.commit

    def late(transaction: carrying.Transaction) -> None:
        with mock.patch.object(carrying.Transaction, "commit", commit):
            assert carry(account_id) == 2
        commit(transaction)

    with mock.patch.object(carrying.Transaction, "commit", late):
        assert carry(account_id) == 0
    assert told(account_id) == [("carried", 15_000_000, 15_000_000)]


@pytest.mark.usefixtures("by_movement")
def test_carrying_may_die_anywhere(
    stage: Stage, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = [many(5) for _ in range(20)]
    clock.advance(8 * YEAR)
    waiting = iter(old)
    monkeypatch.setattr(carrying, "BATCH", 3)

    def make() -> Case:
        account_id = next(waiting)
        return Case(lambda: carry(account_id), lambda: (told(account_id), ledger.funds(account_id).total_micros))

    assert survive(make).count("TransactWriteItems") == 2


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
    assert {Balance.stored(account_id, BALANCE).status for account_id in (held, drifted)} == {"closed"}


@pytest.mark.usefixtures("by_movement")
def test_orders_and_payments_go_with_their_time_and_stripes_customer_before_them(
    stage: Stage, clock: Clock
) -> None:
    payer = Payer(stage)
    payment_intent = payer.top_up(10_000_000)
    customer = Payment.stored(f"PI#{payment_intent}").customer
    open_order = payer.order()
    clock.advance(7 * YEAR - timedelta(days=1))
    assert aging.let_go(service_clock.now())["orders"] == 0
    clock.advance(timedelta(days=4))
    stage.payments.faults.plant("customers.delete", "timeout_before")
    let_go = aging.let_go(service_clock.now())
    assert (let_go["orders"], let_go["later"]) == ((2, 1) if customer else (3, 0))
    aging.let_go(service_clock.now())
    assert Payment.stored(f"PI#{payment_intent}") is None
    assert Order.stored(open_order.id) is None
    if customer:
        [deleted] = [one for one in stage.payments.all("customer") if one["id"] == customer]
        assert deleted["deleted"]


MOVES = st.lists(st.tuples(st.integers(-9_000_000, 9_000_000), st.integers(0, 1500)), min_size=1, max_size=8)


@given(moves=MOVES, later=st.integers(0, 4000))
@settings(deadline=None, max_examples=8)
def test_whatever_is_carried_the_balance_is_what_it_was(moves: list[tuple[int, int]], later: int) -> None:
    start = service_clock.now()
    now = [start]
    with running_stage(), keeping("ledger", SEVEN), mock.patch.object(service_clock, "now", lambda: now[0]):
        account_id = ids.new("acc", start)
        for amount, days in moves:
            now[0] += timedelta(days=days)
            book(account_id, amount)
            before = ledger.funds(account_id)
            carry(account_id)
            after = ledger.funds(account_id)
            assert (before.available_micros, before.holds) == (after.available_micros, after.holds)
        now[0] += timedelta(days=later)
        carry(account_id)
        left = list(ledger.statement(account_id))
        assert sum(entry.amount_micros for entry in left) == sum(amount for amount, _ in moves)
        old = [entry for entry in left if entry.sk != CARRIED and carrying.is_over(entry.at, before, now[0])]
        assert old == []
        running = 0
        for entry in operations._as_booked(left):
            running += entry.amount_micros
            assert entry.balance_after_micros == running
