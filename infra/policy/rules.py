"""Rule ids: every decision of a policy by the path to it, in which list entries have names. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from infra.policy.lines import NAMES


def document(value: Any) -> Any:
    """Plain data of a shape, in which sets are lists in order."""
    return msgspec.to_builtins(value, order="sorted")


def walk(value: Any, rule: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is no list or table itself, with its rule id."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, _join(rule, key))
    elif isinstance(value, list):
        for entry in value:
            yield from walk(entry, _join(rule, name) if (name := name_of(entry)) else rule)
    else:
        yield rule, value


def holds(value: Any, rule: str) -> bool:
    """Whether a document has a rule of this id; names may hold no dot."""
    first, _, rest = rule.partition(".")
    if isinstance(value, dict):
        return first in value and (not rest or holds(value[first], rest))
    if isinstance(value, list):
        named = [entry for entry in value if first in (entry, name_of(entry))]
        return any(not rest or holds(entry, rest) for entry in named)
    return False


def name_of(entry: Any) -> str | None:
    """What an entry of a list is called."""
    named = [entry[key] for key in NAMES if key in entry] if isinstance(entry, dict) else []
    return str(named[0]) if named else None


def _join(rule: str, part: str) -> str:
    return f"{rule}.{part}" if rule else part
