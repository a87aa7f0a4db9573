"""Which prefixes belong to which real region and kind of line, from phonenumbers' own patterns.

A pattern says whether digits can still become a number of its kind (`regex` matches partially), so prefixes
are split digit by digit until all their numbers are of one region and one kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

FIXED, MOBILE, TOLL_FREE = "Fixed", "Mobile", "Toll-free"
NORTH_AMERICA, AREA_CODE_DIGITS = 1, 3
KIND_DIGITS = 3  # kinds that are still mixed after so many national digits count as mobile, the dearer
REGION_DIGITS = 7
WORLD = "001"


@dataclass(frozen=True)
class Line:
    """What a prefix leads to."""

    region: str
    kind: str


@dataclass(frozen=True)
class _Range:
    line: Line
    pattern: str
    leading_digits: str | None

    def can_hold(self, digits: str) -> bool:
        return _can_become(self.pattern, digits, whole=True) and (
            self.leading_digits is None or _can_become(self.leading_digits, digits, whole=False)
        )


def calling_codes() -> list[int]:
    """Every geographic calling code, in numeric order."""
    return sorted(code for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() if WORLD not in regions)


def prefixes(calling_code: int) -> dict[str, Line]:
    """Prefixes under a calling code and what they lead to; the longest prefix decides.

    North America has no row for +1 itself: an area code that is unknown has no price, rather than that of
    the United States.
    """
    split = _split("", _ranges(calling_code), AREA_CODE_DIGITS if calling_code == NORTH_AMERICA else 0)
    if calling_code != NORTH_AMERICA:
        usual = Line(COUNTRY_CODE_TO_REGION_CODE[calling_code][0], FIXED)
        split = {"": usual} | {digits: line for digits, line in split.items() if line != usual}
    return {f"{calling_code}{digits}": line for digits, line in sorted(split.items())}


def _ranges(calling_code: int) -> list[_Range]:
    """The ranges under a calling code; of equal ones the first region has the numbers, as in phonenumbers."""
    found: dict[tuple[str, str], _Range] = {}
    for region in COUNTRY_CODE_TO_REGION_CODE[calling_code]:
        metadata = PhoneMetadata.metadata_for_region(region)
        assert metadata is not None
        kinds = {FIXED: metadata.fixed_line, MOBILE: metadata.mobile, TOLL_FREE: metadata.toll_free}
        if str(metadata.mobile) == str(metadata.fixed_line):
            del kinds[MOBILE]  # the plan does not tell them apart
        for kind, numbers in kinds.items():
            if numbers is not None and (pattern := numbers.national_number_pattern):
                numbers_of = _Range(Line(region, kind), pattern, metadata.leading_digits)
                found.setdefault((kind, pattern), numbers_of)
    return list(found.values())


def _split(digits: str, wider: list[_Range], least_digits: int) -> dict[str, Line]:
    ranges = [numbers for numbers in wider if numbers.can_hold(digits)]
    if not ranges:
        return {}
    if len(digits) >= least_digits and (line := _line(digits, ranges)):
        return {digits: line}
    split: dict[str, Line] = {}
    for longer in _longer(digits):
        split |= _split(longer, ranges, least_digits)
    if len(digits) >= least_digits and len(set(split.values())) == 1:
        return {digits: next(iter(split.values()))}
    return split


def _line(digits: str, ranges: list[_Range]) -> Line | None:
    """The one line that these digits lead to, if that is known or long enough sought."""
    region = ranges[0].line.region
    kinds = [numbers.line.kind for numbers in ranges if numbers.line.region == region]
    one_region = len(kinds) == len(ranges)
    if len(ranges) > 1 and not (one_region and len(digits) >= KIND_DIGITS) and len(digits) < REGION_DIGITS:
        return None
    return Line(region, MOBILE if MOBILE in kinds else kinds[0])


def _longer(digits: str) -> Iterator[str]:
    return (digits + digit for digit in "0123456789")


def _can_become(pattern: str, digits: str, *, whole: bool) -> bool:
    compiled = _compiled(pattern)
    match = compiled.fullmatch if whole else compiled.match
    return match(digits, partial=True) is not None


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern)
