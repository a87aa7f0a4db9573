"""Caps: a person's own for a call and a day, and the first day's; all are checked by the hold itself."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from chalicelib.core import clock as service_clock
from chalicelib.core import ids
from chalicelib.core.errors import Refusal
from chalicelib.money import holds, ledger, limits
from chalicelib.money.holds import Hold
from chalicelib.money.ledger import Movement
from chalicelib.policy import profile
from tests.conftest import Clock
from tests.harness.killpoints import Case, intercepted, survive
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.money.purse import DOLLAR, Purse, make

PRICE = DOLLAR


@pytest.fixture
def purse(stage: Stage, mailbox: Mailbox, clock: Clock) -> Purse:
    """A hundred dollars, and the first day over, early on a UTC day."""
    made = make(stage, mailbox).earn(100 * DOLLAR)
    clock.advance(timedelta(days=2))
    to_hour(clock, 1)
    return made


def to_hour(clock: Clock, hour: int) -> None:
    """On to the next time that it is this hour in UTC."""
    now = service_clock.now()
    then = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    rest = (then if then > now else then + timedelta(days=1)) - now
    clock.advance(rest + timedelta(seconds=1))  # the clock moves by whole seconds


def place(purse: Purse, wanted_micros: int = 1000 * DOLLAR) -> str:
    """Begin a call that holds what it may, in whole dollars, up to a wish."""
    key = ids.new("call", service_clock.now())

    def plan(spendable_micros: int) -> Hold | None:
        amount = min(wanted_micros, spendable_micros) // PRICE * PRICE
        return Hold(amount, service_clock.epoch_seconds(service_clock.now()) + 7200, {}) if amount else None

    holds.place(purse.account_id, key, plan, limit=2)
    return key


def held(purse: Purse, key: str) -> int:
    return int(purse.funds.holds[key]["amount"])


def end(purse: Purse, key: str, cost_micros: int) -> None:
    """The call's end: what it cost is booked, the rest is free again."""
    cost = Movement("call", key, ids.made_at(key), -cost_micros) if cost_micros else None
    ledger.book(purse.account_id, cost, release=key)


def refused(purse: Purse) -> Refusal:
    with pytest.raises(Refusal) as caught:
        place(purse)
    return caught.value


def test_one_call_holds_no_more_than_its_cap(purse: Purse) -> None:
    limits.put(purse.account_id, 7 * DOLLAR, None)
    assert held(purse, place(purse)) == 7 * DOLLAR
    assert held(purse, place(purse)) == 7 * DOLLAR


def test_a_days_calls_cost_and_hold_no_more_than_its_cap(purse: Purse) -> None:
    limits.put(purse.account_id, None, 10 * DOLLAR)
    first = place(purse, 6 * DOLLAR)
    assert held(purse, place(purse)) == 4 * DOLLAR
    end(purse, first, 5 * DOLLAR)
    assert purse.funds.day_spent_micros == 9 * DOLLAR
    assert held(purse, place(purse)) == DOLLAR


def test_beyond_the_days_cap_a_call_is_refused_until_midnight_utc(purse: Purse, clock: Clock) -> None:
    limits.put(purse.account_id, None, 10 * DOLLAR)
    end(purse, place(purse), 10 * DOLLAR)
    to_hour(clock, 23)
    refusal = refused(purse)
    assert (refusal.status, refusal.type) == (429, "spend-cap")
    assert 0 < (refusal.retry_after_seconds or 0) <= 3600
    clock.advance(timedelta(seconds=refusal.retry_after_seconds or 0))
    assert held(purse, place(purse)) == 10 * DOLLAR


def test_what_a_call_did_not_need_is_todays_again(purse: Purse) -> None:
    limits.put(purse.account_id, None, 10 * DOLLAR)
    end(purse, place(purse), 0)
    assert purse.funds.day_spent_micros == 0
    assert held(purse, place(purse)) == 10 * DOLLAR


