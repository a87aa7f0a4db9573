"""Cells that a spreadsheet shows and never runs."""

from __future__ import annotations

import re

PHONE_NUMBER = re.compile(r"\+[0-9]+")


def safe(text: str) -> str:
    """The text, or with an apostrophe before it where a spreadsheet may take it for a formula.

    A plus before digits alone is a phone number and stays as it is.
    """
    if not text or text[0].isalnum() or PHONE_NUMBER.fullmatch(text):
        return text
    return f"'{text}"
