"""The project's rate deck as CSV: read strictly, every bad row named by its line, nothing half read.

Prices are decimals in the deck's currency, exact to the micro. A prefix may appear again with a later
`effective_from`: the row in force counts.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

from chalicelib.money.rates import MICROS, Rate, decimal

COLUMNS = [
    "prefix",
    "country",
    "description",
    "price_per_minute",
    "connect_fee",
    "increment_first_seconds",
    "increment_next_seconds",
    "minimum_seconds",
    "effective_from",
    "origin_prefixes",
]
HIGHEST_PRICE_MICROS = 1_000 * MICROS
LONGEST_STEP_SECONDS = 3_600
LONGEST_DESCRIPTION = 120
SHOWN = 20


class BadDeck(Exception):
    """The CSV is refused as a whole; `problems` are sentences that begin with a line number."""

    def __init__(self, problems: list[str]) -> None:
        more = [f"... and {len(problems) - SHOWN} more."] if len(problems) > SHOWN else []
        super().__init__("\n".join([*problems[:SHOWN], *more]))
        self.problems = problems


def read(path: Path, currency: str, on: date) -> list[Rate]:
    """The rates of a CSV file that are in force on that day; raises BadDeck."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadDeck(["The file is not UTF-8; save it as CSV in UTF-8."]) from error
    return parse(text, currency, on)


def parse(text: str, currency: str, on: date) -> list[Rate]:
    """The rates of a CSV text that are in force on that day; raises BadDeck."""
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise BadDeck(["The currency must be three capital letters, such as USD."])
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    problems: list[str] = []
    in_force: dict[str, tuple[date, Rate]] = {}
    try:
        if next(lines, None) != COLUMNS:
            raise BadDeck([f"Line 1: the columns must be {','.join(COLUMNS)}."])
        for cells in lines:
            try:
                _accept(cells, currency, on, in_force)
            except ValueError as error:
                problems.append(f"Line {lines.line_num}: {error}")
    except csv.Error as error:
        problems.append(f"Line {lines.line_num}: not CSV ({error}).")
    if not problems and not in_force:
        problems.append("The file has no rates.")
    if problems:
        raise BadDeck(problems)
    return [rate for _, rate in in_force.values()]


def write(rates: Iterable[Rate], effective_from: date) -> str:
    """The CSV of these rates."""
    text = io.StringIO(newline="")
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(COLUMNS)
    for rate in rates:
        prices = decimal(rate.price_micros), decimal(rate.connect_fee_micros)
        steps = rate.increment_first_seconds, rate.increment_next_seconds, rate.minimum_seconds
        sheet.writerow([rate.prefix, rate.country, rate.description, *prices, *steps, effective_from, ""])
    return text.getvalue()


def _accept(cells: list[str], currency: str, on: date, in_force: dict[str, tuple[date, Rate]]) -> None:
    if not cells:
        return
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} columns instead of {len(COLUMNS)}.")
    row = dict(zip(COLUMNS, cells, strict=True))
    rate, effective_from = _rate(row, currency), _day(row["effective_from"])
    if row["origin_prefixes"]:
        raise ValueError(
            "origin_prefixes is filled, but prices by origin are not offered yet; leave it empty."
        )
    if effective_from > on:
        raise ValueError(f"takes effect on {effective_from}, after {on}; leave it out until then.")
    earlier = in_force.get(rate.prefix)
    if earlier and earlier[0] == effective_from:
        raise ValueError(f"prefix {rate.prefix} is already there for {effective_from}.")
    if not earlier or earlier[0] < effective_from:
        in_force[rate.prefix] = effective_from, rate


def _rate(row: dict[str, str], currency: str) -> Rate:
    return Rate(
        prefix=_matching(row, "prefix", r"[1-9][0-9]{0,14}", "1 to 15 digits without +"),
        country=_matching(row, "country", r"[A-Z]{2}|001", "an ISO 3166 code of two letters, or 001"),
        description=_description(row["description"]),
        price_micros=_micros(row, "price_per_minute"),
        connect_fee_micros=_micros(row, "connect_fee"),
        increment_first_seconds=_seconds(row, "increment_first_seconds", least=1),
        increment_next_seconds=_seconds(row, "increment_next_seconds", least=1),
        minimum_seconds=_seconds(row, "minimum_seconds", least=0),
        deck_version="",  # known once all rows are
        currency=currency,
    )


def _matching(row: dict[str, str], column: str, pattern: str, meaning: str) -> str:
    if not re.fullmatch(pattern, row[column]):
        raise ValueError(f"{column} must be {meaning}, not {row[column][:40]!r}.")
    return row[column]


def _description(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_DESCRIPTION or not text.isprintable():
        raise ValueError(f"description must be one line of 1 to {LONGEST_DESCRIPTION} characters.")
    return text


def _micros(row: dict[str, str], column: str) -> int:
    meaning = "a decimal such as 0.024"
    micros = Decimal(_matching(row, column, r"[0-9]{1,12}(\.[0-9]{1,12})?", meaning)) * MICROS
    if micros != int(micros):
        raise ValueError(f"{column} {row[column]} is finer than a millionth.")
    if micros > HIGHEST_PRICE_MICROS:
        raise ValueError(f"{column} {row[column]} is above {decimal(HIGHEST_PRICE_MICROS)}.")
    return int(micros)


def _seconds(row: dict[str, str], column: str, *, least: int) -> int:
    meaning = f"{least} to {LONGEST_STEP_SECONDS} whole seconds"
    seconds = int(_matching(row, column, r"[0-9]{1,4}", meaning))
    if not least <= seconds <= LONGEST_STEP_SECONDS:
        raise ValueError(f"{column} must be {meaning}, not {seconds}.")
    return seconds


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"effective_from must be a day such as 2026-01-31, not {text[:40]!r}.") from None
