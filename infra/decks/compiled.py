"""Writes the compiled form of a deck, which `chalicelib.money.decks` describes and reads."""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Sequence
from pathlib import Path

from chalicelib.money.decks import DIGITS, HEADER, MAGIC, NONE, ROW
from chalicelib.money.rates import Rate


def compile_deck(rates: Sequence[Rate], currency: str) -> bytes:
    """The compiled deck of these rates, one a prefix, in any order. The same rates give the same bytes."""
    ordered = sorted(rates, key=lambda rate: rate.prefix)
    starts, owners, parents = _flatten([rate.prefix for rate in ordered])
    text, rows = bytearray(), bytearray()
    offsets: dict[str, int] = {}
    for rate, parent in zip(ordered, parents, strict=True):
        description = rate.description.encode()
        if rate.description not in offsets:
            offsets[rate.description] = len(text)
            text += description
        rows += ROW.pack(
            int(rate.prefix),
            rate.price_micros,
            rate.connect_fee_micros,
            parent,
            offsets[rate.description],
            len(description),
            rate.increment_first_seconds,
            rate.increment_next_seconds,
            rate.minimum_seconds,
            rate.country.encode(),
        )
    body = struct.pack(f"<{len(starts)}Q", *starts) + struct.pack(f"<{len(owners)}I", *owners) + rows + text
    version = hashlib.sha256(currency.encode() + body).hexdigest()[:16]
    sizes = len(starts), len(ordered), len(text)
    return HEADER.pack(MAGIC, version.encode(), currency.encode(), *sizes) + body


def write(content: bytes, path: Path) -> None:
    """Put the file there whole, or leave what was there."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _flatten(prefixes: list[str]) -> tuple[list[int], list[int], list[int]]:
    """Nested prefixes in order -> interval starts, the row that owns each, and each row's parent."""
    starts, owners, parents = [0], [NONE], []
    open_rows: list[tuple[int, int]] = []  # (end, row), the innermost last

    def begin(at: int, owner: int) -> None:
        if starts[-1] == at:
            owners[-1] = owner
        else:
            starts.append(at)
            owners.append(owner)

    def close_until(at: int) -> None:
        while open_rows and open_rows[-1][0] <= at:
            end, _ = open_rows.pop()
            begin(end, open_rows[-1][1] if open_rows else NONE)

    for row, prefix in enumerate(prefixes):
        span = 10 ** (DIGITS - len(prefix))
        start = int(prefix) * span
        close_until(start)
        parents.append(open_rows[-1][1] if open_rows else NONE)
        begin(start, row)
        open_rows.append((start + span, row))
    close_until(10**DIGITS)
    return starts, owners, parents
