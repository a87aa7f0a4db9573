"""What an export tells of stored items: plain values under the names that they are stored by.

A room lists one extract for each kind of item that it has of a person. Rows come in batches, each with the
place behind it, so that an export may stop and go on anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import Any, Literal

import msgspec
from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.pagination import ResultIterator

from chalicelib.core import clock, ends, scan
from chalicelib.core.scan import End, Number, Text
from chalicelib.core.subjects import Subject
from chalicelib.core.tables import IntegerAttribute, Item

FieldType = Literal["string", "integer", "boolean", "array", "object"]
Fields = Mapping[str, FieldType]
AT_ONCE = 100
"""Items that one request may ask for by their keys."""


@dataclass(frozen=True)
class Batch:
    """Some rows, and the place behind them; None: there are no more."""

    rows: list[dict[str, Any]]
    after: str | None = None


@dataclass(frozen=True)
class Extract:
    """One kind of things that a room has of a person: their fields, and how to read them behind a place.

    `also` names further categories, with the fields of theirs that such a row may have.
    """

    name: str
    category: str
    fields: Fields
    read: Callable[[Subject, str | None], Iterator[Batch]]
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def fields(model: type[Item], *, without: Collection[str] = ()) -> Fields:
    """What the rows of a model have, in the order in which it is written down."""
    known = model.get_attributes()
    assert set(without) <= set(known), f"{model.__name__} lacks what it leaves out"
    written = [name for one in reversed(model.__mro__) for name in vars(one) if name in known]
    return {name: _type(known[name]) for name in dict.fromkeys(written) if name not in without}


def row(item: Item, fields: Fields) -> dict[str, Any]:
    """An item's own fields, plain; what it does not have is left out."""
    values = ((name, plain(getattr(item, name))) for name in fields)
    return {name: value for name, value in values if value is not None}


def plain(value: Any) -> Any:
    """A stored value as JSON has it."""
    if isinstance(value, MapAttribute):
        return plain(value.attribute_values)
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, str) else value


def single(model: type[Item], fields: Fields, *key: str) -> Iterator[Batch]:
    """The one item of a key, if it lives."""
    found = model.living(*key)
    if found:
        yield Batch([row(found, fields)])


def listed(
    model: type[Item],
    fields: Fields,
    query: Callable[..., ResultIterator[Any]],
    after: str | None,
    keys: str | tuple[str, ...],
) -> Iterator[Batch]:
    """Living items that an index's query finds, whose keys begin with `keys`, each as it is now."""
    found = query(last_evaluated_key=json.loads(after) if after else None)
    hash_name = model._hash_keyname
    assert hash_name
    while known := list(islice(found, AT_ONCE)):
        wanted = [key for one in known if (key := str(getattr(one, hash_name))).startswith(keys)]
        items = [item for item in model.batch_get(wanted, consistent_read=True) if not item.expired()]
        at = found.last_evaluated_key or {}
        yield Batch([row(item, fields) for item in items], json.dumps(at) if at else None)
        if not at:
            return


def scanned(part: scan.Part, fields: Fields, after: str | None) -> Iterator[Batch]:
    """Every living item of a part of a partition, page by page; its fields are text and numbers alone."""
    read: Fields = {part.range_name: "string", **fields}
    names, values, place = tuple(fields), attrgetter(*fields), attrgetter(part.range_name)
    numbers = frozenset(name for name, type in fields.items() if type == "integer")
    now_seconds = clock.epoch_seconds(clock.now())
    for lines in scan.pages(part, _struct(tuple(read.items())), after=after):
        rows: list[dict[str, Any]] = [
            {
                name: _scanned(name, value, numbers)
                for name, value in zip(names, values(line), strict=True)
                if value is not None
            }
            for line in lines
        ]
        if rows:
            yield Batch(
                [one for one in rows if one.get("expires_at", now_seconds + 1) > now_seconds],
                place(lines[-1]).S,
            )


def _scanned(name: str, value: Any, numbers: frozenset[str]) -> int | str:
    if name == ends.END:
        return int(value.seconds)
    return int(value.N) if name in numbers else str(value.S)


@cache
def _struct(fields: tuple[tuple[str, FieldType], ...]) -> Any:
    assert {type for _, type in fields} <= {"string", "integer"}
    shapes: dict[str, Any] = {name: Number if type == "integer" else Text for name, type in fields}
    if ends.END in shapes:
        shapes[ends.END] = End
    typed = [(name, shape | None, None) for name, shape in shapes.items()]
    return msgspec.defstruct("Scanned", typed, gc=False)


def _type(attribute: Attribute[Any]) -> FieldType:
    match attribute:
        case IntegerAttribute():
            return "integer"
        case BooleanAttribute():
            return "boolean"
        case UnicodeAttribute():
            return "string"
        case ListAttribute() | UnicodeSetAttribute():
            return "array"
    return "object"
