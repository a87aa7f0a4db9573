"""Rows as machines and people take them: a JSON array as it is stored, and the same rows as a spreadsheet.

In a spreadsheet amounts are decimals in the currency beside them, and seconds since 1970 are times.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import msgspec

from chalicelib.core import clock
from chalicelib.core.extracts import Fields
from chalicelib.core.spreadsheets import safe
from chalicelib.money import rates

MICROS, CURRENCY = "_micros", "currency"
TIME = re.compile(r".*_(?:at|until)")
BEGAN = {"at", "claimed_at", "created_at", "first_at", "received_at", "started_at"}
OURS = re.compile(
    r"(?:account|user)_id|month_key|.*_sid|.*_version|version|generation|run|attempt|expires_at|locked_until"
    r"|claimed_until|.*_hash|digest|previous"
)
_json = msgspec.json.Encoder()


class Sheet:
    """Rows of some fields, in both forms at once."""

    def __init__(self, fields: Fields) -> None:
        self.rows = 0
        self._columns = [(name, _writer(name, fields[name])) for name in _ordered(fields)]
        self._json = bytearray()
        self._text = io.StringIO()
        self._csv = csv.writer(self._text)
        self._csv.writerow(columns(fields))

    def add(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            self._json += b",\n" if self._json else b"[\n"
            self._json += _json.encode(row)
            self._csv.writerow([write(row.get(name)) for name, write in self._columns])
        self.rows += len(rows)

    def json(self) -> bytes:
        return bytes(self._json or b"[") + b"\n]\n"

    def csv(self) -> bytes:
        return self._text.getvalue().encode()


def columns(fields: Fields) -> list[str]:
    """What the columns of a spreadsheet are called, in their order."""
    return [name.removesuffix(MICROS) for name in _ordered(fields)]


def _ordered(fields: Fields) -> list[str]:
    """As a person reads: when it was, what it was, and last what only we need; amounts before currencies."""
    names = sorted(fields, key=lambda name: (OURS.fullmatch(name) is not None, name not in BEGAN))
    amounts = [name for name in names if name.endswith(MICROS)]
    if amounts and CURRENCY in names:
        names.remove(CURRENCY)
        names.insert(names.index(amounts[0]) + 1, CURRENCY)
    return names


def _writer(name: str, type: str) -> Callable[[Any], Any]:
    if type == "integer" and name.endswith(MICROS):
        return _amount
    return _time if type == "integer" and TIME.fullmatch(name) else _cell


def _amount(micros: int | None) -> str | None:
    if micros is None:
        return None
    return f"-{rates.decimal(-micros)}" if micros < 0 else rates.decimal(micros)


def _time(seconds: int | None) -> str | None:
    """A lock that was let go is at 0, which is no time."""
    return clock.render(clock.from_epoch(seconds)) if seconds else None


def _cell(value: Any) -> Any:
    """Numbers stay numbers; text can't be taken for a formula; anything else is its JSON, which never is."""
    if value is None or type(value) is int:
        return value
    return safe(value) if type(value) is str else _json.encode(value).decode()
