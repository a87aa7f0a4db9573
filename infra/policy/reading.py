"""Sources read from TOML, strictly: every entry is looked at, so that all that is wrong is told at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from infra.policy import wording
from infra.policy.faults import Fault
from infra.policy.lines import NAMES

T = TypeVar("T", bound=msgspec.Struct)
AT = re.compile(r" - at `\$([^`]*)`$")
STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")


def read(text: str, shape: type[T]) -> tuple[T | None, list[Fault]]:
    """A file's content in its shape, or None with all that is wrong with it."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [wording.unreadable(str(error))]
    try:
        return msgspec.convert(raw, shape), []
    except msgspec.ValidationError:
        return None, list(_piece_by_piece(raw, shape))


def _piece_by_piece(raw: dict[str, Any], shape: type) -> Iterator[Fault]:
    """An error hides those behind it: so every entry of every list is converted alone, and then the rest."""
    rest = dict(raw)
    for key, hint in get_type_hints(shape).items():
        entries = raw.get(key)
        (item,) = get_args(hint) if get_origin(hint) is list else (None,)
        if isinstance(item, type) and issubclass(item, msgspec.Struct) and isinstance(entries, list):
            rest[key] = []
            for number, entry in enumerate(entries):
                yield from _try(entry, item, f"{key}.{_name(entry, number)}")
    yield from _try(rest, shape, "")


def _try(value: Any, shape: type, rule: str) -> Iterator[Fault]:
    try:
        msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        message = str(error)
        path = match[1] if (match := AT.search(message)) else ""
        steps = [name or number for name, number in STEP.findall(path)]
        names = [step for step in steps if not step.isdigit() and step != "..."]
        where = ".".join([part for part in (rule, *names) if part])
        yield wording.fault(where, AT.sub("", message), _at(value, steps), _hint(shape, steps))


def _name(entry: Any, number: int) -> str:
    named = [str(entry[key]) for key in NAMES if key in entry] if isinstance(entry, dict) else []
    return named[0] if named else str(number + 1)


def _at(value: Any, steps: list[str]) -> Any:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit():
            value = value[int(step)]
        else:
            return None
    return value


def _hint(shape: Any, steps: list[str]) -> Any:
    """What may stand at the end of these steps, as far as it can be told."""
    for step in steps:
        options = [part for part in (shape, *get_args(shape)) if isinstance(part, type)]
        structs = [part for part in options if issubclass(part, msgspec.Struct)]
        if structs and not step.isdigit() and step != "...":
            shape = get_type_hints(structs[0]).get(step)
        elif get_args(shape):
            shape = get_args(shape)[-1 if step == "..." else 0]
    return shape
