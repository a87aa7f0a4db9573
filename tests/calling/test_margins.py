"""The carrier's list of calls, through its own client: prices, and what no callback told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.calling import calls, margins, records
from chalicelib.calling.models import CallRecord
from chalicelib.core.errors import ProviderError
from chalicelib.money import holds, ledger
from chalicelib.providers import twilio_calls
from infra.local.carrier.calls import PRICES_A_MINUTE
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.heard import Alarms, hearing, metrics_in
from tests.harness.stage import Stage

LONDON = "+442079460958"
BUSY = "+442079460001"
NOTHING = {"priced": 0, "known": 0, "unpriced": 0, "live": 0, "lossy": 0, "unbilled": 0, "failed": 0}


@pytest.fixture
def caller(browser: Browser) -> Browser:
    return browser.sign_up().top_up(10_000_000)


@pytest.fixture
def alarms() -> Iterator[Alarms]:
    with hearing() as heard:
        yield heard


def only_record(account_id: str) -> CallRecord:
    [record] = records.newest_first(account_id)
    return record


def test_both_sides_prices_are_written_once_and_bill_nobody(caller: Browser, clock: Clock) -> None:
    caller.call(LONDON, 125)
    account_id, credit = caller.account_id, caller.available_micros()
    assert margins.collect() == {**NOTHING, "unpriced": 1}
    clock.advance(timedelta(hours=1))
    assert margins.collect() == {**NOTHING, "priced": 1}
    record = only_record(account_id)
    # Three started minutes at 0.0140 to the number, and at 0.0040 from the browser.
    assert (record.carrier_micros, record.carrier_currency) == (54_000, "USD")
    assert margins.collect() == {**NOTHING, "known": 1}
    assert ledger.funds(account_id).total_micros == credit


def test_an_unanswered_call_cost_nothing_on_its_dialled_side(caller: Browser, clock: Clock) -> None:
    caller.call(BUSY, 60)
    clock.advance(timedelta(hours=1))
    assert margins.collect() == {**NOTHING, "priced": 1}


def test_a_live_call_is_left_to_the_sweep(caller: Browser, clock: Clock) -> None:
    caller.call(LONDON, 60, "lose_completed")
    clock.advance(timedelta(minutes=30))
    assert margins.collect() == {**NOTHING, "live": 1}


def test_a_voided_call_that_was_answered_after_all_is_charged(caller: Browser, clock: Clock) -> None:
    caller.call(LONDON, 60, "lose_completed")
    account_id = caller.account_id
    [(call_id, hold)] = [found for found in holds.live(account_id).items() if found[0].startswith("call_")]
    token = {"From": f"client:{account_id}", "call_id": call_id, "signature": calls.sign(account_id, call_id)}
    calls.give_up({**token, "CallSid": hold.detail["sid"]})
    assert only_record(account_id).state == "voided"
    clock.advance(timedelta(hours=1))
    assert margins.collect() == {**NOTHING, "priced": 1}
    record = only_record(account_id)
    assert (record.state, record.duration_seconds) == ("charged", 60)
    assert [entry.kind for entry in ledger.entries(account_id, 10)] == ["late_charge", "topup"]


def test_an_answered_call_that_we_know_nothing_of_rings(
    caller: Browser, clock: Clock, alarms: Alarms, capsys: pytest.CaptureFixture[str]
) -> None:
    caller.call(LONDON, 60)
    only_record(caller.account_id).delete()
    clock.advance(timedelta(hours=1))
    assert margins.collect() == {**NOTHING, "unbilled": 1}
    assert metrics_in(capsys.readouterr().out)["UnbilledCalls"] == 1
    assert alarms.names == ["call-unbilled"]


def test_a_call_that_costs_us_more_than_its_caller_paid_rings(
    caller: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(PRICES_A_MINUTE, "outbound-dial", Decimal("2.5"))
    caller.call(LONDON, 60)
    clock.advance(timedelta(hours=1))
    assert margins.collect() == {**NOTHING, "lossy": 1}
    assert metrics_in(capsys.readouterr().out)["LossMakingCalls"] == 1


def test_one_calls_trouble_hides_no_other(
    caller: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch, alarms: Alarms
) -> None:
    caller.call(LONDON, 60)
    caller.call(LONDON, 60)
    clock.advance(timedelta(hours=1))
    note, failures = records.note_price, iter([ValueError("+442079460958")])

    def noting(record: CallRecord, price_micros: int, currency: str) -> None:
        for failure in failures:
            raise failure
        note(record, price_micros, currency)

    monkeypatch.setattr(records, "note_price", noting)
    assert margins.collect() == {**NOTHING, "failed": 1, "priced": 1}
    assert alarms.names == ["margin-failed"]


def test_a_record_that_was_erased_meanwhile_stays_gone(caller: Browser) -> None:
    caller.call(LONDON, 60)
    record = only_record(caller.account_id)
    record.delete()
    records.note_price(record, 1, "USD")
    assert list(records.newest_first(caller.account_id)) == []


def test_calls_of_many_pages_and_accounts_are_all_found(
    caller: Browser, stage: Stage, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_calls, "PAGE", 3)
    monkeypatch.setattr(margins, "ACCOUNTS_IN_MEMORY", 1)
    other = Browser(stage, caller.mailbox).sign_up("bob@example.org").top_up()
    for person in (caller, other, caller, other):
        person.call(LONDON, 60)
    clock.advance(timedelta(hours=1))
    assert margins.collect() == {**NOTHING, "priced": 4}


def test_calls_older_than_the_window_are_not_asked_for(caller: Browser, clock: Clock) -> None:
    caller.call(LONDON, 60)
    clock.advance(timedelta(days=4))
    assert margins.collect() == NOTHING


def test_a_carrier_that_does_not_answer_is_said_to_whoever_runs_this(caller: Browser, stage: Stage) -> None:
    stage.carrier.faults.plant("calls.list", "error500", 1)
    with pytest.raises(ProviderError):
        margins.collect()
