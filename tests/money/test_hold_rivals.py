"""What a rival does between a hold's look at the balance and its write is seen by the write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

import msgspec
import pytest

from chalicelib.core import clock, ids
from chalicelib.core.errors import Refusal
from chalicelib.money import holds, ledger
from chalicelib.money.funds import Funds
from chalicelib.money.holds import Hold
from chalicelib.money.ledger import Movement
from chalicelib.money.models import Balance
from chalicelib.policy import profile
from tests.harness.stage import Stage

DOLLAR = 1_000_000


@pytest.fixture
def account(stage: Stage) -> str:
    """Ten dollars, a week old."""
    account_id = ids.new("acc", clock.from_epoch(clock.epoch_seconds(clock.now()) - 7 * 86_400))
    ledger.book(account_id, Movement("topup", "pi_1", clock.now(), 10 * DOLLAR))
    return account_id


def wish(micros: int) -> Callable[[int], Hold | None]:
    """Hold so much, or nothing."""
    return lambda spendable: Hold(micros, 4_000_000_000, {}) if micros <= spendable else None


def call() -> str:
    return ids.new("call", clock.now())


@contextmanager
def rival(act: Callable[[], object]) -> Iterator[None]:
    """`act` comes right after the first look at a balance."""
    look, waiting = ledger.funds, [act]

    def then_act(account_id: str) -> Funds:
        seen = look(account_id)
        if waiting:
            waiting.pop()()
        return seen

    with mock.patch.object(ledger, "funds", then_act):
        yield


def refusal(account: str, act: Callable[[], object], limit: int = 2) -> str:
    with rival(act), pytest.raises(Refusal) as refused:
        holds.place(account, call(), wish(DOLLAR), limit)
    return refused.value.type


def test_an_account_that_is_frozen_meanwhile_holds_nothing(account: str) -> None:
    freeze = [Balance.frozen.add({"du_1"})]
    assert refusal(account, lambda: ledger.change(account, freeze)) == "account-frozen"


def test_an_account_that_is_suspended_meanwhile_holds_nothing(account: str) -> None:
    assert refusal(account, lambda: ledger.set_status(account, "suspended")) == "account-suspended"


def test_the_last_allowed_call_is_taken_once(account: str) -> None:
    taken = refusal(account, lambda: holds.place(account, call(), wish(DOLLAR), 1), limit=1)
    assert taken == "too-many-calls"
    assert ledger.funds(account).live_calls == 1


def test_the_last_allowed_call_is_taken_once_though_neither_costs_anything(account: str) -> None:
    """A free call leaves the day's spending as it was, so that only the number of calls tells of it."""
    holds.place(account, call(), wish(0), 2)
    with rival(lambda: holds.place(account, call(), wish(0), 2)), pytest.raises(Refusal) as refused:
        holds.place(account, call(), wish(0), 2)
    assert refused.value.type == "too-many-calls"
    assert ledger.funds(account).live_calls == 2


def test_two_calls_never_spend_one_days_limit_twice(account: str) -> None:
    ledger.change(account, [Balance.day_cap_micros.set(2 * DOLLAR)])
    holds.place(account, call(), wish(DOLLAR), 3)
    assert refusal(account, lambda: holds.place(account, call(), wish(DOLLAR), 3), limit=3) == "spend-cap"
    assert ledger.funds(account).day_spent_micros == 2 * DOLLAR


@pytest.mark.parametrize(("hour", "allowed"), [(None, 2), ("2026-01-01T00", 1)])
def test_two_calls_never_take_the_last_one_of_an_hour_together(
    account: str, monkeypatch: pytest.MonkeyPatch, hour: str | None, allowed: int
) -> None:
    """Free calls: the day's spending tells nothing of the rival. One call was before, now or earlier."""
    slow = msgspec.structs.replace(profile.current(), calls_an_hour=allowed)
    monkeypatch.setattr(profile, "current", lambda: slow)
    holds.place(account, call(), wish(0), 9)
    if hour:
        ledger.change(account, [Balance.hour.set(hour)])
    with rival(lambda: holds.place(account, call(), wish(0), 9)), pytest.raises(Refusal) as refused:
        holds.place(account, call(), wish(0), 9)
    assert refused.value.type == "too-many-requests"
    assert ledger.funds(account).hour_calls == allowed


def test_a_limit_that_is_lowered_meanwhile_counts(account: str) -> None:
    lower = [Balance.call_cap_micros.set(DOLLAR // 2)]
    assert refusal(account, lambda: ledger.change(account, lower)) == "spend-cap"


def test_the_last_credit_is_held_once(account: str) -> None:
    assert refusal(account, lambda: holds.place(account, call(), wish(10 * DOLLAR), 2)) == "no-credit"
    assert ledger.funds(account).available_micros == 0


def test_a_reservation_beyond_the_credit_is_none(account: str) -> None:
    assert holds.reserve(account, "R#1#pi_1", Hold(11 * DOLLAR, 4_000_000_000, {"gross": 0})) is None
    assert ledger.funds(account).available_micros == 10 * DOLLAR


def test_a_reservation_whose_credit_goes_meanwhile_is_none(account: str) -> None:
    with rival(lambda: holds.place(account, call(), wish(5 * DOLLAR), 2)):
        assert holds.reserve(account, "R#1#pi_1", Hold(10 * DOLLAR, 4_000_000_000, {"gross": 0})) is None


def test_a_release_gives_back_what_was_not_used(account: str) -> None:
    key = call()
    holds.place(account, key, wish(4 * DOLLAR), 2)
    ledger.book(account, Movement("call", key, clock.now(), -DOLLAR), release=key)
    funds = ledger.funds(account)
    assert (funds.available_micros, funds.holds) == (9 * DOLLAR, {})


def test_an_entry_tells_the_balance_with_what_is_held(account: str) -> None:
    holds.place(account, call(), wish(4 * DOLLAR), 2)
    ledger.book(account, Movement("topup", "pi_2", clock.now(), DOLLAR))
    newest = max(ledger.entries(account, 10), key=lambda entry: entry.balance_after_micros)
    assert newest.balance_after_micros == 11 * DOLLAR
