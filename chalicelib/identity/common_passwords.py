"""Passwords that are tried first: a list of common ones, and what everybody knows of a person and of us.

The file holds, sorted, the first bytes of SHA-256 of each common password, casefolded;
infra/common_passwords.py makes it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from chalicelib.identity.rules import PASSWORD_MINIMUM

FILE = Path(__file__).parent / "common_passwords.bin"
WIDTH_BYTES = 6
SHORTEST_WORD = 4


def guessable(password: str, known_words: Iterable[str]) -> bool:
    """Whether a password is common, or would be no good one without the words that are known.

    Letters' case and their composition do not matter.
    """
    text = fold(password)
    rest = text
    for word in sorted({fold(word) for word in known_words}, key=lambda word: (-len(word), word)):
        rest = rest.replace(word, "") if len(word) >= SHORTEST_WORD else rest
    return is_common(text) or (rest != text and (len(rest) < PASSWORD_MINIMUM or is_common(rest)))


def words_of(address: str) -> set[str]:
    """An address, its two sides, and their parts."""
    local, _, domain = address.partition("@")
    return {address, local, domain, re.sub(r"[\W_]", "", local), *re.split(r"[\W_]+", address)}


def is_common(folded: str) -> bool:
    """Whether the list has it."""
    wanted, known = digest(folded), _known()
    at = bisect_left(range(len(known) // WIDTH_BYTES), wanted, key=lambda index: _entry(known, index))
    return _entry(known, at) == wanted


def fold(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def digest(folded: str) -> bytes:
    """What stands in the file for a password; of 2^48 values, one other in 2^34 is taken for a common one."""
    return hashlib.sha256(folded.encode()).digest()[:WIDTH_BYTES]


def _entry(known: bytes, index: int) -> bytes:
    return known[index * WIDTH_BYTES : (index + 1) * WIDTH_BYTES]


@cache
def _known() -> bytes:
    return FILE.read_bytes()
