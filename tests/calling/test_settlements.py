"""Every way in which a call may end, told in any order: one right bill."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.calling import calls, records, settlements, sweeper
from chalicelib.core import clock as core_clock
from chalicelib.core import tables
from chalicelib.money import ledger, rates
from chalicelib.money.ledger import Errand, Movement
from chalicelib.providers.twilio import Leg
from tests.calling.stories import CREDIT_MICROS, Story, Truth
from tests.conftest import Clock
from tests.harness.heard import Alarms

TOLD: dict[str, Callable[[Story], object]] = {
    "replay": Story.place,
    "expire": Story.expire,
    "completed": Story.tell,
    "fallback": Story.fall_back,
}
MORE: dict[str, Callable[[Story], object]] = {
    **TOLD,
    "contradiction": lambda story: story.tell("75"),
    "no-answer": lambda story: story.tell(None, "no-answer"),
    "late": Story.tell,
    "too long": lambda story: story.tell("99999"),
    "stranger": lambda story: story.tell("60", sid="CAstranger"),
}


def limit(story: Story) -> int:
    return int(ledger.funds(story.account_id).holds[story.call_id]["limit"])


def see_through(story: Story) -> None:
    """Whatever nobody told comes to light: by the sweep, and in the night by the carrier's own list."""
    story.expire()
    if story.record:
        story.end_of_day()
    assert story.held_micros == 0
    story.check_books()


@pytest.mark.parametrize("told", list(itertools.permutations(TOLD)), ids=", ".join)
def test_every_order_of_words_ends_in_one_right_bill(told: tuple[str, ...], story: Story) -> None:
    story.place()
    for name in told:
        TOLD[name](story)
    see_through(story)
    assert story.record
    assert (story.record.state, story.record.duration_seconds) == ("charged", 60)


@pytest.mark.parametrize("early", MORE)
def test_what_is_told_before_a_call_is_placed_changes_nothing(early: str, story: Story) -> None:
    if early == "replay":
        story.place()  # which is then the first
    else:
        # No call begins hours after its token was made, so that the sweep comes in time.
        sweeper.sweep() if early == "expire" else MORE[early](story)
        assert (story.record, story.charges, story.held_micros) == (None, [], 0)
    story.clock.advance(timedelta(minutes=5))
    story.place()
    story.tell("60")
    assert [kind for kind, _ in story.charges] == ["call"]
    story.check_books()


@pytest.mark.parametrize("seed", range(12))
def test_contradictions_among_them_still_leave_one_bill_and_are_told(
    seed: int, truth: Truth, clock: Clock, alarms: Alarms
) -> None:
    story, told = Story(truth, clock), random.Random(seed).sample([*MORE, *MORE], k=len(MORE) + 4)
    story.place()
    for name in told:
        MORE[name](story)
        story.check_books()
    see_through(story)
    assert story.record
    assert story.record.state == "charged", told
    assert story.record.duration_seconds in (60, 75), told
    if story.record.duration_seconds == 75:
        assert "duration-contradicted" in alarms.names, told


