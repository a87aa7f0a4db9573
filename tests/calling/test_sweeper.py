"""The minute's sweep: which calls it looks at, in which order, and what stops it from none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.calling import settlements, sweeper
from chalicelib.core.errors import ProviderError
from chalicelib.money import ledger
from chalicelib.money.ledger import Errand
from chalicelib.providers import twilio
from chalicelib.providers.twilio import Leg
from tests.calling.stories import Story, Truth
from tests.conftest import Clock
from tests.harness.heard import Alarms, metrics_in


def test_a_stale_hold_ends_at_the_next_sweep_after_the_carrier_answers(story: Story, clock: Clock) -> None:
    story.place()
    story.truth.leg = None
    assert story.expire() == {"settled": 0, "postponed": 1}
    story.truth.leg = Leg("completed", 60, None, "CAleg")
    clock.advance(timedelta(seconds=59))  # sweeps come a minute apart, more or less
    assert sweeper.sweep() == {"settled": 1, "postponed": 0}
    assert story.held_micros == 0


def test_holds_that_stay_are_measured(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    story.place()
    story.truth.silent = True
    story.expire()
    assert metrics_in(capsys.readouterr().out)["StaleHolds"] == 1
    story.truth.silent = False
    story.expire()
    assert metrics_in(capsys.readouterr().out)["StaleHolds"] == 0


def test_one_calls_trouble_stops_no_other(
    truth: Truth, clock: Clock, monkeypatch: pytest.MonkeyPatch, alarms: Alarms
) -> None:
    broken, fine = Story(truth, clock), Story(truth, clock)
    settle = settlements.settle

    def breaking(account_id: str, call_id: str, leg: Leg, call_sid: str | None = None) -> None:
        if call_id == broken.call_id:
            raise ValueError("+442079460958 must not reach the log")
        settle(account_id, call_id, leg, call_sid)

    monkeypatch.setattr(settlements, "settle", breaking)
    broken.place()
    fine.place()
    assert broken.expire() == {"settled": 1, "postponed": 0, "failed": 1}
    assert (fine.held_micros, alarms.names) == (0, ["sweep-failed"])
    assert "4420794" not in str(vars(alarms.records[0]))


def test_the_oldest_come_first_and_a_silent_carrier_does_not_hold_the_sweep_up(
    truth: Truth, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetch_leg(sid: str) -> None:
        asked.append(sid)

    monkeypatch.setattr(twilio, "fetch_leg", fetch_leg)
    stories = [Story(truth, clock) for _ in range(4)]
    for story in reversed(stories):
        story.place()
        clock.advance(timedelta(seconds=10))
    seconds = iter(range(0, 1000, 10))
    monkeypatch.setattr("chalicelib.core.clock.monotonic", lambda: next(seconds))
    assert stories[0].expire()["postponed"] == 2
    stories[0].clock.advance(timedelta(seconds=60))
    sweeper.sweep()
    assert asked == [story.call_sid for story in reversed(stories)]


def test_a_call_that_the_carrier_does_not_know_is_let_go_with_an_alarm(
    story: Story, monkeypatch: pytest.MonkeyPatch, alarms: Alarms
) -> None:
    story.place()

    def unknown(_sid: str) -> Leg:
        raise ProviderError("twilio", "20404", permanent=True)

    monkeypatch.setattr(twilio, "fetch_leg", unknown)
    assert story.expire()["settled"] == 1
    assert alarms.names == ["call-unknown-to-carrier"]
    assert story.record
    assert story.record.state == "voided"


def test_errands_are_not_the_calls_sweepers(story: Story) -> None:
    ledger.book(story.account_id, None, errands={"M#low-balance": Errand(1)})
    assert sweeper.sweep() == {"settled": 0, "postponed": 0}
    assert set(ledger.funds(story.account_id).holds) == {"M#low-balance"}
