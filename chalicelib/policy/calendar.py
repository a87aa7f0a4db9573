"""Calendar durations: a month is a month and a year a year, whatever its days."""

from __future__ import annotations

import re
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII
)


def duration(text: str) -> relativedelta:
    """ISO 8601 without weeks or fractions, such as P7Y, P30D or PT2H; raises ValueError."""
    match = DURATION.fullmatch(text)
    if not match or not any(match.groups()):
        raise ValueError(f"{text!r} is not a duration such as P30D or PT2H")
    years, months, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return relativedelta(years=years, months=months, days=days, hours=hours, minutes=minutes, seconds=seconds)


def after(moment: datetime, text: str) -> datetime:
    """`moment` plus a duration; the day of the month is kept where the month has it."""
    return moment + duration(text)


def seconds(text: str) -> int:
    """A duration without years and months as seconds; raises ValueError for others."""
    length = duration(text)
    if length.years or length.months:
        raise ValueError(f"{text!r} has no fixed length")
    return ((length.days * 24 + length.hours) * 60 + length.minutes) * 60 + length.seconds


def age(born: date, today: date) -> int:
    """Whole years; who was born on 29 February grows older on 1 March of a common year."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
