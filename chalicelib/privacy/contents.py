"""What belongs into an export: asked of the rooms, and of the policy, which may leave a category out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from chalicelib.core.extracts import Extract
from chalicelib.policy import fields, profile
from chalicelib.policy.terms import Category
from chalicelib.privacy import kinds, omissions


def extracts() -> list[Extract]:
    """Every room's, each under a name of its own."""
    from chalicelib.calling import personal_data as calling
    from chalicelib.identity import personal_data as identity
    from chalicelib.money import personal_data as money
    from chalicelib.numbers import personal_data as numbers
    from chalicelib.privacy import personal_data as privacy

    rooms = (identity, numbers, calling, money, privacy)
    found = [extract for room in rooms for extract in room.EXTRACTS]
    assert len({extract.name for extract in found}) == len(found), "two extracts of one name"
    return found


def of(type: str) -> list[Extract]:
    """What an export for this right tells, in its order."""
    told = {category.id for category in categories(type)}
    return [_known(extract) for extract in extracts() if extract.category in told]


def categories(type: str) -> list[Category]:
    """Kinds of data that the policy has today, and gives out for this right."""
    return [one for one in profile.current().category if one.active and _given(one, type)]


def left_out(type: str) -> Iterator[dict[str, str]]:
    """What is missing, and why."""
    yield from omissions.told()
    for category in profile.current().category:
        if category.active and category.stores and not _given(category, type):
            yield {"what": category.title, "why": category.what}


def schema(extract: Extract) -> dict[str, Any]:
    """What an extract's JSON file looks like, for machines (JSON Schema)."""
    words = _words(extract.category)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": extract.name,
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                name: {"type": type, **({"description": words[name]} if name in words else {})}
                for name, type in extract.fields.items()
            },
            "additionalProperties": False,
        },
    }


def tells_of(category: Category, name: str) -> bool:
    """Whether an extract has fields of a category without items of its own, in a store that they share."""
    if "account" not in category.subjects:
        return False
    [extract] = [one for one in extracts() if one.name == name]
    stores = set(profile.current().category_of(extract.category).stores)
    attributes = {path for field in category.fields for path in category.attributes[field]}
    return bool(stores.intersection(category.stores) and attributes & set(extract.fields))


def _known(extract: Extract) -> Extract:
    """Without the fields of items that this policy collects nothing of: no column is empty for that."""
    stored = {part for paths in fields.stored().values() for path in paths for part in path.split(".")}
    of_items = {name for kind in kinds.kinds() for name in kind.model.get_attributes()}
    foreign = of_items - stored
    return replace(
        extract, fields={name: type for name, type in extract.fields.items() if name not in foreign}
    )


def _given(category: Category, type: str) -> bool:
    return category.export.portability if type == "portability" else category.export.access


def _words(category: str) -> dict[str, str]:
    """What the policy says of each attribute: this category's word before those of others."""
    policy = profile.current()
    found: dict[str, str] = {}
    for one in [policy.category_of(category), *policy.category]:
        for field, attributes in one.attributes.items():
            for attribute in attributes:
                found.setdefault(attribute.rpartition(":")[2].partition(".")[0], one.words[field])
    return found
