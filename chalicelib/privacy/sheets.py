"""Rows as people and machines take them: a JSON array, and the same rows as CSV that opens safely."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec

from chalicelib.core.extracts import Fields
from chalicelib.core.spreadsheets import safe

_json = msgspec.json.Encoder()


class Sheet:
    """Rows of some fields, in both forms at once."""

    def __init__(self, fields: Fields) -> None:
        self.rows = 0
        self._names = tuple(fields)
        self._json = bytearray()
        self._text = io.StringIO()
        self._csv = csv.writer(self._text)
        self._csv.writerow(self._names)

    def add(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            self._json += b",\n" if self._json else b"[\n"
            self._json += _json.encode(row)
            self._csv.writerow([_cell(row.get(name)) for name in self._names])
        self.rows += len(rows)

    def json(self) -> bytes:
        return bytes(self._json or b"[") + b"\n]\n"

    def csv(self) -> bytes:
        return self._text.getvalue().encode()


def _cell(value: Any) -> Any:
    """Numbers stay numbers; text can't be taken for a formula; anything else is its JSON, which never is."""
    if value is None or type(value) is int:
        return value
    return safe(value) if type(value) is str else _json.encode(value).decode()
