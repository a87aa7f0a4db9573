"""Calendar durations and ages, on the days where months and years differ."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
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


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("P0BD", "2026-03-07", "2026-03-07"),
        ("P1BD", "2026-03-06", "2026-03-09"),
        ("P1BD", "2026-03-07", "2026-03-09"),
        ("P1BD", "2026-03-08", "2026-03-09"),
        ("P5BD", "2026-03-04", "2026-03-11"),
        ("P5BD", "2026-03-07", "2026-03-13"),
        ("P10BD", "2026-03-06", "2026-03-20"),
        ("P10BD", "2026-03-08", "2026-03-20"),
        ("P15BD", "2026-02-27", "2026-03-20"),
    ],
)
def test_business_days_are_monday_to_friday(text: str, begin: str, end: str) -> None:
    moment = datetime.fromisoformat(begin).replace(hour=9, tzinfo=UTC)
    assert calendar.after(moment, text) == datetime.fromisoformat(end).replace(hour=9, tzinfo=UTC)


@given(MOMENTS, st.integers(1, 200))
def test_business_days_agree_with_counting_them_one_by_one(moment: datetime, count: int) -> None:
    end, left = moment, count
    while left:
        end += timedelta(days=1)
        left -= end.weekday() < 5
    assert calendar.after(moment, f"P{count}BD") == end


LENGTHS = st.one_of(
    st.from_regex(calendar.DURATION, fullmatch=True).filter(lambda text: len(text) > 1 and text[-1] != "T"),
    st.integers(0, 400).map(lambda count: f"P{count}BD"),
)


@given(LENGTHS, MOMENTS)
def test_what_a_shape_takes_is_what_can_be_added(text: str, moment: datetime) -> None:
    assert msgspec.convert(text, calendar.Duration) == text
    assert calendar.after(moment, text) >= moment


@given(st.text("P0123456789YMDTHSBW.,-+ \n", max_size=12))
def test_a_shape_refuses_exactly_what_cannot_be_added(text: str) -> None:
    try:
        calendar.after(datetime(2026, 1, 1, tzinfo=UTC), text)
    except ValueError:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(text, calendar.Duration)
    else:
        assert msgspec.convert(text, calendar.Duration) == text


MIDNIGHTS = st.integers(0, 36_000).map(lambda day: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day))
LIFETIMES = st.builds(
    "P{}Y{}M{}D".format, st.integers(0, 20), st.integers(0, 60), st.integers(0, 400)
) | st.integers(0, 400).map(lambda count: f"P{count}BD")


@given(MIDNIGHTS, MIDNIGHTS, LENGTHS)
def test_whose_day_is_later_never_ends_earlier(one: datetime, other: datetime, text: str) -> None:
    first, second = sorted([one, other])
    assert calendar.after(first, text) <= calendar.after(second, text)


@settings(deadline=None)
@given(MIDNIGHTS, LIFETIMES)
def test_no_beginning_gives_fewer_or_more_days_than_are_told(moment: datetime, text: str) -> None:
    fewest, most = calendar.days(text)
    assert timedelta(days=fewest) <= calendar.after(moment, text) - moment <= timedelta(days=most)


@pytest.mark.parametrize(
    ("text", "days"),
    [("P1M", (28, 31)), ("P30D", (30, 30)), ("P4Y", (1460, 1461)), ("P5BD", (5, 7)), ("PT2H", (0, 1))],
)
def test_a_month_has_its_fewest_and_most_days(text: str, days: tuple[int, int]) -> None:
    assert calendar.days(text) == days
