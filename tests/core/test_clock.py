"""The clock: aware, in UTC, and ahead only where a file says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from chalicelib.core import clock as core_clock
from tests.conftest import Clock


def test_now_is_aware_and_in_utc(clock: Clock) -> None:
    assert core_clock.now().tzinfo is UTC
    assert abs(core_clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    clock.advance(timedelta(days=30))
    assert (
        timedelta(days=30)
        <= core_clock.now() - datetime.now(UTC) + timedelta(seconds=5)
        < timedelta(days=30, seconds=10)
    )
    clock.advance(timedelta(hours=1))
    assert core_clock.now() - datetime.now(UTC) > timedelta(days=30, minutes=59)


def test_times_are_told_in_utc_to_the_second_and_read_back() -> None:
    moment = datetime(2026, 11, 5, 23, 30, 59, 999_999, tzinfo=timezone(timedelta(hours=-5)))
    assert core_clock.render(moment) == "2026-11-06T04:30:59Z"
    assert core_clock.parse(core_clock.render(moment)) == datetime(2026, 11, 6, 4, 30, 59, tzinfo=UTC)
    assert core_clock.parse("2026-11-06T04:30:59Z").tzinfo is not None


def test_a_moment_of_an_id_is_told_to_the_millisecond_and_sorts() -> None:
    first = datetime(2026, 11, 5, 9, 0, 0, 0, tzinfo=UTC)
    told = [core_clock.render_exactly(first + timedelta(milliseconds=step)) for step in (0, 1, 10, 999, 1000)]
    assert told[0] == "2026-11-05T09:00:00.000Z"
    assert told == sorted(told)


@pytest.mark.parametrize("seconds", [0, 1_767_225_599, 4_102_444_800])
def test_a_deadline_survives_its_way_through_the_table(seconds: int) -> None:
    assert core_clock.epoch_seconds(core_clock.from_epoch(seconds)) == seconds
    assert core_clock.from_epoch(seconds).tzinfo is UTC