def test_without_credit_the_refusal_is_that_and_not_the_cap(purse: Purse) -> None:
    limits.put(purse.account_id, None, 10 * DOLLAR)
    purse.spend(100 * DOLLAR)
    assert (refused(purse).status, refused(purse).type) == (402, "no-credit")


def test_a_cap_of_nothing_lets_nobody_call(purse: Purse) -> None:
    limits.put(purse.account_id, 0, None)
    assert refused(purse).type == "spend-cap"
    limits.put(purse.account_id, None, 0)
    assert refused(purse).type == "spend-cap"
    limits.put(purse.account_id, None, None)
    assert held(purse, place(purse)) == 100 * DOLLAR


def test_two_calls_at_once_do_not_pass_a_days_cap_together(purse: Purse) -> None:
    """The second one's hold is written between the first one's look and its own write."""
    limits.put(purse.account_id, None, 10 * DOLLAR)
    rival: list[str] = []

    def place_another(_: int, name: str) -> None:
        if name == "UpdateItem" and not rival:
            rival.append("placing")
            rival.append(place(purse, 7 * DOLLAR))

    with intercepted(before=place_another):
        first = place(purse, 8 * DOLLAR)
    assert held(purse, rival[1]) == 7 * DOLLAR
    assert held(purse, first) == 3 * DOLLAR
    assert purse.funds.day_spent_micros == 10 * DOLLAR
    assert purse.balanced()


def test_the_days_first_two_calls_at_once_do_not_pass_it_either(purse: Purse, clock: Clock) -> None:
    limits.put(purse.account_id, None, 10 * DOLLAR)
    end(purse, place(purse), DOLLAR)
    clock.advance(timedelta(days=1))
    test_two_calls_at_once_do_not_pass_a_days_cap_together(purse)


def test_a_cap_lowered_between_look_and_write_counts(purse: Purse) -> None:
    lowered: list[bool] = []

    def lower(_: int, name: str) -> None:
        if name == "UpdateItem" and not lowered:
            lowered.append(True)
            limits.put(purse.account_id, 3 * DOLLAR, None)

    with intercepted(before=lower):
        assert held(purse, place(purse)) == 3 * DOLLAR


def test_a_live_call_keeps_what_it_holds_when_a_cap_is_lowered(purse: Purse) -> None:
    limits.put(purse.account_id, None, 10 * DOLLAR)
    live = place(purse, 8 * DOLLAR)
    limits.put(purse.account_id, 2 * DOLLAR, 5 * DOLLAR)
    assert held(purse, live) == 8 * DOLLAR
    assert refused(purse).type == "spend-cap"
    end(purse, live, 8 * DOLLAR)
    assert ("call", -8 * DOLLAR) in purse.entries()
    assert refused(purse).type == "spend-cap"
    assert purse.balanced()


def test_a_cap_raised_during_a_call_counts_for_the_next(purse: Purse) -> None:
    limits.put(purse.account_id, None, 5 * DOLLAR)
    live = place(purse)
    limits.put(purse.account_id, None, 8 * DOLLAR)
    assert held(purse, live) == 5 * DOLLAR
    assert held(purse, place(purse)) == 3 * DOLLAR


def test_a_call_across_midnight_is_the_day_of_its_beginning(purse: Purse, clock: Clock) -> None:
    limits.put(purse.account_id, None, 10 * DOLLAR)
    to_hour(clock, 23)
    across = place(purse, 9 * DOLLAR)
    clock.advance(timedelta(hours=2))
    end(purse, across, 2 * DOLLAR)
    assert purse.funds.day_spent_micros == 2 * DOLLAR
    assert held(purse, place(purse)) == 10 * DOLLAR


