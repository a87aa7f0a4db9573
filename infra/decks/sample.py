"""The sample deck: every country's prefixes at invented but plausible prices, always the same ones.

For laptops and trial stages only; a live stage refuses to start on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import phonenumbers

from chalicelib.money.rates import Rate

from . import numbering
from .numbering import FIXED, MOBILE, TOLL_FREE, Line

SHEET = Path(__file__).parent / "sample.csv"
CURRENCY = "USD"
EFFECTIVE_FROM = date(2026, 1, 1)
NAMELESS = {"AC": "Ascension Island", "TA": "Tristan da Cunha", "XK": "Kosovo"}
NEAR = {"US", "CA", "PR"}
# Micros a minute by the world zone of the calling code: (fixed from, fixed to, mobile from, mobile to).
ZONES = {
    "1": (90_000, 260_000, 120_000, 320_000),
    "2": (110_000, 420_000, 140_000, 480_000),
    "3": (14_000, 60_000, 28_000, 240_000),
    "4": (12_000, 55_000, 24_000, 220_000),
    "5": (18_000, 140_000, 32_000, 230_000),
    "6": (20_000, 380_000, 34_000, 420_000),
    "7": (24_000, 120_000, 60_000, 210_000),
    "8": (18_000, 160_000, 22_000, 190_000),
    "9": (22_000, 210_000, 30_000, 260_000),
}
STEPS = [(60, 60, 0), (30, 6, 30), (1, 1, 0)]
CONNECT_FEE_MICROS = 10_000


def rates() -> Iterator[Rate]:
    """Every row of the sample deck, by calling code."""
    for calling_code in numbering.calling_codes():
        yield from rates_under(calling_code)


def rates_under(calling_code: int) -> Iterator[Rate]:
    """The rows of one calling code."""
    for prefix, line in numbering.prefixes(calling_code).items():
        yield _rate(prefix, line)


def _rate(prefix: str, line: Line) -> Rate:
    first, following, minimum = STEPS[_draw(line.region, "steps") % len(STEPS)]
    charges_connect = line.kind == MOBILE and _draw(line.region, "connect") % 8 == 0
    return Rate(
        prefix=prefix,
        country=line.region,
        description=f"{_name(line.region)} - {line.kind}",
        price_micros=_price_micros(prefix, line),
        connect_fee_micros=CONNECT_FEE_MICROS if charges_connect else 0,
        increment_first_seconds=first,
        increment_next_seconds=following,
        minimum_seconds=minimum,
        deck_version="",
        currency=CURRENCY,
    )


def _price_micros(prefix: str, line: Line) -> int:
    if line.kind == TOLL_FREE:
        return 0
    if line.region in NEAR:
        return 12_000
    fixed_from, fixed_to, mobile_from, mobile_to = ZONES[prefix[0]]
    low, high = (fixed_from, fixed_to) if line.kind == FIXED else (mobile_from, mobile_to)
    return low + _draw(line.region, line.kind) % ((high - low) // 500 + 1) * 500


def _draw(*words: str) -> int:
    """A number that looks random and is the same everywhere and always."""
    return int.from_bytes(hashlib.sha256(" ".join(words).encode()).digest()[:8])


def _name(region: str) -> str:
    names = _country_names().get(region, {})
    name = names.get("en", "")
    if name.startswith("*"):  # as in that other language
        name = names[name[1:]]
    return name or NAMELESS[region]


@cache
def _country_names() -> dict[str, dict[str, str]]:
    """phonenumbers' table of country names, without its package, which takes seconds to read all towns."""
    path = Path(phonenumbers.__file__).parent / "geodata" / "locale.py"
    spec = spec_from_file_location("phonenumbers.geodata.locale", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    names: dict[str, dict[str, str]] = module.LOCALE_DATA
    return names
