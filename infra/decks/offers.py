"""What sheets say, put in order of time: which rate holds for which callers from when until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import NamedTuple

from chalicelib.money.decks import ENDLESS
from chalicelib.money.rates import Rate

SHOWN = 20


class BadDeck(Exception):
    """The sheet is refused as a whole; `problems` are sentences that begin with a line number."""

    def __init__(self, problems: list[str]) -> None:
        more = [f"... and {len(problems) - SHOWN} more."] if len(problems) > SHOWN else []
        super().__init__("\n".join([*problems[:SHOWN], *more]))
        self.problems = problems


class Row(NamedTuple):
    """One prefix of a sheet. Its rate's own prefix is empty, since many rows share one rate."""

    line: int
    prefix: str
    rate: Rate
    origins: tuple[str, ...]
    effective_from: date


class Offer(NamedTuple):
    """A prefix's rate for callers from `origins` (none: all), from and until epoch seconds."""

    prefix: str
    rate: Rate
    origins: tuple[str, ...] = ()
    since: int = 0
    until: int = ENDLESS


def arrange(sheets: Sequence[Sequence[Row]], on: date) -> list[Offer]:
    """The offers of these sheets from that day on; raises BadDeck.

    A sheet replaces the others from its first day. In a sheet, a row replaces those of earlier days for the
    same prefix and callers.
    """
    ordered = sorted((min(row.effective_from for row in sheet), at) for at, sheet in enumerate(sheets))
    ends = [begin for begin, _ in ordered[1:]] + [date.max]
    problems: list[str] = []
    found: list[Offer] = []
    for (begin, at), end in zip(ordered, ends, strict=True):
        if begin == end:
            raise BadDeck([f"Two sheets begin on {begin}; the later one must begin later."])
        for rows in _by_prefix(sheets[at]):
            found += _offers(rows, on, end, problems)
    if problems:
        raise BadDeck(problems)
    return found


def changes(offers: Sequence[Offer]) -> list[date]:
    """The days on which some price changes by itself."""
    moments = {moment for offer in offers for moment in (offer.since, offer.until)} - {0, ENDLESS}
    return [datetime.fromtimestamp(moment, UTC).date() for moment in sorted(moments)]


def _by_prefix(rows: Sequence[Row]) -> Iterator[list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.prefix, []).append(row)
    yield from found.values()


def _offers(rows: list[Row], on: date, end: date, problems: list[str]) -> Iterator[Offer]:
    """The offers of one prefix: the callers of a row stay together until something replaces it for some."""
    by_origin: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.effective_from) if len(rows) > 1 else rows:
        for origin in row.origins or ("",):
            by_origin.setdefault(origin, []).append(row)
    spans: dict[tuple[int, date], tuple[Row, list[str]]] = {}
    for origin, following in by_origin.items():
        problems += _twice(following, origin)
        ends = [min(row.effective_from, end) for row in following[1:]] + [end]
        for row, until in zip(following, ends, strict=True):
            if until > max(on, row.effective_from):
                spans.setdefault((id(row), until), (row, []))[1].append(origin)
    for (_, until), (row, origins) in spans.items():
        since = 0 if row.effective_from <= on else _seconds(row.effective_from)
        named = tuple(sorted(origin for origin in origins if origin))
        yield Offer(row.prefix, row.rate, named, since, ENDLESS if until == date.max else _seconds(until))


def _twice(following: list[Row], origin: str) -> Iterator[str]:
    callers = f" from {origin}" if origin else ""
    for first, second in pairwise(following):
        if first.effective_from == second.effective_from:
            day = f"already there for {second.effective_from}."
            yield f"Line {second.line}: prefix {second.prefix}{callers} is {day}"


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
