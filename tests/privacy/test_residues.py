"""On the day when a processor's last copies must be gone it is asked once more."""

from __future__ import annotations

import json
from datetime import timedelta

import boto3
import pytest

from chalicelib.privacy import audit, holds, manifest, residues, watchdog
from chalicelib.privacy.audit_models import Residue
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.heard import hearing
from tests.privacy.requested import Requested, executions, lose

LONDON = "+442071838750"
NOTHING = {"gone": 0, "remains": 0, "silent": 0, "failed": 0}


@pytest.fixture
def left(browser: Browser, clock: Clock) -> Requested:
    """Ada paid, called and left."""
    browser.sign_up().top_up().call(LONDON, 60)
    answer = browser.sign_in().post("/api/privacy/requests", {"type": "deletion", "waive_grace": True})
    requested = Requested(browser, clock, answer.json)
    requested.finish()
    return requested


def told(requested: Requested) -> list[str]:
    chain = audit.entries(requested.now().account_id)
    return [entry.what for entry in chain if entry.what.startswith("residue")]


def kept(requested: Requested) -> list[Residue]:
    return list(Residue.query(f"REQUEST#{requested.id}", Residue.sk.startswith(Residue.PREFIX)))


def test_each_processor_is_asked_on_its_day_and_not_before(left: Requested) -> None:
    left.clock.advance(timedelta(days=13))
    assert residues.watch() == NOTHING
    left.clock.advance(timedelta(days=2))
    assert residues.watch() == NOTHING | {"gone": 1}
    assert told(left) == ["residue of calls at twilio: gone"]
    left.clock.advance(timedelta(days=16))
    assert residues.watch() == NOTHING | {"gone": 1}
    assert told(left)[1:] == ["residue of stripe_customers at stripe: gone"]
    assert residues.watch() == NOTHING
    assert kept(left) == []
    assert audit.check(left.now().account_id) == []


def test_what_is_still_there_is_told_and_asked_for_each_day(left: Requested) -> None:
    store = left.browser.stage.carrier._store
    sids = [call["sid"] for call in store.all("calls")]
    for sid in sids:
        store.put("calls", sid, {"sid": sid, "status": "failed"})
    left.clock.advance(timedelta(days=15))
    with hearing() as alarms:
        assert residues.watch() == NOTHING | {"remains": 1}
    assert "residue-remains" in alarms.names
    assert residues.watch() == NOTHING
    for sid in sids:
        store.put("calls", sid, {"sid": sid, "deleted": True})
    left.clock.advance(timedelta(days=1, seconds=1))
    assert residues.watch()["gone"] == 1
    assert told(left) == ["residue of calls at twilio: remains", "residue of calls at twilio: gone"]


def test_a_processor_that_does_not_answer_is_asked_again(left: Requested) -> None:
    left.browser.stage.carrier.faults.plant("calls.fetch", "error500", 9)
    left.clock.advance(timedelta(days=15))
    assert residues.watch() == NOTHING | {"silent": 1}
    left.browser.stage.carrier.faults.clear()
    assert residues.watch() == NOTHING | {"gone": 1}


def test_what_cannot_be_asked_for_is_told_of_and_stops_no_other(
    left: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row for row in manifest.rows() if row.name != "calls"]
    monkeypatch.setattr(manifest, "rows", lambda: rows)
    left.clock.advance(timedelta(days=31))
    with hearing() as alarms:
        assert residues.watch() == NOTHING | {"gone": 1, "failed": 1}
    assert "residue-not-asked" in alarms.names


def test_what_a_legal_hold_keeps_at_a_processor_is_not_asked_for_until_it_is_erased(
    browser: Browser, clock: Clock
) -> None:
    browser.sign_up().top_up().call(LONDON, 60)
    answer = browser.post("/api/privacy/requests", {"type": "deletion", "waive_grace": True})
    held = Requested(browser, clock, answer.json)
    account_id = held.now().account_id
    hold = holds.place(account_id, "2026/17", ["call_record"], "operator:counsel")
    assert held.machine().run(held.input) == "Held"
    clock.advance(timedelta(days=40))
    assert residues.watch() == NOTHING | {"gone": 1}
    holds.release(account_id, hold.id, "operator:counsel")
    lose(executions()[-1])
    watchdog.watch()
    assert held.machine().run(held.input) == "Certified"
    clock.advance(timedelta(days=15))
    assert residues.watch() == NOTHING | {"gone": 1}


def test_what_is_asked_for_is_sealed_and_is_no_request(left: Requested) -> None:
    assert {one.row for one in kept(left)} == {"calls", "stripe_customers"}
    stored = json.dumps(boto3.client("dynamodb").scan(TableName="vowline-local-registry"), default=str)
    sids = [call["sid"] for call in left.browser.stage.carrier._store.all("calls")]
    assert not [sid for sid in sids if sid in stored]
    assert watchdog.watch()["open"] == 0
