"""When an item ends: a number, by which DynamoDB deletes it (TTL), or a text, by which nothing does.

A legal hold keeps an item by writing its end as a text. Whoever reads it reads the same end from both, so
that what is past it is only stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.constants import NUMBER, STRING
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from chalicelib.core.tables import IntegerAttribute

END = "expires_at"
HELD = "held "


class EndAttribute(IntegerAttribute):
    """Epoch seconds, in either form; what a room writes is the number."""

    def get_value(self, value: dict[str, Any]) -> str:
        return str(seconds(value))


def seconds(value: Mapping[str, Any]) -> int:
    """An end as DynamoDB gives it, in epoch seconds."""
    return int(value["N"] if value.get("N") else value["S"].removeprefix(HELD))


def is_held(value: Mapping[str, Any]) -> bool:
    """Whether it is written so that nothing is deleted by it."""
    return bool(value.get("S"))


def written(end_seconds: int, *, held: bool) -> int | str:
    """An end in one of the two forms; those of one form compare as the moments do."""
    return f"{HELD}{end_seconds}" if held else end_seconds


def until(end_seconds: int) -> Condition:
    """That an item ends then or before, in whichever form."""
    past: Condition = until_as(end_seconds, held=False) | until_as(end_seconds, held=True)
    return past


def until_as(end_seconds: int, *, held: bool) -> Condition:
    """That an item ends then or before, and says so in this form."""
    past: Condition = _is(held=held) & (Path(END) <= written(end_seconds, held=held))
    return past


def after_as(end_seconds: int, *, held: bool) -> Condition:
    """That an item ends later, and says so in this form."""
    later: Condition = _is(held=held) & (Path(END) > written(end_seconds, held=held))
    return later


def _is(*, held: bool) -> Condition:
    return Path(END).is_type(STRING if held else NUMBER)
