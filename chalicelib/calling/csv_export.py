"""Call history as CSV that opens safely in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from functools import lru_cache

from chalicelib.calling import history
from chalicelib.calling.filters import CallFilter
from chalicelib.calling.models import Line
from chalicelib.core import clock
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
HEAD = ",".join(COLUMNS) + "\r\n"
SUSPICIOUS = [
    re.compile(pattern) for pattern in (r",[^A-Za-z0-9,\r+]", r"\n[^A-Za-z0-9,\r+]", r"\+(?![0-9]+[,\r])")
]
"""A cell that begins with neither letter nor digit, and what ends the one before; a plus and no phone number.

A pattern that begins with a plain letter is found some eight times as fast as one of either.
"""
LARGEST_BYTES = 4_000_000
PATIENCE_SECONDS = 8
"""Who reads for longer, for a filter that little fits, is better served by a file that is made apart."""


def write_at_once(account_id: str, wanted: CallFilter) -> str | None:
    """All calls that fit, newest first; None when that is too much for one answer."""
    started = clock.monotonic()
    text = io.StringIO()
    text.write(HEAD)
    for chunk in history.read(account_id, wanted):
        write(text, chunk.lines)
        if text.tell() > LARGEST_BYTES or clock.monotonic() - started > PATIENCE_SECONDS:
            return None
    return text.getvalue()


def write(text: io.StringIO, lines: Sequence[Line]) -> None:
    """Add a row a call as RFC 4180 has them, every cell harmless.

    Nearly always no cell needs quotes or an apostrophe, as one look at all of them together tells. Where one
    may, csv.writer and `safe` go cell by cell.
    """
    plain = "".join([f"{','.join(_row(line))}\r\n" for line in lines])
    if _is_plain(plain, len(lines)):
        text.write(plain)
    else:
        csv.writer(text).writerows([safe(cell) for cell in _row(line)] for line in lines)


def _is_plain(text: str, rows: int) -> bool:
    marks = {",": (len(COLUMNS) - 1) * rows, "\r": rows, "\n": rows, '"': 0}
    if any(text.count(mark) != count for mark, count in marks.items()):
        return False
    text = f"\n{text}"
    return not any(pattern.search(text) for pattern in SUSPICIOUS)


def _row(line: Line) -> tuple[str, ...]:
    duration = line.duration_seconds.N
    return (
        line.call_id.S,
        line.started_at.S,
        line.ended_at.S,
        line.to.S,
        line.caller_id.S,
        line.country.S,
        line.outcome.S,
        duration,
        _billed(
            duration, line.increment_first_seconds.N, line.increment_next_seconds.N, line.minimum_seconds.N
        ),
        _cost(line.cost_micros.N),
        line.currency.S,
    )


@lru_cache(maxsize=10_000)
def _billed(duration: str, first: str, following: str, minimum: str) -> str:
    return str(rates.billed(int(duration), int(first), int(following), int(minimum)))


@lru_cache(maxsize=10_000)
def _cost(micros: str) -> str:
    return rates.decimal(int(micros))
