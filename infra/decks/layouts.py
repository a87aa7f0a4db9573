"""Which column says what: the project's own sheet, another switch's export, and Twilio's prices."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from chalicelib.money import decks
from chalicelib.money.rates import Rate

from . import cells
from .offers import BadDeck, Row

STEPS = ["increment_first_seconds", "increment_next_seconds", "minimum_seconds"]
PRICES = ["price_per_minute", "connect_fee"]
COLUMNS = ["prefix", "country", "description", *PRICES, *STEPS, "effective_from", "origin_prefixes"]
ORIGINS, DESTINATIONS = "Origination Prefixes", "Destination Prefixes"
TWILIO_COLUMNS = ["ISO", "Country", "Description", "Price / min", ORIGINS, DESTINATIONS]
TWILIO_PRODUCT = "Programmable Outbound Minute - "
EVERYBODY = {"", "ALL", "ROW"}
NO_COUNTRY = "001"
DELIMITERS = [",", ";", "\t", "|"]
Take = Callable[[list[str], int], Iterator[Row]]


@dataclass(frozen=True)
class Terms:
    """What a sheet does not say. `columns` has an export's names by ours, `values` one cell for all rows.

    `markup_percent` is added to every price; what is marked up is rounded up to the micro.
    """

    currency: str = "USD"
    markup_percent: Decimal | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ","


def map_columns(terms: Terms, path: Path) -> Terms:
    """These terms with a mapping from TOML: `delimiter`, [columns] and [values]; raises BadDeck."""
    try:
        told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadDeck([f"{path.name} is not TOML ({error})."]) from None
    columns, values, delimiter = told.pop("columns", {}), told.pop("values", {}), told.pop("delimiter", ",")
    for name, table in {"columns": columns, "values": values}.items():
        if not isinstance(table, dict) or (name == "columns" and not all(map(_is_text, table.values()))):
            raise BadDeck([f"{path.name}: {name} must be a table of our names and theirs."])
    unknown = [*told, *(name for name in [*columns, *values] if name not in COLUMNS)]
    if unknown:
        raise BadDeck([f"{path.name}: {name} is nothing that a sheet has." for name in unknown])
    if delimiter not in DELIMITERS:
        raise BadDeck([f"{path.name}: delimiter must be a comma, semicolon, tab or bar."])
    values = {name: str(value) for name, value in values.items()}
    return replace(terms, columns=columns, values={**terms.values, **values}, delimiter=delimiter)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def choose(header: list[str], terms: Terms) -> Take:
    """How to take the rows under this header; raises BadDeck."""
    if header == TWILIO_COLUMNS:
        return _twilio(terms)
    return _own(header, terms)


def _own(header: list[str], terms: Terms) -> Take:
    if not terms.columns and header != COLUMNS:
        raise BadDeck([f"Line 1: the columns must be {','.join(COLUMNS)}, or be mapped."])
    columns = terms.columns or {name: name for name in COLUMNS}
    if "prefix" not in columns:
        raise BadDeck(["Line 1: nothing says prefix; map a column."])
    if unclear := [name for name in columns.values() if header.count(name) != 1]:
        raise BadDeck([f"Line 1: there must be one column {name!r}." for name in unclear])
    given = {"origin_prefixes": "", **terms.values}
    if lacking := [name for name in COLUMNS if name not in {**columns, **given, "country": ""}]:
        raise BadDeck([f"Line 1: nothing says {name}; map a column or give a value." for name in lacking])
    places = {name: header.index(theirs) for name, theirs in columns.items()}
    derived = "country" not in {**places, **given}
    at = places["prefix"]
    known: dict[tuple[str, ...], Row] = {}

    def take(row: list[str], line: int) -> Iterator[Row]:
        if len(row) != len(header):
            raise ValueError(f"{len(row)} columns instead of {len(header)}.")
        prefix = cells.prefix({"prefix": row[at]}, "prefix")
        region = _region_of(prefix) if derived else ""
        said = (region, *row[:at], *row[at + 1 :])  # many prefixes say the same
        if said not in known:
            named = {"country": region} | given | {name: row[place] for name, place in places.items()}
            known[said] = _row(named, terms)
        common = known[said]
        yield Row(line, prefix, common.rate, common.origins, common.effective_from)

    return take


def _twilio(terms: Terms) -> Take:
    """Twilio lists neither steps nor days: they must be given. A row has many destinations and origins."""
    given = {"connect_fee": "0", "origin_prefixes": "", **terms.values}
    if lacking := [name for name in [*STEPS, "effective_from"] if name not in given]:
        raise BadDeck([f"Twilio's prices do not say {name}; give it." for name in lacking])
    if terms.markup_percent is None:
        raise BadDeck(["Twilio's prices are what it takes from you: give a mark-up, or 0 to sell at cost."])

    def take(row: list[str], line: int) -> Iterator[Row]:
        if len(row) != len(TWILIO_COLUMNS):
            raise ValueError(f"{len(row)} columns instead of {len(TWILIO_COLUMNS)}.")
        theirs = dict(zip(TWILIO_COLUMNS, row, strict=True))
        named = given | {
            "country": theirs["ISO"] or NO_COUNTRY,
            "description": theirs["Description"].removeprefix(TWILIO_PRODUCT),
            "price_per_minute": theirs["Price / min"],
        }
        common = _row(named, terms)
        origins: tuple[str, ...] = ()
        if theirs[ORIGINS].strip() not in EVERYBODY:
            origins = tuple(cells.prefixes(theirs, ORIGINS, ","))
        for prefix in cells.prefixes(theirs, DESTINATIONS, ","):
            yield Row(line, prefix, common.rate, origins, common.effective_from)

    return take


def _row(named: Mapping[str, str], terms: Terms) -> Row:
    """All that a row says but its prefix and line."""
    markup_percent = terms.markup_percent or Decimal()
    rate = Rate(
        prefix="",
        country=cells.country(named, "country"),
        description=cells.description(named, "description"),
        price_micros=cells.micros(named, "price_per_minute", markup_percent),
        connect_fee_micros=cells.micros(named, "connect_fee", markup_percent),
        increment_first_seconds=cells.seconds(named, "increment_first_seconds", least=1),
        increment_next_seconds=cells.seconds(named, "increment_next_seconds", least=1),
        minimum_seconds=cells.seconds(named, "minimum_seconds", least=0),
        deck_version="",  # known once all rows are
        currency=terms.currency,
    )
    origins = tuple(cells.prefixes(named, "origin_prefixes")) if named["origin_prefixes"].strip() else ()
    return Row(0, "", rate, origins, cells.day(named, "effective_from"))


@cache
def _region_of(prefix: str) -> str:
    """The region that numbers of a prefix begin in, where an export names none: from the sample deck."""
    if rate := _regions().find(f"+{prefix}"):
        return rate.country
    codes = (int(prefix[:length]) for length in (3, 2, 1))
    return next(
        (COUNTRY_CODE_TO_REGION_CODE[code][0] for code in codes if code in COUNTRY_CODE_TO_REGION_CODE), ""
    )


@cache
def _regions() -> decks.Deck:
    return decks.load(decks.shipped("sample"))
