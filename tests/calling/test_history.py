"""Past calls by page and filter, against the plainest way to find them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from unittest import mock

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.calling import filters, history
from chalicelib.calling.filters import CallFilter
from chalicelib.calling.models import CallRecord
from chalicelib.core import clock, ids
from chalicelib.core.errors import Refusal
from tests.calling import past_calls
from tests.harness.killpoints import intercepted
from tests.harness.stage import running_stage

TODAY = datetime.now(UTC)
NUMBERS = ["+442079460958", "+442079460001", "+12025550100", "+4930123456"]


@pytest.fixture(scope="module")
def account_id() -> Iterator[str]:
    """Sixty calls of thirteen months, some of them at the very turn of a day."""
    with running_stage():
        made = past_calls.account(timedelta(days=390))
        past_calls.write(*(_record(made, number) for number in range(60)))
        yield made


def _record(account_id: str, number: int) -> CallRecord:
    at = TODAY - timedelta(days=number * 6.5)
    if number % 3 == 0:
        at = at.replace(day=1 if number % 15 == 0 else at.day, hour=0, minute=0, second=0)
    outcome = "busy" if number % 4 == 0 else "completed"
    made = past_calls.record(
        account_id,
        at - timedelta(hours=23 if number % 5 == 0 else 0),
        started_at=clock.render(at),
        to=NUMBERS[number % 4],
        country="GB" if number % 4 < 2 else "US" if number % 4 == 2 else "DE",
        outcome=outcome,
        state="voided" if outcome == "busy" else "charged",
        duration_seconds=0 if outcome == "busy" else number,
    )
    if number % 10 == 9:
        made.expires_at = clock.epoch_seconds(TODAY) - 1
    return made


@cache
def every(account_id: str) -> list[CallRecord]:
    found = [record for record in CallRecord.scan() if record.month_key.startswith(account_id)]
    return sorted(found, key=lambda record: record.call_id, reverse=True)


def fits(record: CallRecord, wanted: CallFilter) -> bool:
    day = date.fromisoformat(record.started_at[:10])
    return not record.expired() and all(
        (
            wanted.from_ is None or day >= wanted.from_,
            wanted.to is None or day <= wanted.to,
            wanted.number is None or record.to.startswith("+" + wanted.number.strip(" +")),
            wanted.country in (None, record.country),
            wanted.outcome in (None, record.outcome),
            wanted.state in (None, record.state),
        )
    )


def walk(account_id: str, wanted: CallFilter, limit: int) -> list[str]:
    """All pages, one after the other."""
    found: list[str] = []
    after = None
    while True:
        page = history.page(account_id, wanted, limit, after)
        assert len(page.records) <= limit
        found += [record.call_id for record in page.records]
        if page.after is None:
            return found
        assert after is None or page.after < after, "a page goes on further back"
        after = page.after


DAYS = st.none() | st.integers(-5, 420).map(lambda days: (TODAY - timedelta(days=days)).date())
FILTERS = st.builds(
    CallFilter,
    from_=DAYS | st.just(date.min),
    to=DAYS | st.just(date.max),
    number=st.sampled_from([None, "+44", "44207946000", " 1", "+4930123456", "+9"]),
    country=st.sampled_from([None, "GB", "DE", "FR"]),
    outcome=st.sampled_from([None, "completed", "busy"]),
    state=st.sampled_from([None, "charged", "voided"]),
)


@settings(max_examples=40, deadline=None)
@given(wanted=FILTERS, limit=st.integers(1, 70), requests=st.integers(1, 24))
def test_pages_hold_every_call_that_fits_once_and_newest_first(
    account_id: str, wanted: CallFilter, limit: int, requests: int
) -> None:
    expected = [record.call_id for record in every(account_id) if fits(record, wanted)]
    with mock.patch.object(history, "MOST_REQUESTS", requests):
        assert walk(account_id, wanted, limit) == expected


def test_there_is_something_to_find(account_id: str) -> None:
    assert len(walk(account_id, CallFilter(), 100)) == 54
    assert len(walk(account_id, CallFilter(country="DE"), 100)) > 5
    assert any(ids.made_at(one.call_id).month != int(one.started_at[5:7]) for one in every(account_id))


@pytest.mark.parametrize(
    ("wanted", "most"),
    [
        (CallFilter(from_=TODAY.date()), 3),
        (CallFilter(to=(TODAY - timedelta(days=380)).date()), 4),
        (CallFilter(from_=date.max), 2),
        (CallFilter(to=date.min), 2),
    ],
    ids=["today", "long ago", "never", "before all"],
)
def test_a_period_bounds_the_months_that_are_read(account_id: str, wanted: CallFilter, most: int) -> None:
    with intercepted() as requests:
        list(history.read(account_id, wanted))
    assert len(requests) <= most


def test_a_page_asks_no_oftener_than_it_may(account_id: str) -> None:
    with mock.patch.object(history, "MOST_REQUESTS", 3), intercepted() as requests:
        page = history.page(account_id, CallFilter(country="FR"), 50)
    assert (len(requests), page.records) == (3, [])
    assert page.after


def test_the_first_page_of_a_lively_account_is_one_request(account_id: str) -> None:
    busy = past_calls.account()
    now = clock.now()
    past_calls.write(*(past_calls.record(busy, now - timedelta(seconds=n)) for n in range(5)))
    with intercepted() as requests:
        history.page(busy, CallFilter(), 2)
    months = len({f"{moment:%Y-%m}" for moment in (now, now + timedelta(days=1))})
    assert len(requests) <= months


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        filters.check(CallFilter(from_=date(2026, 2, 2), to=date(2026, 2, 1)))
    assert (refused.value.status, refused.value.errors[0].field) == (422, "to")


def test_each_filter_is_asked_for_by_its_name_alone() -> None:
    told: dict[str, Any] = {"from": "2026-02-01", "number": "+44"}
    assert msgspec.convert(told, CallFilter) == CallFilter(from_=date(2026, 2, 1), number="+44")
