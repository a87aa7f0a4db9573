"""Calendar durations: a month is a month and a year a year, whatever its days.

Business days (P10BD) are Monday to Friday. Holidays are not known here: leaving them out only makes a
deadline come earlier.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Annotated

from dateutil.relativedelta import relativedelta
from msgspec import Meta

DURATION = re.compile(
    r"P(?:(\d{1,2})Y)?(?:(\d{1,3})M)?(?:(\d{1,4})D)?"
    r"(?:T(?=\d)(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?)?",
    re.ASCII,
)
BUSINESS_DAYS = re.compile(r"P(\d{1,3})BD", re.ASCII)
PATTERN = (
    r"^P(?=[0-9T])(?:[0-9]{1,2}Y)?(?:[0-9]{1,3}M)?(?:[0-9]{1,4}D)?"
    r"(?:T(?=[0-9])(?:[0-9]{1,4}H)?(?:[0-9]{1,4}M)?(?:[0-9]{1,5}S)?)?(?![\s\S])"
    r"|^P[0-9]{1,3}BD(?![\s\S])"
)
SAMPLE_MONTHS = [(year, month) for year in (*range(2024, 2033), *range(2092, 2105)) for month in range(1, 13)]

Duration = Annotated[str, Meta(pattern=PATTERN)]
"""How a shape says that it takes what `after` takes."""


def duration(text: str) -> relativedelta:
    """ISO 8601 without weeks or fractions, such as P7Y, P30D or PT2H; raises ValueError."""
    match = DURATION.fullmatch(text)
    if not match or not any(match.groups()):
        raise ValueError(f"{text!r} is not a duration such as P30D or PT2H")
    years, months, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return relativedelta(years=years, months=months, days=days, hours=hours, minutes=minutes, seconds=seconds)


def after(moment: datetime, text: str) -> datetime:
    """`moment` plus a duration; the day of the month is kept where the month has it. Raises ValueError."""
    business = BUSINESS_DAYS.fullmatch(text)
    return _business_days_after(moment, int(business[1])) if business else moment + duration(text)


def seconds(text: str) -> int:
    """A duration without years, months and business days as seconds; raises ValueError for others."""
    length = duration(text)
    if length.years or length.months:
        raise ValueError(f"{text!r} has no fixed length")
    return ((length.days * 24 + length.hours) * 60 + length.minutes) * 60 + length.seconds


@cache
def days(text: str) -> tuple[int, int]:
    """The fewest and the most days that a duration can take, whenever it begins; a part of one counts."""
    lengths = [after(begin, text) - begin for begin in _begins(text)]
    return min(lengths).days, max(math.ceil(length / timedelta(days=1)) for length in lengths)


def age(born: date, today: date) -> int:
    """Whole years; who was born on 29 February grows older on 1 March of a common year."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _business_days_after(moment: datetime, count: int) -> datetime:
    weeks, rest = divmod(count, 5)
    later = moment + timedelta(weeks=weeks)
    if rest == 0 and count:
        # The last of these days may not be a weekend's: from Saturday, five end on Friday.
        return later - timedelta(days=max(0, later.weekday() - 4))
    for _ in range(rest):
        later += timedelta(days=1)
        while later.weekday() > 4:
            later += timedelta(days=1)
    return later


def _begins(text: str) -> list[datetime]:
    """Beginnings that show every length a duration can have: a week's days, or months around their ends."""
    if BUSINESS_DAYS.fullmatch(text):
        return [datetime(2024, 1, day, tzinfo=UTC) for day in range(1, 8)]
    length = duration(text)
    if not length.years and not length.months:
        return [datetime(2024, 1, 1, tzinfo=UTC)]
    firsts = [datetime(year, month, 1, tzinfo=UTC) for year, month in SAMPLE_MONTHS]
    return [
        first + timedelta(days=day)
        for first in firsts
        for day in (0, 27, 28, 29, 30)
        if (first + timedelta(days=day)).month == first.month
    ]
