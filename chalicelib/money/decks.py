"""Rate decks, compiled: which rate a number has, by who calls it and when. The longest prefix wins.

A deck's prefixes are flattened into intervals of left-aligned 15-digit numbers: `starts[i]` up to
`starts[i + 1]` belong to destination `owners[i]`. One bisection finds it, and the file is mapped rather than
read. `infra.decks` writes this format; the file, little-endian:

    header        magic, version, currency; numbers of intervals, destinations, offers, tariffs, bytes of text
    starts        u64 an interval
    owners        u32 an interval, NONE for a gap
    destinations  DESTINATION each: prefix, the destination of the next shorter prefix, its offers
    offers        u32 each: a tariff
    tariffs       TARIFF each: price, connect fee, when it holds, description, origins, increments, minimum,
                  country
    text          descriptions and origin prefixes, UTF-8
"""

from __future__ import annotations

import mmap
import sys
from bisect import bisect_right
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from struct import Struct
from typing import NamedTuple

from chalicelib.core import clock, settings
from chalicelib.core.settings import SettingsError
from chalicelib.money.rates import Rate

MAGIC = b"VOWDECK2"
HEADER = Struct("<8s16s3sx5I")
DESTINATION = Struct("<QIII")
TARIFF = Struct("<7I4H3sx")
NONE = 0xFFFF_FFFF
ENDLESS = 0xFFFF_FFFF
DIGITS = 15
DATA = Path(__file__).parent / "deck_data"


class DeckError(Exception):
    """The file is not a rate deck that this version reads; the message says which."""


class _Tariff(NamedTuple):
    """A rate, the callers it is for (none: all), and from and until which epoch seconds it holds."""

    rate: Rate
    origins: frozenset[str]
    since: int
    until: int

    def matches(self, caller: str) -> int:
        """How many digits of the caller's number it names: 0 when it is for all, -1 when not for them."""
        if not self.origins:
            return 0
        lengths = range(len(caller), 0, -1)
        return next((length for length in lengths if caller[:length] in self.origins), -1)


class _Destination(NamedTuple):
    """What a prefix costs; `only` where that is one rate for all callers and times."""

    digits: int
    only: Rate | None
    tariffs: list[_Tariff]
    parent: int


