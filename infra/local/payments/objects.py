"""Objects in the provider's shapes: every field of them, with what it holds unless something is known."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from infra.local.store import Document

_BLANK: dict[str, Document] = json.loads((Path(__file__).parent / "objects.json").read_text())


def part(kind: str) -> Document:
    """An object inside another one, such as a card."""
    return copy.deepcopy(_BLANK[kind])


def new(kind: str, id: str, created: int, **values: Any) -> Document:
    """A fresh object with the given fields; `created` in epoch seconds where the kind has it."""
    blank = part(kind)
    if "created" in blank:
        blank["created"] = created
    return {"id": id, "object": kind, **blank, **values}
