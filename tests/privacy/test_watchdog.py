"""The daily look at open requests."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

import app
from chalicelib.core import aws
from chalicelib.privacy import executions as executions_of
from chalicelib.privacy import register, watchdog
from chalicelib.privacy.models import Request
from tests.harness.browser import Browser
from tests.harness.heard import hearing
from tests.privacy.requested import Requested, executions, input_of, lose


def counts(**told: int) -> dict[str, int]:
    """What the watchdog answers when this was all that it found."""
    return dict.fromkeys(watchdog.COUNTS, 0) | told


def test_a_running_machine_is_left_alone(requested: Requested) -> None:
    assert watchdog.watch() == counts(open=1, running=1)
    assert executions() == [f"{requested.id}-1"]


def test_a_lost_machine_is_started_again_once(requested: Requested) -> None:
    lose(f"{requested.id}-1")
    assert watchdog.watch()["restarted"] == 1
    assert watchdog.watch() == counts(open=1, running=1)
    assert executions() == [f"{requested.id}-1", f"{requested.id}-2"]
    first, second = (input_of(name)["request"] for name in executions())
    assert second == {**first, "attempt": 2}


def test_of_two_watchdogs_one_starts_it(requested: Requested) -> None:
    lose(f"{requested.id}-1")
    seen = requested.now()
    restarted = register.raise_attempt(seen)
    assert restarted
    assert restarted.attempt == 2
    assert register.raise_attempt(seen) is None
    assert requested.now().attempt == 2


def test_a_request_that_was_closed_meanwhile_is_not_started_again(
    requested: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(f"{requested.id}-1")
    seen = requested.now()
    requested.cancel()
    assert register.raise_attempt(seen) is None
    assert executions() == [f"{requested.id}-1"]


def test_a_restart_that_failed_is_made_up_for_under_the_same_name(
    requested: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, "StartExecution")

    lose(f"{requested.id}-1")
    with monkeypatch.context() as broken:
        broken.setattr(aws.client("stepfunctions"), "start_execution", fail)
        watchdog.watch()
    assert executions() == [f"{requested.id}-1"]
    watchdog.watch()
    assert executions() == [f"{requested.id}-1", f"{requested.id}-2"]


def test_a_restart_is_written_down_but_not_shown_as_a_state(requested: Requested) -> None:
    lose(f"{requested.id}-1")
    watchdog.watch()
    lose(f"{requested.id}-2")
    watchdog.watch()
    assert [event.what for event in register.events(requested.id)] == ["received", "restarted"]
    shown = requested.browser.get(f"/api/privacy/requests/{requested.id}").json
    assert [event["state"] for event in shown["events"]] == ["received"]


def test_who_nears_the_deadline_is_counted_and_measured(
    requested: Requested, capsys: pytest.CaptureFixture[str]
) -> None:
    requested.clock.advance(timedelta(days=27, hours=23))
    assert watchdog.watch()["near"] == 0
    requested.clock.advance(timedelta(hours=1))
    capsys.readouterr()
    told = watchdog.watch()
    assert (told["near"], told["escalated"]) == (1, 1)
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [metric["RequestsNearDeadline"] for metric in printed] == [[1.0]]


def test_who_nears_the_deadline_is_escalated_once_and_is_still_done(requested: Requested) -> None:
    requested.until("grace")
    requested.clock.advance(timedelta(days=28))
    assert [watchdog.watch()["escalated"] for _ in range(2)] == [1, 0]
    at = requested.now().escalated_at
    assert at
    requested.finish()
    told = [event.what for event in register.events(requested.id)]
    assert told.count(register.ESCALATED) == 1
    assert requested.now().escalated_at == at
    assert requested.now().state == "fulfilled"


def test_who_is_late_and_whose_machine_is_lost_is_started_again_and_escalated_on_that_day(
    requested: Requested,
) -> None:
    lose(f"{requested.id}-1")
    requested.clock.advance(timedelta(days=28))
    told = watchdog.watch()
    assert (told["restarted"], told["escalated"]) == (1, 1)


def test_what_was_closed_meanwhile_is_not_escalated(requested: Requested) -> None:
    seen = requested.now()
    requested.cancel()
    assert register.escalate(seen) is False
    assert register.ESCALATED not in [event.what for event in register.events(requested.id)]


def test_one_that_cannot_be_looked_at_is_told_of_and_stops_no_other(
    requested: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Browser(requested.browser.stage, requested.browser.mailbox).sign_up("eve@example.org")
    assert other.post("/api/privacy/requests", {"type": "deletion"}).status == 201
    works = executions_of.status

    def poisoned(request: Request) -> str:
        if request.id == requested.id:
            raise KeyError(request.type)
        return works(request)

    monkeypatch.setattr(executions_of, "status", poisoned)
    requested.clock.advance(timedelta(days=28))
    with hearing() as alarms:
        told = watchdog.watch()
    assert told == counts(open=2, running=1, failed=1, near=2, escalated=2)
    assert alarms.names == ["request-not-watched"]


def test_the_daily_function_watches(requested: Requested) -> None:
    lose(f"{requested.id}-1")
    event = {"version": "0", "account": "", "region": "", "detail": {}, "detail-type": "", "source": "",
             "time": "", "id": "", "resources": []}  # fmt: skip
    assert app.daily(event, None)["watchdog"]["restarted"] == 1


def test_with_nothing_open_there_is_nothing_to_do(stage: object) -> None:
    assert watchdog.watch() == counts()
