"""What the reader of shapes says, told to people who write policies."""

from __future__ import annotations

import re
from typing import Any, Literal, get_args, get_origin

from chalicelib.policy import calendar, vocabulary
from infra.policy.faults import Fault

STRICT = "What is not understood word for word cannot be obeyed."
PATTERNS = {
    calendar.PATTERN: (
        "a duration",
        "Write a duration such as P30D, P1M, P7Y, PT2H or P10BD (business days).",
    ),
    vocabulary.DAY: ("a date", "Write a date such as 2026-03-01, in quotes."),
    vocabulary.COUNTRY: (
        "a country",
        "Write the country's two capital letters, such as US.",
    ),
    vocabulary.ID: (
        "an id",
        "Use small letters, digits and underscores, such as call_record.",
    ),
}


def unreadable(message: str) -> Fault:
    """A file that is no TOML; the reader's message ends with the place."""
    return Fault(
        "",
        f"The file cannot be read: {message}.",
        "It must be TOML.",
        "Correct what stands there.",
        int(at[1]) if (at := re.search(r"at line (\d+)", message)) else None,
    )


def fault(rule: str, message: str, value: Any, hint: Any) -> Fault:
    """A fault in sentences. `message` is the reader's own, `value` what stands there, `hint` what may."""
    if missing := re.fullmatch(r"Object missing required field `(\w+)`", message):
        return Fault(
            rule,
            f"{_subject(rule)} does not say its {missing[1]!r}.",
            "A policy decides; nothing is guessed.",
            f"Add {missing[1]!r}.",
        )
    if unknown := re.fullmatch(r"Object contains unknown field `(\w+)`", message):
        return Fault(
            f"{rule}.{unknown[1]}" if rule else unknown[1],
            f"{unknown[1]!r} is no word that {_subject(rule, small=True)} knows.",
            STRICT,
            "Correct or remove it; chalicelib/policy/terms.py and infra/policy/model.py have the words.",
        )
    if message.startswith("Invalid enum value"):
        return Fault(rule, f"{value!r} cannot stand as {_subject(rule, small=True)}.", STRICT, _choice(hint))
    for pattern, (what, do) in PATTERNS.items():
        if message == f"Expected `str` matching regex {pattern!r}":
            return Fault(rule, f"{value!r} is not {what}.", STRICT, do)
    return Fault(
        rule,
        f"{value!r} cannot stand as {_subject(rule, small=True)}.",
        STRICT,
        f"{message}.".replace("`", ""),
    )


def _subject(rule: str, *, small: bool = False) -> str:
    if not rule:
        return "the file" if small else "The file"
    return rule


def _choice(hint: Any) -> str:
    options = [hint, *get_args(hint)]
    words = [word for option in options if get_origin(option) is Literal for word in get_args(option)]
    return f"Choose one of: {', '.join(words)}." if words else "Choose a word that is known."
