"""Writes the compiled form of a deck, which `chalicelib.money.decks` describes and reads."""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from chalicelib.money.decks import DESTINATION, DIGITS, HEADER, MAGIC, NONE, TARIFF
from chalicelib.money.rates import Rate

from .offers import Offer


@dataclass
class _Shared:
    """What many prefixes have in common is written once: texts, and tariffs by what they say."""

    text: bytearray = field(default_factory=bytearray)
    tariffs: bytearray = field(default_factory=bytearray)
    _texts: dict[str, tuple[int, int]] = field(default_factory=dict)
    _known: dict[tuple[Rate, tuple[str, ...], int, int], int] = field(default_factory=dict)

    def tariff(self, offer: Offer) -> int:
        key = offer[1:]
        if key not in self._known:
            self._known[key] = len(self._known)
            self.tariffs += self._pack(offer)
        return self._known[key]

    def _pack(self, offer: Offer) -> bytes:
        rate = offer.rate
        described_at, described_size = self._place(rate.description)
        return TARIFF.pack(
            rate.price_micros,
            rate.connect_fee_micros,
            offer.since,
            offer.until,
            described_at,
            *self._place(" ".join(offer.origins)),
            described_size,
            rate.increment_first_seconds,
            rate.increment_next_seconds,
            rate.minimum_seconds,
            rate.country.encode(),
        )

    def _place(self, text: str) -> tuple[int, int]:
        if text not in self._texts:
            encoded = text.encode()
            self._texts[text] = len(self.text), len(encoded)
            self.text += encoded
        return self._texts[text]


def compile_deck(offers: Sequence[Offer], currency: str) -> bytes:
    """The compiled deck of these offers, in any order. The same offers give the same bytes."""
    ordered = sorted(offers, key=lambda offer: (offer.prefix, offer.origins, offer.since))
    prefixes = sorted({offer.prefix for offer in ordered})
    starts, owners, parents = _flatten(prefixes)
    shared, destinations = _Shared(), bytearray()
    tariffs: list[int] = []
    of_prefix = groupby(ordered, key=lambda offer: offer.prefix)
    for (prefix, found), parent in zip(of_prefix, parents, strict=True):
        first = len(tariffs)
        tariffs += [shared.tariff(offer) for offer in found]
        destinations += DESTINATION.pack(int(prefix), parent, first, len(tariffs) - first)
    numbers = struct.pack(f"<{len(starts)}Q", *starts) + struct.pack(f"<{len(owners)}I", *owners)
    body = numbers + destinations + struct.pack(f"<{len(tariffs)}I", *tariffs) + shared.tariffs + shared.text
    version = hashlib.sha256(currency.encode() + body).hexdigest()[:16]
    sizes = len(prefixes), len(tariffs), len(shared.tariffs) // TARIFF.size, len(shared.text)
    return HEADER.pack(MAGIC, version.encode(), currency.encode(), len(starts), *sizes) + body


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
