"""Call history as CSV that opens safely in a spreadsheet."""

from __future__ import annotations

import csv
import io
import string
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache

from chalicelib.calling import history
from chalicelib.calling.filters import CallFilter
from chalicelib.calling.models import Line
from chalicelib.core.spreadsheets import safe
from chalicelib.money import rates

COLUMNS = (
    "id",
    "started_at",
    "ended_at",
    "to",
    "from",
    "country",
    "outcome",
    "duration_seconds",
    "billed_seconds",
    "cost",
    "currency",
)
PLAIN = frozenset(string.ascii_letters + string.digits)
"""What begins nearly every cell and no formula: looked at here, since asking for each cell takes longest."""
LARGEST_BYTES = 4_000_000
PATIENCE_SECONDS = 8
"""Who reads for longer, for a filter that little fits, is better served by a file that is made apart."""


def write_at_once(account_id: str, wanted: CallFilter) -> str | None:
    """All calls that fit, newest first; None when that is too much for one answer."""
    started = time.monotonic()
    text = io.StringIO()
    write(text, [COLUMNS])
    for chunk in history.read(account_id, wanted):
        write(text, rows(chunk.lines))
        if text.tell() > LARGEST_BYTES or time.monotonic() - started > PATIENCE_SECONDS:
            return None
    return text.getvalue()


def write(text: io.StringIO, rows: Iterable[Iterable[str]]) -> None:
    """Add rows as RFC 4180 has them."""
    csv.writer(text).writerows(rows)


def rows(lines: Iterable[Line]) -> Iterator[list[str]]:
    """One row a call, every cell harmless."""
    for line in lines:
        values = (
            line.call_id.S,
            line.started_at.S,
            line.ended_at.S,
            line.to.S,
            line.caller_id.S,
            line.country.S,
            line.outcome.S,
            line.duration_seconds.N,
            _billed(
                line.duration_seconds.N,
                line.increment_first_seconds.N,
                line.increment_next_seconds.N,
                line.minimum_seconds.N,
            ),
            _cost(line.cost_micros.N),
            line.currency.S,
        )
        yield [value if value[:1] in PLAIN else safe(value) for value in values]


@lru_cache(maxsize=10_000)
def _billed(duration: str, first: str, following: str, minimum: str) -> str:
    return str(rates.billed(int(duration), int(first), int(following), int(minimum)))


@lru_cache(maxsize=10_000)
def _cost(micros: str) -> str:
    return rates.decimal(int(micros))
