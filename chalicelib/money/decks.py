"""Rate decks, compiled: which rate a number has. The longest prefix wins.

A deck's prefixes are flattened into intervals of left-aligned 15-digit numbers: `starts[i]` up to
`starts[i + 1]` belong to row `owners[i]`. One bisection finds the row, and loading copies a file instead of
building a tree. `infra.decks` writes this format; the file, little-endian:

    header   magic, version, currency, number of intervals, number of rows, bytes of text
    starts   u64 an interval
    owners   u32 an interval, NONE for a gap
    rows     ROW each: prefix, price, connect fee, parent row, text offset and length, increments, minimum,
             country
    text     descriptions, UTF-8
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from functools import cache
from pathlib import Path
from struct import Struct

from chalicelib.core import settings
from chalicelib.money.rates import Rate

MAGIC = b"VOWDECK1"
HEADER = Struct("<8s16s3sxIII")
ROW = Struct("<QIIIIHHHH3sx")
NONE = 0xFFFF_FFFF
DIGITS = 15
DATA = Path(__file__).parent / "deck_data"


class DeckError(Exception):
    """The file is not a rate deck that this version reads; the message says which."""


class Deck:
    """A compiled deck in memory. `version` is the hash of its content."""

    def __init__(self, content: bytes) -> None:
        if len(content) < HEADER.size or not content.startswith(MAGIC):
            raise DeckError("This is not a compiled rate deck.")
        _, version, currency, intervals, self.size, text_size = HEADER.unpack_from(content)
        owners_at = HEADER.size + 8 * intervals
        self._rows_at = owners_at + 4 * intervals
        self._text_at = self._rows_at + ROW.size * self.size
        if len(content) != self._text_at + text_size:
            raise DeckError("The compiled rate deck is not complete; compile it again.")
        assert sys.byteorder == "little", "a deck is read in place"
        self.version: str = version.decode()
        self.currency: str = currency.decode()
        self._content = content
        self._starts = memoryview(content)[HEADER.size : owners_at].cast("Q")
        self._owners = memoryview(content)[owners_at : self._rows_at].cast("I")
        self._known: dict[int, tuple[Rate, int]] = {}

    def find(self, e164: str) -> Rate | None:
        """The rate of a parsed number (`Dialled.e164`); None when the deck has no price for it."""
        digits = e164[1:]
        if len(digits) > DIGITS:
            return None
        row = self._owners[bisect_right(self._starts, int(digits.ljust(DIGITS, "0"))) - 1]
        while row != NONE:
            rate, parent = self._known.get(row) or self._read(row)
            if len(rate.prefix) <= len(digits):
                return rate
            row = parent  # a prefix longer than the number matched the zeros that we appended
        return None

    def _read(self, row: int) -> tuple[Rate, int]:
        prefix, price, connect_fee, parent, at, length, first, following, minimum, country = ROW.unpack_from(
            self._content, self._rows_at + ROW.size * row
        )
        at += self._text_at
        rate = Rate(
            prefix=str(prefix),
            country=country.rstrip(b"\0").decode(),
            description=self._content[at : at + length].decode(),
            price_micros=price,
            connect_fee_micros=connect_fee,
            increment_first_seconds=first,
            increment_next_seconds=following,
            minimum_seconds=minimum,
            deck_version=self.version,
            currency=self.currency,
        )
        self._known[row] = rate, parent
        return rate, parent


def load(path: Path) -> Deck:
    """Read a compiled deck; raises DeckError, or OSError when there is no such file."""
    return Deck(path.read_bytes())


def shipped(name: str) -> Path:
    """Where the deck of this name lies in the package: `shipped("sample")`."""
    return DATA / f"{name}.deck"


@cache
def current() -> Deck:
    """The deck of this deployment, read once a process."""
    return load(shipped(settings.current().rate_deck))