class Deck:
    """A compiled deck in memory. `version` is the hash of its content, `size` its number of prefixes."""

    def __init__(self, content: bytes | mmap.mmap) -> None:
        if len(content) < HEADER.size or content[: len(MAGIC)] != MAGIC:
            raise DeckError("This is not a compiled rate deck of this version; compile its sheet again.")
        _, version, currency, intervals, self.size, offers, tariffs, text = HEADER.unpack_from(content)
        owners_at = HEADER.size + 8 * intervals
        self._destinations_at = owners_at + 4 * intervals
        offers_at = self._destinations_at + DESTINATION.size * self.size
        self._tariffs_at = offers_at + 4 * offers
        self._text_at = self._tariffs_at + TARIFF.size * tariffs
        if len(content) != self._text_at + text:
            raise DeckError("The compiled rate deck is not complete; compile it again.")
        assert sys.byteorder == "little", "a deck is read in place"
        self.version: str = version.decode()
        self.currency: str = currency.decode()
        self._content = content
        view = memoryview(content)
        self._starts = view[HEADER.size : owners_at].cast("Q")
        self._owners = view[owners_at : self._destinations_at].cast("I")
        self._offers = view[offers_at : self._tariffs_at].cast("I")
        self._known: dict[int, _Destination] = {}

    def find(self, e164: str, origin: str | None = None) -> Rate | None:
        """The rate now of a parsed number (`Dialled.e164`), for a caller ID in E.164 or an unknown one.

        The longest prefix that has a rate for this caller counts, and of its rates the one that names most
        of the caller's number. None when the deck has no price.
        """
        digits = e164[1:]
        if len(digits) > DIGITS:
            return None
        at = self._owners[bisect_right(self._starts, int(digits.ljust(DIGITS, "0"))) - 1]
        while at != NONE:
            destination = self._known.get(at) or self._read(at)
            # A prefix longer than the number matched the zeros that we appended.
            if destination.digits <= len(digits):
                rate = destination.only or _choose(destination.tariffs, origin)
                if rate:
                    return rate
            at = destination.parent
        return None

    def _read(self, at: int) -> _Destination:
        prefix, parent, first, count = DESTINATION.unpack_from(
            self._content, self._destinations_at + DESTINATION.size * at
        )
        tariffs = [self._tariff(str(prefix), offer) for offer in self._offers[first : first + count]]
        rate, origins, since, until = tariffs[0]
        always = len(tariffs) == 1 and not origins and since == 0 and until == ENDLESS
        known = self._known[at] = _Destination(len(str(prefix)), rate if always else None, tariffs, parent)
        return known

    def _tariff(self, prefix: str, at: int) -> _Tariff:
        (
            price,
            connect_fee,
            since,
            until,
            text_at,
            origins_at,
            origins_size,
            size,
            first,
            following,
            minimum,
            country,
        ) = TARIFF.unpack_from(self._content, self._tariffs_at + TARIFF.size * at)
        rate = Rate(
            prefix=prefix,
            country=country.rstrip(b"\0").decode(),
            description=self._text(text_at, size),
            price_micros=price,
            connect_fee_micros=connect_fee,
            increment_first_seconds=first,
            increment_next_seconds=following,
            minimum_seconds=minimum,
            deck_version=self.version,
            currency=self.currency,
        )
        return _Tariff(rate, frozenset(self._text(origins_at, origins_size).split()), since, until)

    def _text(self, at: int, size: int) -> str:
        at += self._text_at
        return self._content[at : at + size].decode()


def _choose(tariffs: list[_Tariff], origin: str | None) -> Rate | None:
    now, caller = clock.epoch_seconds(clock.now()), (origin or "")[1:]
    matches = [
        (tariff.matches(caller), tariff.rate) for tariff in tariffs if tariff.since <= now < tariff.until
    ]
    digits, rate = max(matches, key=lambda match: match[0], default=(-1, None))
    return rate if digits >= 0 else None


def load(path: Path) -> Deck:
    """Map a compiled deck, which is only ever replaced, never changed; raises DeckError, or OSError."""
    with path.open("rb") as file:
        if path.stat().st_size == 0:
            raise DeckError("The compiled rate deck is empty; compile it again.")
        return Deck(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def shipped(name: str) -> Path:
    """Where the deck of this name lies in the package: `shipped("sample")`."""
    return DATA / f"{name}.deck"


def current() -> Deck:
    """The deck of this deployment; on a laptop the imported one, from the moment when it is there."""
    imported = settings.current().deck_file
    if imported:
        with suppress(FileNotFoundError):
            about = Path(imported).stat()
            return _imported(imported, about.st_ino, about.st_mtime_ns)
    return _packaged(settings.current().rate_deck)


def check() -> None:
    """Refuse to start without a deck, or a live stage on invented prices; raises SettingsError.

    Chalice, which packages, loads the doors only to list them.
    """
    stage = settings.current()
    if stage.packaging:
        return
    try:
        deck = current()
    except (DeckError, OSError) as error:
        place = stage.deck_file or f"RATE_DECK {stage.rate_deck}"
        raise SettingsError(f"The rate deck can't be used ({place}): {error}") from None
    if stage.live and deck.version == _packaged("sample").version:
        raise SettingsError("RATE_DECK is a copy of the sample deck, whose prices are invented.")


@lru_cache(maxsize=1)
def _imported(path: str, _inode: int, _mtime_ns: int) -> Deck:
    return load(Path(path))


@cache
def _packaged(name: str) -> Deck:
    return load(shipped(name))
