"""What a rate deck of 200,000 prefixes costs to import, to load and to ask, and whether it answers right.

The sheet is made from the sample deck's prefixes, longer ones beneath them, with prices by caller and prices
that begin later. The search that the answers are held against knows nothing of the compiled form.
"""

from __future__ import annotations

import csv
import gc
import io
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from chalicelib.core import clock
from chalicelib.money import decks
from chalicelib.money.decks import Deck
from infra.decks import compiled, sample, sheet
from infra.decks.layouts import COLUMNS, Terms
from infra.decks.offers import arrange

PREFIXES = 200_000
PAIRS = 7
TODAY = date(2026, 6, 1)
DAYS = (TODAY, TODAY + timedelta(days=100), TODAY + timedelta(days=400))
CALLERS = (None, "+12025550100", "+442079460018", "+33142345678")
ORIGINS = ("1", "44 33 49", "4420 1202")
Cells = dict[str, str]


@dataclass(frozen=True)
class DeckFigures:
    """Ratios, each the median of interleaved pairs; `disagreements` of `compared` answers."""

    import_ratio: float
    ready_ratio: float
    lookup_ratio: float
    compared: int
    disagreements: int


def measure_decks(prefixes: int = PREFIXES) -> DeckFigures:
    """Import a sheet, load its deck, and ask for every example number that phonenumbers has."""
    text = make_sheet(prefixes)
    known = search_table(text)
    numbers = example_numbers()
    with TemporaryDirectory(prefix="vowline-deck-") as folder:
        file = Path(folder) / "rates.deck"
        import_ratio = _ratio(lambda: _import(text, file), lambda: _read_all(text), pairs=3)
        plain = json.dumps(known)
        ready_ratio = _ratio(lambda: decks.load(file).find(numbers[0]), lambda: json.loads(plain))
        deck = decks.load(file)
        lookup_ratio = _ratio(
            lambda: [deck.find(number) for number in numbers],
            lambda: [_walk(known, number) for number in numbers],
        )
        compared, disagreements = compare(deck, known, numbers)
    return DeckFigures(import_ratio, ready_ratio, lookup_ratio, compared, disagreements)


def make_sheet(prefixes: int, seed: int = 1) -> str:
    """A sheet of so many different prefixes, always the same one."""
    chance = random.Random(seed)
    bases = sorted({rate.prefix: rate.country for rate in sample.rates()}.items())
    made: dict[str, str] = dict(bases[:prefixes])
    while len(made) < prefixes:
        prefix, country = chance.choice(bases)
        made.setdefault(prefix + str(chance.randrange(10 ** (at := chance.randint(1, 5)))).zfill(at), country)
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(COLUMNS)
    for prefix, country in made.items():
        lines.writerows(_rows(chance, prefix, country))
    return text.getvalue()


def _rows(chance: random.Random, prefix: str, country: str) -> Iterator[list[object]]:
    """Mostly one row; sometimes others for some callers or from a later day."""
    more, later = chance.random() < 0.2, chance.random() < 0.1
    for origins in ["", chance.choice(ORIGINS)] if more else [""]:
        for day in [TODAY, DAYS[1]] if later else [TODAY]:
            price = f"0.{chance.randrange(20, 400):03}"
            yield [prefix, country, f"{country} network", price, "0", 60, 60, 0, day, origins]


def example_numbers() -> list[str]:
    """Every example number of every region and kind, in E.164."""
    kinds = [kind for kind in PhoneNumberType.values() if kind != PhoneNumberType.UNKNOWN]
    found = (
        phonenumbers.example_number_for_type(region, kind)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for kind in kinds
    )
    return [phonenumbers.format_number(number, PhoneNumberFormat.E164) for number in found if number]


def search_table(text: str) -> dict[str, list[Cells]]:
    """The sheet's rows by their prefix, as the CSV has them."""
    table: dict[str, list[Cells]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        table.setdefault(row["prefix"], []).append(row)
    return table


def compare(deck: Deck, known: dict[str, list[Cells]], numbers: list[str]) -> tuple[int, int]:
    """How many prices were compared, over callers and days, and how many of them differ."""
    compared = disagreements = 0
    for day in DAYS:
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        with mock.patch.object(clock, "now", return_value=moment):
            for caller in CALLERS:
                for number in numbers:
                    rate = deck.find(number, caller)
                    expected = _search(known, number, caller, day)
                    compared += 1
                    disagreements += (rate and rate.price_micros) != expected
    return compared, disagreements


def _search(known: dict[str, list[Cells]], number: str, caller: str | None, day: date) -> int | None:
    """The longest prefix with a row for the caller on that day, its most exact origin, its latest row."""
    for length in range(len(number) - 1, 0, -1):
        fitting = [
            (len(origin), row["effective_from"], row["price_per_minute"])
            for row in known.get(number[1 : length + 1], [])
            for origin in row["origin_prefixes"].split() or [""]
            if (caller or "+")[1:].startswith(origin) and row["effective_from"] <= str(day)
        ]
        if fitting:
            return round(float(max(fitting)[2]) * 1_000_000)
    return None


def _walk(known: dict[str, list[Cells]], number: str) -> list[Cells] | None:
    """The plain way: ever shorter prefixes in a dictionary."""
    for length in range(len(number), 1, -1):
        if found := known.get(number[1:length]):
            return found
    return None


def _import(text: str, file: Path) -> None:
    gc.disable()  # as the command does
    try:
        offers = arrange([sheet.parse(text, Terms())], TODAY)
        compiled.write(compiled.compile_deck(offers, "USD"), file)
    finally:
        gc.enable()


def _read_all(text: str) -> int:
    return sum(1 for _ in csv.reader(io.StringIO(text, newline="")))


def _ratio(one: Callable[[], object], other: Callable[[], object], pairs: int = PAIRS) -> float:
    one()  # what is read for the first time is no part of it
    return statistics.median(_cpu_seconds(one) / _cpu_seconds(other) for _ in range(pairs))


def _cpu_seconds(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


def figures() -> Iterator[tuple[str, float, float]]:
    """What `make bench` shows: a figure and the most that it may be."""
    found = measure_decks()
    yield f"deck of {PREFIXES:,} prefixes, import / reading its CSV", found.import_ratio, 60
    yield "deck ready / json load of it", found.ready_ratio, 0.1
    yield "deck lookup / dict walk", found.lookup_ratio, 2.5
    yield f"deck answers that a search denies, of {found.compared:,}", found.disagreements, 0
