"""A cell is shown and never run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.spreadsheets import safe

WIDE = [chr(ord(sign) + 0xFEE0) for sign in "=+-@"]
"""What some spreadsheets take for the plain signs."""
LEADING = [*"=+-@\t\r\n '\";|%", *WIDE, "\u00a0", "\ufeff"]


@pytest.mark.parametrize("first", LEADING)
def test_what_may_begin_a_formula_is_told_to_be_text(first: str) -> None:
    for rest in ("cmd|' /C calc'!A0", "1+1", "SUM(A1)", ""):
        assert safe(first + rest) == f"'{first}{rest}"


@pytest.mark.parametrize(
    "harmless", ["", "+442079460958", "completed", "0.024", "GB", "Österreich", "2026-11-21T10:00:00Z"]
)
def test_numbers_and_words_stay_as_they_are(harmless: str) -> None:
    assert safe(harmless) == harmless


@pytest.mark.parametrize("almost", ["+44 20", "+44=1", "+", "+٤٤", "-44", "+44\n"])
def test_only_a_plus_before_plain_digits_is_a_phone_number(almost: str) -> None:
    assert safe(almost) == f"'{almost}"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"))))
def test_every_text_comes_back_from_the_file_and_begins_harmlessly(texts: list[str]) -> None:
    sheet = io.StringIO(newline="")
    csv.writer(sheet).writerow(["id", *map(safe, texts)])
    [row] = csv.reader(io.StringIO(sheet.getvalue(), newline=""))
    for text, cell in zip(texts, row[1:], strict=True):
        assert cell in (text, f"'{text}")
        assert not cell or cell[0].isalnum() or cell[0] == "'" or cell[1:].isdecimal()
