"""A rate sheet in CSV: read strictly, every bad row named by its line, nothing half read.

Prices are decimals in the deck's currency. A prefix may appear again with a later `effective_from`, and for
callers of some origin prefixes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from chalicelib.money.rates import Rate, decimal

from . import layouts
from .layouts import COLUMNS, Terms
from .offers import BadDeck, Row

TELL_EVERY_LINES = 20_000
Tell = Callable[[int, int], None]


def read(path: Path, terms: Terms, tell: Tell | None = None) -> list[Row]:
    """The rows of a CSV file; raises BadDeck. `tell` hears how many lines are read, and of how many."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadDeck(["The file is not UTF-8; save it as CSV in UTF-8."]) from error
    return parse(text, terms, tell)


def parse(text: str, terms: Terms, tell: Tell | None = None) -> list[Row]:
    """The rows of a CSV text; raises BadDeck."""
    if not re.fullmatch(r"[A-Z]{3}", terms.currency):
        raise BadDeck(["The currency must be three capital letters, such as USD."])
    lines = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=terms.delimiter)
    total, next_told = text.count("\n"), TELL_EVERY_LINES
    problems: list[str] = []
    rows: list[Row] = []
    try:
        take = layouts.choose(next(lines, []), terms)
        for cells in lines:
            try:
                rows.extend(take(cells, lines.line_num) if cells else ())
            except ValueError as error:
                problems.append(f"Line {lines.line_num}: {error}")
            if tell and lines.line_num >= next_told:
                tell(lines.line_num, total)
                next_told = lines.line_num + TELL_EVERY_LINES
    except csv.Error as error:
        problems.append(f"Line {lines.line_num}: not CSV ({error}).")
    if not problems and not rows:
        problems.append("The file has no rates.")
    if problems:
        raise BadDeck(problems)
    return rows


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
