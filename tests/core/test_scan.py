"""The fast reader says what the slow one says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from chalicelib.calling.models import CallRecord, Line, WholeLine, month_key, record_of
from chalicelib.core import clock, scan, tables
from chalicelib.core.scan import Part
from tests.calling import past_calls
from tests.harness.killpoints import intercepted, refusal, refusing
from tests.harness.stage import Stage

COUNT = 12


@pytest.fixture
def account_id(stage: Stage) -> str:
    """Twelve calls of this month, one a second."""
    made = past_calls.account()
    now = clock.now().replace(day=2, hour=0, minute=0)
    past_calls.write(
        *(past_calls.record(made, now + timedelta(seconds=n), cost_micros=n) for n in range(COUNT))
    )
    return made


def part(account_id: str, low: str = "call_0", high: str = "call_Z") -> Part:
    month = f"{account_id}#{clock.now():%Y-%m}"
    return Part("cdrs", "month_key", month, "call_id", low, high)


def stored(account_id: str) -> list[CallRecord]:
    return list(CallRecord.query(part(account_id).hash_value, consistent_read=True))


def read(*pages: Iterator[list[Line]]) -> list[str]:
    return [line.call_id.S for found in pages for page in found for line in page]


def test_every_item_comes_once_in_order(account_id: str) -> None:
    expected = [record.call_id for record in stored(account_id)]
    assert len(expected) == COUNT
    assert read(scan.pages(part(account_id), Line)) == expected
    assert read(scan.pages(part(account_id), Line, newest_first=True)) == expected[::-1]


def test_a_whole_line_is_the_record_that_was_stored(account_id: str) -> None:
    [lines] = scan.pages(part(account_id), WholeLine)
    assert [record_of(line).serialize() for line in lines] == [one.serialize() for one in stored(account_id)]


def test_pages_are_as_small_as_wanted_and_one_request_each(account_id: str) -> None:
    with intercepted() as requests:
        sizes = [len(page) for page in scan.pages(part(account_id), Line, limit=5)]
    assert sizes == [5, 5, 2]
    assert requests == ["Query"] * 3


@pytest.mark.parametrize("newest_first", [False, True])
def test_reading_goes_on_behind_any_item(account_id: str, newest_first: bool) -> None:
    every = read(scan.pages(part(account_id), Line, newest_first=newest_first))
    for number, behind in enumerate(every):
        rest = scan.pages(part(account_id), Line, after=behind, newest_first=newest_first)
        assert read(rest) == every[number + 1 :]


def test_only_what_lies_between_the_bounds_is_read(account_id: str) -> None:
    every = [record.call_id for record in stored(account_id)]
    assert read(scan.pages(part(account_id, every[3], every[7]), Line)) == every[3:8]


def test_an_item_that_lacks_what_is_needed_is_an_error_and_no_gap(account_id: str) -> None:
    CallRecord(month_key(account_id, stored(account_id)[0].call_id), stored(account_id)[0].call_id).update(
        actions=[CallRecord.country.remove()]
    )
    with pytest.raises(ValueError, match="country"):
        list(scan.pages(part(account_id), Line))


def test_a_refusal_is_botocores_own_and_passes_where_it_may(account_id: str) -> None:
    with (
        intercepted(before=refusing("Query", refusal("ProvisionedThroughputExceededException"), 1)),
        pytest.raises(ClientError) as caught,
    ):
        list(scan.pages(part(account_id), Line))
    assert tables.passing(caught.value)
    missing = Part("nothing", "month_key", "x", "call_id", "a", "b")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        list(scan.pages(missing, Line))


def test_other_requests_are_read_as_ever(account_id: str) -> None:
    pages = scan.pages(part(account_id), Line, limit=1)
    next(pages)
    assert len(stored(account_id)) == COUNT
    assert len(read(pages)) == COUNT - 1