def test_the_end_of_yesterdays_call_gives_today_nothing_back(purse: Purse, clock: Clock) -> None:
    limits.put(purse.account_id, None, 10 * DOLLAR)
    to_hour(clock, 23)
    across = place(purse, 9 * DOLLAR)
    clock.advance(timedelta(hours=2))
    today = place(purse, 4 * DOLLAR)
    end(purse, across, DOLLAR)
    assert purse.funds.day_spent_micros == 4 * DOLLAR
    assert held(purse, place(purse)) == 6 * DOLLAR
    end(purse, today, 4 * DOLLAR)
    assert purse.funds.day_spent_micros == 10 * DOLLAR
    assert purse.balanced()


def test_on_its_first_day_an_account_spends_no_more_than_the_profile_says(
    stage: Stage, mailbox: Mailbox, clock: Clock
) -> None:
    cap = profile.current().first_day_cap_micros
    to_hour(clock, 1)
    purse = make(stage, mailbox).earn(100 * DOLLAR)
    first = place(purse, 30 * DOLLAR)
    assert held(purse, place(purse)) == cap - 30 * DOLLAR
    end(purse, first, 30 * DOLLAR)
    assert refused(purse).type == "spend-cap"
    limits.put(purse.account_id, None, 80 * DOLLAR)
    assert refused(purse).type == "spend-cap"
    clock.advance(timedelta(days=1))
    available = purse.funds.available_micros
    assert held(purse, place(purse)) == available == 50 * DOLLAR


def test_an_accounts_first_day_has_24_hours_whenever_it_was_opened(
    stage: Stage, mailbox: Mailbox, clock: Clock
) -> None:
    cap = profile.current().first_day_cap_micros
    to_hour(clock, 23)
    purse = make(stage, mailbox).earn(200 * DOLLAR)
    end(purse, place(purse, cap), cap)
    clock.advance(timedelta(hours=2))
    told = refused(purse)
    assert told.type == "spend-cap"
    assert 21 * 3600 < (told.retry_after_seconds or 0) <= 22 * 3600 + 1
    clock.advance(timedelta(hours=22))
    assert held(purse, place(purse)) == purse.funds.held_micros == 150 * DOLLAR


def test_limits_may_come_before_any_credit(stage: Stage, mailbox: Mailbox) -> None:
    account_id = ids.new("acc", service_clock.now())
    limits.put(account_id, DOLLAR, 2 * DOLLAR)
    funds = ledger.funds(account_id)
    assert (funds.call_cap_micros, funds.day_cap_micros, funds.available_micros) == (DOLLAR, 2 * DOLLAR, 0)


def test_a_kill_anywhere_puts_limits_and_holds_once(stage: Stage, mailbox: Mailbox) -> None:
    def limited() -> Case:
        purse = make(stage, mailbox).earn(20 * DOLLAR)
        key = ids.new("call", service_clock.now())

        def act() -> None:
            limits.put(purse.account_id, 5 * DOLLAR, 8 * DOLLAR)
            holds.place(purse.account_id, key, lambda micros: Hold(micros, 9_999_999_999, {}), limit=2)

        def outcome() -> object:
            funds = purse.funds
            return funds.call_cap_micros, funds.day_cap_micros, funds.day_spent_micros, held(purse, key)

        return Case(act, outcome)

    survive(limited)


def test_an_account_places_so_many_calls_an_hour_and_more_in_the_next(
    purse: Purse, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = msgspec.structs.replace(profile.current(), calls_an_hour=3)
    monkeypatch.setattr(profile, "current", lambda: slow)
    for _ in range(3):
        end(purse, place(purse, PRICE), 0)
    with pytest.raises(Refusal) as refused:
        place(purse, PRICE)
    assert (refused.value.status, refused.value.type) == (429, "too-many-requests")
    wait_seconds = refused.value.retry_after_seconds or 0
    assert 0 < wait_seconds <= 3600
    clock.advance(timedelta(seconds=wait_seconds))
    place(purse, PRICE)
    assert purse.funds.hour_calls == 1
