"""Card numbers in free text: known by issuer, length and check digit, so that none is ever stored or logged.

Phone numbers are none: up to 15 digits behind a plus sign are left alone, and so are 13 digits, a length that
cards have not had for years and many phones have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SHORTEST, LONGEST = 14, 19
LONGEST_PHONE = 15
DIGITS = re.compile(r"[0-9]+")
CHAIN = re.compile(r"(?<!\w)\+?[0-9]+(?:[ \u00a0\u2009\u2010-\u2015-][0-9]+)*(?!\w)")
# The first digits of each network, and how many digits its cards have.
ISSUERS = (
    (re.compile(r"4"), {16, 19}),
    (re.compile(r"5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)"), {16}),
    (re.compile(r"3[47]"), {15}),
    (re.compile(r"3(?:0[0-5]|095|[689])"), {14, 16, 19}),
    (re.compile(r"35(?:2[89]|[3-8])|6(?:011|4[4-9]|5|2)|81"), {16, 17, 18, 19}),
    (re.compile(r"50|5[6-8]|6[0378]|220[0-5]"), {16, 17, 18, 19}),
)


def held_by(text: str) -> bool:
    """Whether a text holds what must be taken for a card number."""
    return next(_found(text), None) is not None


def masked(text: str) -> str:
    """The text with each card number gone."""
    for start, end in reversed(list(_found(text))):
        text = f"{text[:start]}[card number]{text[end:]}"
    return text


def _found(text: str) -> Iterator[tuple[int, int]]:
    """Where card numbers stand: in one run of digits, or in neighbouring groups of them."""
    if len(text) < SHORTEST:
        return
    for chain in CHAIN.finditer(text):
        groups = list(DIGITS.finditer(text, *chain.span()))
        length = sum(len(group[0]) for group in groups)
        if length < SHORTEST or (chain[0][0] == "+" and length <= LONGEST_PHONE):
            continue
        ended = chain.start()
        for first, group in enumerate(groups):
            if group.start() < ended:
                continue
            digits = ""
            for last in groups[first:]:
                digits += last[0]
                if len(digits) > LONGEST:
                    break
                if _is_card(digits):
                    ended = last.end()
                    yield group.start(), ended
                    break


def _is_card(digits: str) -> bool:
    issued = any(len(digits) in lengths and issuer.match(digits) for issuer, lengths in ISSUERS)
    return issued and _checks(digits)


def _checks(digits: str) -> bool:
    """The check digit that every card number ends with (ISO/IEC 7812, Luhn)."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0
