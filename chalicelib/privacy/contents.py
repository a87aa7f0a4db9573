"""What belongs into an export: asked of the rooms, and of the policy, which may leave a category out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.core.extracts import Extract
from chalicelib.policy import profile
from chalicelib.policy.terms import Category

LEFT_OUT = (
    (
        "Your password",
        "We only have a form of it that it can't be read from, and that is best seen by nobody.",
    ),
    (
        "Cookies and one-time links",
        "We only have fingerprints of them; what opens an account goes into no file.",
    ),
    (
        "Fingerprints of your addresses and numbers",
        "They keep an address or number from having two owners, and hold nothing that is not here already.",
    ),
    (
        "Legal holds",
        "Whether a case keeps data from being erased is told by who leads it, or by us where we may.",
    ),
    (
        "Counts of tries",
        "They lie under fingerprints that change by the hour and can't be traced back to you.",
    ),
)
"""What we hold and no export tells, and why."""


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
    return [extract for extract in extracts() if extract.category in told]


def categories(type: str) -> list[Category]:
    """Kinds of data that the policy has today, and gives out for this right."""
    return [one for one in profile.current().category if one.active and _given(one, type)]


def left_out(type: str) -> Iterator[dict[str, str]]:
    """What is missing, and why."""
    for what, why in LEFT_OUT:
        yield {"what": what, "why": why}
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
