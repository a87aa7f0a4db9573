"""What calls came to over a period, by day or by country, and what they have cost so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.calling import filters, history
from chalicelib.calling.filters import CallFilter
from chalicelib.calling.models import Line
from chalicelib.core import clock
from chalicelib.core.errors import FieldError, Refusal

LONGEST = timedelta(days=366)
PATIENCE_SECONDS = 20
KEYS: dict[str, Callable[[Line], str]] = {
    "day": lambda line: line.started_at.S[:10],
    "country": lambda line: line.country.S,
}


@dataclass
class Sum:
    """Calls added up; `answered` are those that were charged for their time."""

    calls: int = 0
    answered: int = 0
    duration_seconds: int = 0
    cost_micros: int = 0

    def add(self, line: Line) -> None:
        duration_seconds = int(line.duration_seconds.N)
        self.calls += 1
        self.answered += duration_seconds > 0
        self.duration_seconds += duration_seconds
        self.cost_micros += int(line.cost_micros.N)


@dataclass(frozen=True)
class Summary:
    """`sums` by UTC day or by country, sorted; both days belong to the period."""

    first: date
    last: date
    sums: dict[str, Sum]
    total: Sum


def summarise(account_id: str, by: str, first: date | None = None, last: date | None = None) -> Summary:
    """The calls of a period that have ended: this month's unless it is given, and a year's at most.

    Refusals: 422 for a period that is none or too long, 413 for more calls than can be added up at once.
    """
    last = last or clock.now().date()
    period = CallFilter(from_=first or last.replace(day=1), to=last)
    first = _check(period)
    sums: defaultdict[str, Sum] = defaultdict(Sum)
    total, started = Sum(), clock.monotonic()
    for chunk in history.read(account_id, period):
        for line in chunk.lines:
            sums[KEYS[by](line)].add(line)
            total.add(line)
        if clock.monotonic() - started > PATIENCE_SECONDS:
            raise Refusal(413, "too-large", "These are too many calls at once. Please ask for fewer days.")
    return Summary(first, last, dict(sorted(sums.items())), total)


def spent(account_id: str) -> tuple[int, int]:
    """What the calls of this UTC day and month have cost so far, in micros."""
    month = summarise(account_id, "day")
    return month.sums.get(month.last.isoformat(), Sum()).cost_micros, month.total.cost_micros


def _check(period: CallFilter) -> date:
    assert period.from_
    assert period.to
    filters.check(period)
    if period.to - period.from_ >= LONGEST:
        error = FieldError("from", "Please ask for 366 days at most.")
        raise Refusal(422, "invalid", "The period does not fit.", [error])
    return period.from_
