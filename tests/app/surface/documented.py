"""What the API document says of a route's answers."""

from __future__ import annotations

from functools import cache
from typing import Any

from chalicelib.core.doors import Door
from tests.harness.lambda_door import Answer, ask


@cache
def document() -> dict[str, Any]:
    told: dict[str, Any] = ask("GET", "/api/openapi.json").json
    return told


def is_documented(door: Door, answer: Answer) -> bool:
    """Its status, and for that status its media type."""
    told = document()["paths"][door.path][door.method.lower()]["responses"].get(str(answer.status))
    if told is None or "content" not in told:
        return told is not None and answer.text == ""
    return answer.headers["content-type"].partition(";")[0] in told["content"]
