"""Which calls a person wants to see. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.calling.models import Line
from chalicelib.core.errors import FieldError, Refusal

DAY = timedelta(days=1)
Outcome = Literal["completed", "busy", "no_answer", "failed", "canceled"]
State = Literal["charged", "voided"]
# A plus in a query string means a space.
Number = Annotated[str, Meta(pattern=r"^[+ ]?[0-9]{1,15}$")]
Country = Annotated[str, Meta(pattern="^([A-Z]{2}|001)$")]


class CallFilter(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, rename={"from_": "from"}):
    """Calls that fit all that is given. Days are UTC days, both included."""

    from_: Annotated[date | None, Meta(description="The first day.")] = None
    to: Annotated[date | None, Meta(description="The last day.")] = None
    number: Annotated[Number | None, Meta(description="How the number begins, in E.164.")] = None
    country: Annotated[Country | None, Meta(description="Where the number is, by ISO 3166.")] = None
    outcome: Annotated[Outcome | None, Meta(description="How the call ended.")] = None
    state: Annotated[State | None, Meta(description="Whether it was charged.")] = None


Test = Callable[[Line], bool]


def of(query: CallFilter) -> CallFilter:
    """The filter alone, of a query that says more."""
    return CallFilter(*(getattr(query, name) for name in CallFilter.__struct_fields__))


def check(wanted: CallFilter) -> None:
    """Refuses a period that ends before it begins."""
    if wanted.from_ and wanted.to and wanted.to < wanted.from_:
        sentence = "This day is before the first one."
        raise Refusal(422, "invalid", "The period does not fit.", [FieldError("to", sentence)])


def bounds(wanted: CallFilter, first: datetime, last: datetime) -> tuple[datetime, datetime]:
    """Between which times the ids of the wanted calls were made, within `first` and `last`.

    An id is at most a day older than its call. Where nothing can lie between, both are the same.
    """
    if wanted.from_ and wanted.from_ > first.date():
        first = min(last, _midnight(wanted.from_, first) - DAY)
    if wanted.to and wanted.to < last.date():
        last = max(first, _midnight(wanted.to, last) + 2 * DAY)
    return first, last


def tests(wanted: CallFilter, now_seconds: int) -> list[Test]:
    """What a line must pass, all of it; the first is that it has not expired."""
    passing: list[Test] = [lambda line: line.expires_at is None or line.expires_at.seconds > now_seconds]
    if wanted.from_:
        begin = wanted.from_.isoformat()
        passing.append(lambda line: begin <= line.started_at.S)
    if wanted.to:
        end = wanted.to.isoformat()
        passing.append(lambda line: line.started_at.S[: len(end)] <= end)
    if wanted.number:
        begins = "+" + wanted.number.lstrip("+ ")
        passing.append(lambda line: line.to.S.startswith(begins))
    if wanted.country:
        passing.append(lambda line: wanted.country == line.country.S)
    if wanted.outcome:
        passing.append(lambda line: wanted.outcome == line.outcome.S)
    if wanted.state:
        passing.append(lambda line: wanted.state == line.state.S)
    return passing


def _midnight(day: date, like: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=like.tzinfo)