@pytest.mark.parametrize("told", list(itertools.permutations(TOLD)), ids=", ".join)
def test_a_call_of_a_months_last_second_is_billed_once_in_the_next(
    told: tuple[str, ...], truth: Truth, clock: Clock
) -> None:
    today = core_clock.now()
    new_month = (today + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    clock.advance(new_month - today + timedelta(seconds=30))
    last_second = new_month - timedelta(seconds=1)
    story = Story(truth, clock, call_made_at=last_second)
    story.place()
    for name in told:
        TOLD[name](story)
    see_through(story)
    assert story.record
    assert (story.record.state, story.record.duration_seconds) == ("charged", 60)
    assert story.record.month_key == f"{story.account_id}#{last_second:%Y-%m}"


def test_a_late_answer_is_charged_beside_the_hold_that_a_replay_placed(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.place()
    story.fall_back()
    monkeypatch.setattr(records, "find", lambda *_: None)  # the replay looked before the fallback wrote
    story.place()
    monkeypatch.undo()
    assert story.held_micros > 0
    story.tell("60")
    assert story.held_micros == 0
    assert [kind for kind, _ in story.charges] == ["late_charge"]
    story.check_books()


def test_a_hold_that_a_replay_placed_beside_a_bill_is_only_let_go(
    story: Story, monkeypatch: pytest.MonkeyPatch, alarms: Alarms
) -> None:
    story.place()
    story.tell("60")
    bill = story.charges
    monkeypatch.setattr(records, "find", lambda *_: None)
    story.place()
    monkeypatch.undo()
    story.tell("60")
    assert (story.held_micros, story.charges, alarms.names) == (0, bill, [])
    story.check_books()


def test_a_late_charge_may_leave_a_recorded_debt(story: Story) -> None:
    story.place()
    story.fall_back()
    ledger.book(story.account_id, Movement("topup", "re_1", core_clock.now(), -CREDIT_MICROS))
    story.tell("60")
    [(kind, cost)] = story.charges
    assert kind == "late_charge"
    assert ledger.funds(story.account_id).available_micros == -cost


def test_a_late_answer_completes_the_record(story: Story) -> None:
    story.place()
    story.fall_back()
    assert story.record
    assert story.record.leg_sid is None
    story.tell("61")
    assert (story.record.state, story.record.duration_seconds) == ("charged", 61)
    assert story.record.leg_sid == "CAleg"
    assert story.record.cost_micros == rates.cost_micros(story.record.rate(), 61)


@pytest.mark.parametrize("over", [0, 1, 2])
@pytest.mark.parametrize("late", [False, True], ids=["in time", "late"])
def test_a_call_that_its_limit_cut_costs_no_step_more_than_its_hold(
    story: Story, alarms: Alarms, over: int, late: bool
) -> None:
    """The carrier takes a second or two to hang up, and the limit ends where a step does."""
    story.place()
    longest, held = limit(story), story.held_micros
    if late:
        story.fall_back()
    for _ in range(2):
        story.tell(str(longest + over))
    assert story.record
    assert (story.record.duration_seconds, story.truth.asked) == (longest, 0)
    assert story.charges == [("late_charge" if late else "call", held)]
    assert alarms.names == []
    story.truth.leg = Leg("completed", longest + over, None, "CAleg")
    story.end_of_day()
    assert alarms.names == []
    story.check_books()


def test_a_duration_beyond_the_limit_is_asked_of_the_carrier(story: Story) -> None:
    story.place()
    story.tell(str(limit(story) + 3))
    assert story.truth.asked == 1
    assert story.record
    assert story.record.duration_seconds == 60
    story.check_books()


def test_a_call_that_the_carrier_let_run_on_is_billed_for_what_it_cost(story: Story, alarms: Alarms) -> None:
    story.place()
    beyond = limit(story) + 600
    story.truth.leg = Leg("completed", beyond, None, "CAleg")
    story.tell(str(beyond))
    assert story.record
    assert (story.record.state, story.record.duration_seconds) == ("charged", beyond)
    assert [kind for kind, _ in story.charges] == ["late_charge"]
    assert alarms.names == ["call-beyond-hold"]
    story.check_books()


@pytest.mark.parametrize("leg", [None, Leg("failed", 0, None, None)], ids=["goes on", "knows no leg"])
def test_a_doubtful_end_that_the_carrier_does_not_confirm_waits_for_the_sweep(
    story: Story, leg: Leg | None
) -> None:
    story.place()
    story.truth.leg = leg
    story.tell("99999")
    assert (story.record, story.charges) == (None, [])
    assert story.held_micros > 0


def test_a_doubtful_end_waits_for_the_sweep_while_the_carrier_is_silent(story: Story) -> None:
    story.place()
    story.truth.silent = True
    story.tell("99999")
    assert story.record is None
    assert story.expire()["postponed"] == 1
    story.truth.silent = False
    story.clock.advance(timedelta(seconds=60))
    assert story.expire()["settled"] == 1
    assert [kind for kind, _ in story.charges] == ["call"]
    story.check_books()


@pytest.mark.parametrize(
    "duration", [None, "", "-60", "6e1", "1_0", "\uff16\uff10", "60.5", "100000", "9" * 20, "NaN"]
)
def test_a_duration_that_no_call_has_is_left_to_the_sweep(story: Story, duration: str | None) -> None:
    story.place()
    story.tell(duration)
    assert (story.record, story.charges) == (None, [])
    assert story.held_micros > 0
    story.expire()
    assert story.record
    assert story.record.duration_seconds == 60
    story.check_books()


def test_another_duration_for_a_charged_call_changes_nothing_and_rings(story: Story, alarms: Alarms) -> None:
    story.place()
    story.tell("60")
    bill, funds = story.charges, ledger.funds(story.account_id)
    for told in ("75", "30", "86400"):
        story.tell(told)
    story.tell(None, "busy")
    assert (story.charges, ledger.funds(story.account_id)) == (bill, funds)
    assert alarms.names == ["duration-contradicted"] * 4
    assert story.record
    assert story.record.duration_seconds == 60


def test_the_same_end_a_hundred_times_and_a_day_later_bills_once(story: Story, alarms: Alarms) -> None:
    story.place()
    for _ in range(100):
        story.tell("60")
    story.clock.advance(timedelta(days=1))
    story.tell("60")
    assert len(story.charges) == 1
    assert alarms.names == []


def test_the_end_of_another_call_changes_nothing(story: Story) -> None:
    story.place()
    story.tell("60", sid="CA" + "9" * 32)
    assert story.held_micros > 0
    assert (story.charges, story.record) == ([], None)


def test_a_late_answer_brings_no_record_back_that_was_erased_meanwhile(story: Story) -> None:
    story.place()
    story.fall_back()
    seen = story.record
    assert seen
    tables.write(seen.delete)
    with mock.patch.object(records, "find", side_effect=[seen, None]):
        story.tell("60")
    assert (story.charges, story.record) == ([], None)


def test_a_fallback_of_another_call_changes_nothing(story: Story) -> None:
    story.place()
    stranger = {"From": f"client:{story.account_id}", "CallSid": "CAother", "call_id": story.call_id}
    stranger["signature"] = calls.sign(story.account_id, story.call_id)
    calls.give_up(stranger)
    assert story.held_micros > 0


def test_errands_and_refunds_are_no_live_calls(story: Story) -> None:
    ledger.book(story.account_id, None, errands={"M#low-balance": Errand(1), "R#re_1#pi_1": Errand(1)})
    assert calls.end_all(story.account_id)
    assert set(ledger.funds(story.account_id).holds) == {"M#low-balance", "R#re_1#pi_1"}


def test_a_call_nobody_knows_is_never_billed(story: Story) -> None:
    settlements.settle(story.account_id, story.call_id, Leg("completed", 60, None, None))
    assert (story.charges, story.record) == ([], None)
