"""Call history as CSV that opens safely in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from chalicelib.calling import records
from chalicelib.calling.models import CallRecord
from chalicelib.core.errors import Refusal
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
LARGEST_BYTES = 4_000_000
HARMLESS = re.compile(r"\+[0-9]+")


def write(account_id: str) -> str:
    """All of an account's calls, newest first; refuses what would not fit into one answer."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in _rows(records.newest_first(account_id)):
        writer.writerow(row)
        if text.tell() > LARGEST_BYTES:
            raise Refusal(413, "too-large", "Your history is too long for one file. Please write to us.")
    return text.getvalue()


def _rows(found: Iterable[CallRecord]) -> Iterable[list[str]]:
    for record in found:
        rate = record.rate()
        values = [
            record.call_id,
            record.started_at,
            record.ended_at,
            record.to,
            record.caller_id,
            record.country,
            record.outcome,
            str(record.duration_seconds),
            str(rates.billed_seconds(rate, record.duration_seconds)),
            rates.decimal(record.cost_micros),
            record.currency,
        ]
        yield [_safe(value) for value in values]


def _safe(value: str) -> str:
    """A leading = + - @ would be a formula; a plus before digits alone is a phone number and stays."""
    if value[:1] in "=+-@\t\r" and value and not HARMLESS.fullmatch(value):
        return f"'{value}"
    return value
