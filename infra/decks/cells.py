"""What a sheet's cells say: read strictly. A ValueError's words come after the number of its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache

from chalicelib.money.rates import MICROS, decimal

HIGHEST_PRICE_MICROS = 1_000 * MICROS
LONGEST_STEP_SECONDS = 3_600
LONGEST_DESCRIPTION = 120
PREFIX = re.compile(r"[1-9][0-9]{0,14}")
COUNTRY = re.compile(r"[A-Z]{2}|001")
PRICE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
SECONDS = re.compile(r"[0-9]{1,4}")


def prefix(row: Mapping[str, str], column: str) -> str:
    """1 to 15 digits, without + or anything else that a dial string has."""
    return _matching(row, column, PREFIX, "1 to 15 digits without +")


def prefixes(row: Mapping[str, str], column: str, separator: str | None = None) -> list[str]:
    """Prefixes between blanks or another separator; the same twice is no list."""
    found = [prefix({column: part.strip()}, column) for part in row[column].split(separator)]
    if len(set(found)) != len(found):
        raise ValueError(f"{column} has a prefix twice.")
    return found


def country(row: Mapping[str, str], column: str) -> str:
    return _matching(row, column, COUNTRY, "an ISO 3166 code of two letters, or 001")


def description(row: Mapping[str, str], column: str) -> str:
    text = row[column]
    if not text.strip() or len(text) > LONGEST_DESCRIPTION or not text.isprintable():
        raise ValueError(f"{column} must be one line of 1 to {LONGEST_DESCRIPTION} characters.")
    return text


def micros(row: Mapping[str, str], column: str, markup_percent: Decimal) -> int:
    """A decimal price, exact to the micro; a marked-up one is rounded up to it."""
    text = _matching(row, column, PRICE, "a decimal such as 0.024")
    marked = _marked_up(text, markup_percent)
    if marked != int(marked):
        raise ValueError(f"{column} {text} is finer than a millionth.")
    if marked > HIGHEST_PRICE_MICROS:
        raise ValueError(f"{column} {text} is above {decimal(HIGHEST_PRICE_MICROS)}.")
    return int(marked)


def seconds(row: Mapping[str, str], column: str, *, least: int) -> int:
    meaning = f"{least} to {LONGEST_STEP_SECONDS} whole seconds"
    found = int(_matching(row, column, SECONDS, meaning))
    if not least <= found <= LONGEST_STEP_SECONDS:
        raise ValueError(f"{column} must be {meaning}, not {found}.")
    return found


def day(row: Mapping[str, str], column: str) -> date:
    try:
        return date.fromisoformat(row[column])
    except ValueError:
        shown = repr(row[column][:40])
        raise ValueError(f"{column} must be a day such as 2026-01-31, not {shown}.") from None


@lru_cache
def _marked_up(text: str, markup_percent: Decimal) -> Decimal:
    exact = Decimal(text) * MICROS
    if not markup_percent:
        return exact
    return (exact * (100 + markup_percent) / 100).to_integral_value(ROUND_CEILING)


def _matching(row: Mapping[str, str], column: str, pattern: re.Pattern[str], meaning: str) -> str:
    if not pattern.fullmatch(row[column]):
        raise ValueError(f"{column} must be {meaning}, not {row[column][:40]!r}.")
    return row[column]
