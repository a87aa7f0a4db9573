"""Movements whose time is over become one opening sum; no balance ever changes by that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core import clock as service_clock
from chalicelib.core import ids, tables
from chalicelib.money import aging, books, carrying, holds, ledger, operations
from chalicelib.money.holds import Hold
from chalicelib.money.ledger import Errand
from chalicelib.money.models import CARRIED
from tests.conftest import Clock
from tests.harness.killpoints import Case, intercepted, survive
from tests.harness.stage import Stage, running_stage
from tests.money.aged import AFTER_CLOSING, SEVEN, YEAR, account, book, carry, close, many, told
from tests.policy.keeping import keeping


@pytest.fixture
def by_movement() -> Iterator[None]:
    """The policy keeps each movement for seven years."""
    with keeping("ledger", SEVEN):
        yield


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
    commit = tables.Transaction.commit

    def late(transaction: tables.Transaction) -> None:
        with mock.patch.object(tables.Transaction, "commit", commit):
            book(account_id, -1_000_000)
        commit(transaction)

    with mock.patch.object(tables.Transaction, "commit", late):
        assert carry(account_id) == 1
    assert told(account_id) == [("carried", 10_000_000, 10_000_000), ("adjustment", -1_000_000, 9_000_000)]


@pytest.mark.usefixtures("stage", "by_movement")
def test_two_who_carry_the_same_movements_count_them_once(clock: Clock) -> None:
    account_id = account(10_000_000, 5_000_000)
    clock.advance(8 * YEAR)
    commit = tables.Transaction.commit

    def late(transaction: tables.Transaction) -> None:
        with mock.patch.object(tables.Transaction, "commit", commit):
            assert carry(account_id) == 2
        commit(transaction)

    with mock.patch.object(tables.Transaction, "commit", late):
        assert carry(account_id) == 0
    assert told(account_id) == [("carried", 15_000_000, 15_000_000)]


@pytest.mark.usefixtures("by_movement")
def test_carrying_may_die_anywhere(stage: Stage, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    old = [many(5) for _ in range(20)]
    clock.advance(8 * YEAR)
    waiting = iter(old)
    monkeypatch.setattr(carrying, "BATCH", 3)

    def make() -> Case:
        account_id = next(waiting)
        return Case(
            lambda: carry(account_id), lambda: (told(account_id), ledger.funds(account_id).total_micros)
        )

    assert survive(make).count("TransactWriteItems") == 2


MOVES = st.lists(st.tuples(st.integers(-9_000_000, 9_000_000), st.integers(0, 1500)), min_size=1, max_size=8)


@given(moves=MOVES, later=st.integers(0, 4000))
@settings(deadline=None, max_examples=8)
def test_whatever_is_carried_the_balance_is_what_it_was(moves: list[tuple[int, int]], later: int) -> None:
    start = service_clock.now()
    now = [start]

    def read() -> datetime:
        return now[0]

    with running_stage(), keeping("ledger", SEVEN), mock.patch.object(service_clock, "now", read):
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
