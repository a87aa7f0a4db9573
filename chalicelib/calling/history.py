"""Past calls, read fast and newest first: pages, filters, and where to go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.calling import filters, records, rules
from chalicelib.calling.filters import CallFilter
from chalicelib.calling.models import CallRecord, Line, WholeLine, month_key, record_of
from chalicelib.core import clock, ids, scan
from chalicelib.core.scan import Part

MOST_REQUESTS = 24
"""How often one page of a list asks the table: mostly once, but what fits a filter may lie far apart."""


@dataclass(frozen=True)
class Chunk:
    """What one request brought: the lines that fit, and the place behind it, which sorts as a call id."""

    lines: list[Line]
    reached: str


@dataclass(frozen=True)
class CallPage:
    """Records that fit, newest first. `after` is where the next page begins; None: there is no more."""

    records: list[CallRecord]
    after: str | None


def page(account_id: str, wanted: CallFilter, limit: int, after: str | None = None) -> CallPage:
    """At most `limit` records behind `after`; fewer, even none, where little of what was read fits."""
    found: list[Line] = []
    plain = wanted == CallFilter()
    chunks = read(account_id, wanted, WholeLine, after=after, limit=limit + 1 if plain else None)
    for number, chunk in enumerate(chunks, start=1):
        found += chunk.lines
        if len(found) > limit:
            return CallPage([record_of(line) for line in found[:limit]], found[limit - 1].call_id.S)
        if number == MOST_REQUESTS:
            return CallPage([record_of(line) for line in found], chunk.reached)
    return CallPage([record_of(line) for line in found], None)


def read(
    account_id: str,
    wanted: CallFilter,
    type: type[Line] = Line,
    *,
    after: str | None = None,
    limit: int | None = None,
) -> Iterator[Chunk]:
    """Every call that fits behind `after`, newest first, in chunks of one request each."""
    now = clock.now()
    first = ids.made_at(account_id) - rules.CALL_ID_LIFE
    first, last = filters.bounds(wanted, first, now + rules.CALL_ID_LIFE)
    low, high = ids.earliest("call", first), ids.earliest("call", last)
    if after and after < high:
        high, last = after, ids.made_at(after)
    if high <= low:
        return
    passing = filters.tests(wanted, clock.epoch_seconds(now))
    for month in records.months(account_id, last, first):
        part = Part("cdrs", "month_key", month, "call_id", low, high)
        behind = after if after and month_key(account_id, after) == month else None
        for lines in scan.pages(part, type, after=behind, newest_first=True, limit=limit):
            reached = lines[-1].call_id.S if lines else ids.latest("call", _end_of_the_one_before(month))
            fitting = lines
            for test in passing:
                fitting = [line for line in fitting if test(line)]
            yield Chunk(fitting, reached)


def _end_of_the_one_before(month: str) -> datetime:
    return clock.parse(f"{month.partition('#')[2]}-01T00:00:00Z") - timedelta(milliseconds=1)
