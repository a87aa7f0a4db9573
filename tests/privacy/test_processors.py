"""Processors that fail while a deletion is under way: none stops another, and all is done in the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.core.subjects import Erased, Subject
from chalicelib.privacy import certificates, manifest, register, watchdog
from infra.local.payments.faults import Kind
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.numbers.phones import Phones
from tests.privacy.machine import Document, Machine
from tests.privacy.requested import Requested

LONDON = "+442071838750"
CARRIER = ["error500", "rate_limited", "not_yet", "timeout_before", "timeout_after", "not_found"]
PAYMENTS = get_args(Kind)
LONG = 10_000


class Recovered(BaseException):
    """Ends a machine that is only watched for a while."""


@pytest.fixture
def leaving(browser: Browser, clock: Clock) -> Requested:
    """Ada paid, called, verified a number, and does not want to think it over."""
    browser.sign_up().top_up().call(LONDON, 60)
    Phones(browser, browser.stage).verify()
    answer = browser.sign_in().post("/api/privacy/requests", {"type": "deletion", "waive_grace": True})
    return Requested(browser, clock, answer.json)


def left(requested: Requested) -> set[str]:
    found = manifest.count(register.subject_of(requested.now()))
    return {name for name, count in found.items() if count}


def run_for(requested: Requested, days: float) -> Machine:
    """The machine at work, until so much time has gone by."""
    until = service_clock.now() + timedelta(days=days)

    def look(_: Document) -> None:
        if service_clock.now() >= until:
            raise Recovered

    machine = Machine(requested.clock, before=look)
    with pytest.raises(Recovered):
        machine.run(requested.input)
    return machine


@pytest.mark.parametrize("kind", CARRIER)
@pytest.mark.parametrize("operation", ["calls.delete", "outgoing_caller_ids.delete"])
def test_whatever_the_carrier_answers_all_is_done_in_time(
    leaving: Requested, operation: str, kind: str
) -> None:
    leaving.browser.stage.carrier.faults.plant(operation, kind, 3)
    machine = leaving.finish()
    assert machine.waited < timedelta(days=4)
    assert left(leaving) == set()
    assert leaving.now().state == "fulfilled"


@pytest.mark.parametrize("kind", PAYMENTS)
def test_whatever_the_payments_answer_all_is_done_in_time(leaving: Requested, kind: Kind) -> None:
    # The client asks once more by itself.
    leaving.browser.stage.payments.faults.plant("customers.delete", kind, 5)
    machine = leaving.finish()
    assert machine.waited < timedelta(days=1)
    assert left(leaving) == set()


def test_two_processors_that_are_down_hold_up_their_own_rows_alone(leaving: Requested) -> None:
    stage = leaving.browser.stage
    stage.carrier.faults.plant("calls.delete", "error500", LONG)
    stage.payments.faults.plant("customers.delete", "timeout_before", LONG)
    machine = run_for(leaving, 0.01)
    assert left(leaving) == {"calls", "caller_ids", "stripe_customers"}, "its code call is one of the calls"
    assert leaving.now().state == "awaiting_processors"
    erased = machine.tasks.count("erase")
    assert erased < len(manifest.rows()) + 12
    stage.carrier.faults.clear()
    stage.payments.faults.clear()
    leaving.finish()
    assert left(leaving) == set()
    told = [event.what for event in register.events(leaving.id)]
    assert told == ["received", "grace", "in_progress", "awaiting_processors", "fulfilled"]


def test_who_is_down_for_days_is_asked_less_often_and_escalated_in_time(leaving: Requested) -> None:
    leaving.browser.stage.carrier.faults.plant("calls.delete", "rate_limited", LONG)
    machine = run_for(leaving, 27)
    assert machine.tasks.count("verify") < 200
    assert watchdog.watch()["escalated"] == 0
    leaving.clock.advance(timedelta(days=1))
    assert watchdog.watch()["escalated"] == 1
    assert certificates.newest(leaving.id) is None, "nothing is certified that was not done"
    leaving.browser.stage.carrier.faults.clear()
    leaving.finish()
    assert left(leaving) == set()
    assert leaving.now().state == "fulfilled"


def test_a_row_that_breaks_waits_like_one_that_was_refused(
    leaving: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Subject) -> Erased:
        raise ZeroDivisionError

    with monkeypatch.context() as breaking:
        rows = [replace(row, erase=fail) if row.name == "calls" else row for row in manifest.rows()]
        breaking.setattr(manifest, "rows", lambda: rows)
        run_for(leaving, 0.1)
        assert "calls" in left(leaving)
        assert "users" not in left(leaving)
    leaving.finish()
    assert left(leaving) == set()
