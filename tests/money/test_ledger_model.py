"""The books against a model of three dictionaries, whatever is done to them in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chalicelib.core import clock, ids, tables
from chalicelib.core.errors import Refusal
from chalicelib.core.tables import ConditionFailed
from chalicelib.money import holds, ledger
from chalicelib.money.funds import Funds
from chalicelib.money.holds import Hold
from chalicelib.money.ledger import HoldGone, Movement
from chalicelib.money.models import BALANCE, Balance, Books
from tests.harness.killpoints import intercepted
from tests.harness.stage import Stage

LIMIT = 3
CALLS = st.integers(0, 3)
CREDITS = st.integers(1_000_000, 9_000_000)
AMOUNTS = st.integers(1, 3_000_000)
STARTED = datetime.now(UTC) - timedelta(days=30)


class Money(RuleBasedStateMachine):
    """One account: free credit, holds by call, amounts by cause."""

    @initialize()
    def begin(self) -> None:
        self.account_id = ids.new("acc", STARTED)
        self.calls = [ids.new("call", STARTED + timedelta(hours=place)) for place in range(4)]
        self.available, self.status = 0, "open"
        self.held: dict[str, int] = {}
        self.due: dict[str, int] = {}
        self.booked: dict[str, int] = {}
        self.state: object = (0, "open", {}, {}, {})
        self.version = 0
        self.top_up(0, 9_000_000)

    @rule(place=st.integers(0, 5), amount=CREDITS)
    def top_up(self, place: int, amount: int) -> None:
        """Told twice it is one credit, whatever the second amount."""
        cause = f"pi_{place}"
        movement = Movement("topup", cause, STARTED + timedelta(minutes=place), amount)
        if cause in self.booked:
            with pytest.raises(ConditionFailed, match="entry"):
                ledger.book(self.account_id, movement)
        else:
            ledger.book(self.account_id, movement)
            self._note(cause, amount)

    @rule(place=CALLS, amount=AMOUNTS, due=st.integers(1_000, 9_000))
    def hold(self, place: int, amount: int, due: int) -> None:
        call = self.calls[place]
        refusal = None
        if call not in self.held:
            if self.status != "open":
                refusal = "account-suspended"
            elif len(self.held) >= LIMIT:
                refusal = "too-many-calls"
            elif amount > self.available:
                refusal = "no-credit"
        try:
            made = holds.place(
                self.account_id,
                call,
                lambda available: Hold(amount, due, {}) if amount <= available else None,
                LIMIT,
            )
        except Refusal as refused:
            assert refused.type == refusal  # noqa: PT017
            return
        assert refusal is None
        if call in self.held:
            assert (made.amount_micros, made.due) == (self.held[call], self.due[call])
        else:
            self.held[call], self.due[call] = amount, due
            self.available -= amount

    @rule(place=CALLS, cost=st.integers(0, 4_000_000))
    def post(self, place: int, cost: int) -> None:
        """What was used is charged and the rest given back, be it more than was held."""
        call = self.calls[place]
        movement = Movement("call", call, ids.made_at(call), -cost)
        if call not in self.held:
            with pytest.raises(HoldGone):
                ledger.book(self.account_id, movement, release=call)
        elif call in self.booked:
            with pytest.raises(ConditionFailed, match="entry"):
                ledger.book(self.account_id, movement, release=call)
        else:
            ledger.book(self.account_id, movement, release=call)
            self._let_go(call)
            self._note(call, -cost)

    @rule(place=CALLS)
    def void(self, place: int) -> None:
        call = self.calls[place]
        if call in self.held:
            ledger.book(self.account_id, None, release=call)
            self._let_go(call)
        else:
            with pytest.raises(HoldGone):
                ledger.book(self.account_id, None, release=call)

    @rule(place=CALLS, cost=AMOUNTS)
    def charge_late(self, place: int, cost: int) -> None:
        call = self.calls[place]
        movement = Movement("late_charge", call, ids.made_at(call), -cost)
        if call in self.booked:
            with pytest.raises(ConditionFailed, match="entry"):
                ledger.book(self.account_id, movement)
        else:
            ledger.book(self.account_id, movement)
            self._note(call, -cost)

    @rule(place=CALLS, due=st.integers(1_000, 9_000))
    def wait(self, place: int, due: int) -> None:
        call = self.calls[place]
        ledger.move_deadline(self.account_id, call, due)
        if call in self.held:
            self.due[call] = due

    @rule(status=st.sampled_from(["open"] * 8 + ["suspended", "closed"]))
    def set_status(self, status: str) -> None:
        ledger.set_status(self.account_id, status)
        if self.status != "closed":
            self.status = status

    @invariant()
    def the_books_are_the_models(self) -> None:
        funds = ledger.funds(self.account_id)
        booked = [(entry.cause, entry.amount_micros) for entry in ledger.entries(self.account_id, 100)]
        assert sorted(booked) == sorted(self.booked.items())
        assert (funds.available_micros, funds.status) == (self.available, self.status)
        assert {key: hold["amount"] for key, hold in funds.holds.items() if hold["amount"]} == self.held
        assert funds.available_micros + funds.held_micros == sum(self.booked.values())
        if all(amount > 0 for amount in self.booked.values()):
            assert funds.available_micros >= 0
        self._check_deadline(funds)
        self._check_version(funds)

    def teardown(self) -> None:
        """The index holds what the balance says: it is read once, since moto reads a whole table for it."""
        if hasattr(self, "account_id"):
            sweep_at = ledger.funds(self.account_id).sweep_at
            found = Books.sweep.query(ledger.shard(self.account_id))
            indexed = [book.sweep_at for book in found if book.account_id == self.account_id]
            assert indexed == ([] if sweep_at is None else [sweep_at])

    def _check_deadline(self, funds: Funds) -> None:
        """The sweeper finds the earliest deadline, and nothing where nothing is held."""
        assert funds.sweep_at == min((hold["due"] for hold in funds.holds.values()), default=None)
        assert {key: funds.holds[key]["due"] for key in self.held} == self.due

    def _check_version(self, funds: Funds) -> None:
        """Each change raises it."""
        state = (self.available, self.status, dict(self.held), dict(self.due), dict(self.booked))
        assert funds.version > self.version if state != self.state else funds.version >= self.version
        self.state, self.version = state, funds.version

    def _note(self, cause: str, amount: int) -> None:
        self.booked[cause] = amount
        self.available += amount

    def _let_go(self, call: str) -> None:
        self.available += self.held.pop(call)
        del self.due[call]


def test_no_order_of_changes_takes_the_books_from_the_model(stage: Stage) -> None:
    steps = settings(
        max_examples=25,
        stateful_step_count=30,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    with mock.patch.object(tables, "pause"):
        run_state_machine_as_test(Money, settings=steps)


def all_of_it(available: int) -> Hold | None:
    return Hold(available, 9_000, {}) if available else None


def call_rival(account_id: str) -> None:
    holds.place(account_id, ids.new("call", clock.now()), all_of_it, LIMIT)


def refund_rival(account_id: str) -> None:
    assert holds.reserve(account_id, "R#1#pi_1", Hold(5_000_000, 9_000, {}))


def charge_rival(account_id: str) -> None:
    ledger.book(account_id, Movement("late_charge", "call_1", STARTED, -5_000_000))


@pytest.mark.parametrize("rival", [call_rival, refund_rival, charge_rival])
def test_rivals_for_one_balance_never_overspend_it(stage: Stage, rival: Callable[[str], None]) -> None:
    """Between our look and our write somebody else takes the credit: the write asks again."""
    account_id = ids.new("acc", STARTED)
    ledger.book(account_id, Movement("topup", "pi_1", STARTED, 5_000_000))
    taken: list[str] = []

    def take(_: int, name: str) -> None:
        if name == "UpdateItem" and not taken:
            taken.append(name)
            rival(account_id)

    ours = ids.new("call", clock.now())
    with (
        mock.patch.object(tables, "pause"),
        intercepted(take),
        pytest.raises(Refusal, match="402 no-credit"),
    ):
        holds.place(account_id, ours, all_of_it, LIMIT)
    funds = ledger.funds(account_id)
    assert (funds.available_micros, ours in funds.holds) == (0, False)


def test_a_rival_change_is_read_again_and_nothing_is_lost(stage: Stage) -> None:
    account_id = ids.new("acc", STARTED)
    rivals = [0]

    def rival(_: int, name: str) -> None:
        if name == "TransactWriteItems" and rivals[0] < 5:
            rivals[0] += 1
            cause = f"pi_rival_{rivals[0]}"
            ledger.book(account_id, Movement("topup", cause, STARTED, 1_000_000))

    with mock.patch.object(tables, "pause"), intercepted(rival):
        ledger.book(account_id, Movement("topup", "pi_ours", STARTED, 10_000_000))
    assert ledger.funds(account_id).available_micros == 15_000_000
    assert len(ledger.entries(account_id, 100)) == 6
    assert Balance.get(account_id, BALANCE).version >= 7


def test_the_sweeper_is_told_the_earliest_deadline_that_is_left(stage: Stage) -> None:
    account_id = ids.new("acc", STARTED)
    ledger.book(account_id, Movement("topup", "pi_1", STARTED, 9_000_000))

    def sweep_at() -> int | None:
        return ledger.funds(account_id).sweep_at

    dues = [3_000, 2_000, 4_000, 5_000]
    for key, due, earliest in zip("abcd", dues, [3_000, 2_000, 2_000, 2_000], strict=True):
        holds.place(account_id, f"call_{key}", lambda _, due=due: Hold(1_000_000, due, {}), 4)  # type: ignore[misc]
        assert sweep_at() == earliest
    ledger.move_deadline(account_id, "call_b", 6_000)
    assert sweep_at() == 3_000
    for key, left in (("d", 3_000), ("a", 4_000), ("c", 6_000), ("b", None)):
        ledger.book(account_id, None, release=f"call_{key}")
        assert sweep_at() == left
