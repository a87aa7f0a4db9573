"""Events of the API Gateway in the shape that a test wants, straight into the function."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from infra.local.events import api_event
from tests.harness.lambda_door import Answer, Context, application

REQUEST_ID = "request-1"


def event(method: str = "GET", path: str = "/api/health/live", **changed: Any) -> dict[str, Any]:
    """A plain request; `changed` replaces whole fields."""
    made = api_event(
        method,
        path,
        "",
        [],
        b"",
        resource=path,
        path_parameters={},
        request_id=REQUEST_ID,
        at=datetime(2026, 11, 5, tzinfo=UTC),
    )
    return {**made, **changed}


def enter(made: dict[str, Any]) -> Answer:
    """What the function answers to it."""
    result = application()(made, Context())
    headers = {name.lower(): value for name, value in result["headers"].items()}
    return Answer(result["statusCode"], result["body"], headers)
