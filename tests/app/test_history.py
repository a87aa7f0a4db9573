"""Past calls through the doors: filters, cursors, sums and the spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest

from chalicelib.calling import csv_export, summary
from chalicelib.calling.filters import CallFilter
from chalicelib.core import clock, ids
from chalicelib.core.doors import DOORS
from tests.calling import past_calls
from tests.harness.browser import Browser
from tests.harness.lambda_door import ask
from tests.harness.stage import Stage

LONDON, BERLIN = "+442079460958", "+4930123456"


@pytest.fixture
def caller(browser: Browser) -> Browser:
    """Ada: a call to London and two to Berlin today, one of these unanswered, and one to Berlin yesterday."""
    browser.sign_up()
    now = clock.now()
    berlin = {"to": BERLIN, "country": "DE", "cost_micros": 10_000}
    past_calls.write(
        past_calls.record(browser.account_id, now),
        past_calls.record(browser.account_id, now, **berlin, duration_seconds=61),
        past_calls.record(
            browser.account_id, now, **{**berlin, "cost_micros": 0}, duration_seconds=0, outcome="busy"
        ),
        past_calls.record(browser.account_id, now - timedelta(days=1), **berlin),
    )
    return browser


def listed(browser: Browser, **query: str | int) -> list[dict[str, Any]]:
    answer = browser.get("/api/calls", **query)
    assert answer.status == 200, answer.text
    return list(answer.json["items"])


def sheet(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 4),
        ({"country": "DE"}, 3),
        ({"number": "+4930"}, 3),
        ({"number": "4420"}, 1),
        ({"outcome": "busy"}, 1),
        ({"country": "DE", "outcome": "completed"}, 2),
        ({"state": "voided"}, 0),
    ],
)
def test_the_list_and_the_spreadsheet_hold_what_fits(
    caller: Browser, query: dict[str, str | int], count: int
) -> None:
    found = listed(caller, **query)
    assert len(found) == count
    rows = sheet(caller.get("/api/calls.csv", **query).text)
    assert [row["id"] for row in rows] == [call["id"] for call in found]
    for row, call in zip(rows, found, strict=True):
        assert (row["to"], row["from"], row["country"]) == (call["to"], call["from"], call["country"])
        assert (row["started_at"], row["billed_seconds"]) == (call["at"], str(call["billed_seconds"]))
        assert float(row["cost"]) * 1_000_000 == call["cost"]["amount_micros"]


def test_days_are_utc_days_and_both_included(caller: Browser) -> None:
    today, yesterday = clock.now().date(), clock.now().date() - timedelta(days=1)
    assert len(listed(caller, **{"from": str(today)})) == 3
    assert len(listed(caller, to=str(yesterday))) == 1
    assert len(listed(caller, **{"from": str(yesterday), "to": str(today)})) == 4
    assert listed(caller, **{"from": str(today + timedelta(days=1))}) == []


@pytest.mark.parametrize("path", ["/api/calls", "/api/calls.csv"])
@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-02-30"},
        {"from": "2026-02-02", "to": "2026-02-01"},
        {"number": "+44 20"},
        {"number": "=1+1"},
        {"country": "gb"},
        {"outcome": "perhaps"},
        {"to_": "2026-02-01"},
    ],
)
def test_a_filter_that_is_none_is_refused(browser: Browser, path: str, query: dict[str, str]) -> None:
    answer = browser.sign_up().get(path, **query)
    assert (answer.status, answer.json["type"]) == (422, "invalid")


def test_a_cursor_is_good_only_with_its_filter(caller: Browser) -> None:
    cursor = caller.get("/api/calls", limit=1, country="DE").json["next_cursor"]
    assert len(listed(caller, cursor=cursor, country="DE")) == 2
    for query in ({}, {"country": "GB"}, {"country": "DE", "outcome": "busy"}):
        assert caller.get("/api/calls", cursor=cursor, **query).status == 422


def test_sums_are_by_day_or_by_country(caller: Browser) -> None:
    today, yesterday = clock.now().date(), clock.now().date() - timedelta(days=1)
    period = {"from": str(yesterday), "to": str(today)}
    by_day = caller.get("/api/calls/summary", **period).json
    assert [(item["key"], item["calls"], item["answered"]) for item in by_day["items"]] == [
        (str(yesterday), 1, 1),
        (str(today), 3, 2),
    ]
    by_country = caller.get("/api/calls/summary", **period, by="country").json
    assert [(item["key"], item["cost"]["amount_micros"]) for item in by_country["items"]] == [
        ("DE", 20_000),
        ("GB", 24_000),
    ]
    for told in (by_day, by_country):
        assert (told["from"], told["to"]) == (str(yesterday), str(today))
        total = told["total"]
        assert (total["calls"], total["answered"], total["duration_seconds"]) == (4, 3, 181)
        assert total["cost"] == {"amount_micros": 44_000, "currency": "USD"}


def test_a_month_is_what_is_added_up_unless_days_are_told(caller: Browser) -> None:
    told = caller.get("/api/calls/summary").json
    today = clock.now().date()
    assert (told["from"], told["to"], told["by"]) == (str(today.replace(day=1)), str(today), "day")


def test_no_more_than_a_year_and_no_more_than_can_be_read_is_added_up(caller: Browser) -> None:
    for days, status in ((365, 200), (366, 422)):
        first = clock.now().date() - timedelta(days=days)
        assert caller.get("/api/calls/summary", **{"from": str(first)}).status == status
    assert caller.get("/api/calls/summary", **{"from": "2026-02-02", "to": "2026-02-01"}).status == 422
    assert caller.get("/api/calls/summary", to="0001-01-01").status == 200
    with mock.patch.object(summary, "PATIENCE_SECONDS", -1):
        answer = caller.get("/api/calls/summary")
    assert (answer.status, answer.json["type"]) == (413, "too-large")


def test_what_was_spent_so_far_is_told_for_the_day_and_the_month(caller: Browser) -> None:
    told = caller.get("/api/calls/spend").json
    same_month = clock.now().day > 1
    assert told["today"] == {"amount_micros": 34_000, "currency": "USD"}
    assert told["month"] == {"amount_micros": 44_000 if same_month else 34_000, "currency": "USD"}


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1", "@SUM(A1)", "\t=1", "\r=1", 'x",=1', "a\nb"])
def test_whatever_a_record_holds_its_cells_are_text(caller: Browser, text: str) -> None:
    columns = {"to": "to", "caller_id": "from", "country": "country", "outcome": "outcome"}
    columns |= {"started_at": "started_at", "ended_at": "ended_at", "currency": "currency"}
    written = past_calls.record(caller.account_id, clock.now(), **dict.fromkeys(columns, text))
    past_calls.write(written)
    [row] = [row for row in sheet(caller.get("/api/calls.csv").text) if row["id"] == written.call_id]
    expected = text if text[0].isalnum() else f"'{text}"
    assert {row[column] for column in columns.values()} == {expected}


def test_a_spreadsheet_that_is_too_long_is_not_sent_in_part(caller: Browser) -> None:
    with mock.patch.object(csv_export, "LARGEST_BYTES", 200):
        assert csv_export.write_at_once(caller.account_id, CallFilter()) is None


def test_no_call_is_told_without_a_session_or_to_another(caller: Browser, stage: Stage) -> None:
    call_id = listed(caller)[0]["id"]
    doors = [door for door in DOORS if door.path.startswith("/api/calls") and door.method == "GET"]
    assert len(doors) >= 5
    stranger = Browser(stage, caller.mailbox).sign_up("eve@example.org")
    for door in doors:
        path = door.path.replace("{id}", call_id)
        assert ask("GET", path).status == 401, path
        answer = stranger.get(path)
        assert answer.status == (404 if "{id}" in door.path else 200), path
        assert call_id not in answer.text
        assert LONDON not in answer.text
    assert ids.valid("call", call_id)
