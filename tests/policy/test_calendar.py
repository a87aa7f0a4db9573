"""Calendar durations and ages, on the days where months and years differ."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.policy import calendar

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("P1M", "2026-01-31", "2026-02-28"),
        ("P1M", "2028-01-31", "2028-02-29"),
        ("P1M", "2028-02-29", "2028-03-29"),
        ("P2M", "2026-12-31", "2027-02-28"),
        ("P1Y", "2028-02-29", "2029-02-28"),
        ("P4Y", "2028-02-29", "2032-02-29"),
        ("P7Y", "2026-03-01", "2033-03-01"),
        ("P30D", "2026-01-31", "2026-03-02"),
        ("P1M1D", "2026-01-31", "2026-03-01"),
        ("P12M", "2026-05-31", "2027-05-31"),
    ],
)
def test_a_month_is_a_month_and_a_year_a_year(text: str, begin: str, end: str) -> None:
    moment = datetime.fromisoformat(begin).replace(hour=9, tzinfo=UTC)
    assert calendar.after(moment, text) == datetime.fromisoformat(end).replace(hour=9, tzinfo=UTC)


@given(MOMENTS, st.integers(1, 240))
def test_months_never_run_backwards_nor_skip_one(moment: datetime, months: int) -> None:
    later = calendar.after(moment, f"P{months}M")
    assert (later.year - moment.year) * 12 + later.month - moment.month == months
    assert later.day <= moment.day
    assert later.time() == moment.time()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "P1",
        "1D",
        "P-1D",
        "P1.5D",
        "P1W",
        "p1d",
        " P1D",
        "P1D\n",
        "P1D1M",
        "PT1D",
        "P\u0661D",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        calendar.duration(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("PT2H", 7200), ("P1DT1H1M1S", 90_061), ("P0D", 0), ("PT90M", 5400)]
)
def test_a_fixed_length_is_told_in_seconds(text: str, seconds: int) -> None:
    assert calendar.seconds(text) == seconds


@pytest.mark.parametrize("text", ["P1M", "P1Y", "P1Y1D"])
def test_a_month_has_no_fixed_length(text: str) -> None:
    with pytest.raises(ValueError, match="no fixed length"):
        calendar.seconds(text)


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        ("2008-11-05", "2026-11-04", 17),
        ("2008-11-05", "2026-11-05", 18),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2028-02-28", 19),
        ("2008-02-29", "2028-02-29", 20),
        ("2008-12-31", "2027-01-01", 18),
        ("2026-11-05", "2026-11-05", 0),
        ("2026-11-06", "2026-11-05", -1),
    ],
)
def test_an_age_is_counted_in_whole_years(born: str, today: str, age: int) -> None:
    assert calendar.age(date.fromisoformat(born), date.fromisoformat(today)) == age


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.dates(date(2026, 1, 1), date(2100, 1, 1)))
def test_nobody_is_older_than_their_years(born: date, today: date) -> None:
    age = calendar.age(born, today)
    assert today.year - born.year - 1 <= age <= today.year - born.year
