"""The Lambda entry point, asked with the events that API Gateway sends."""

from __future__ import annotations

import importlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from infra.local.events import Routes, api_event, http_reply


@dataclass(frozen=True)
class Answer:
    """What came back; `headers` in lower case, a repeated one's last value."""

    status: int
    text: str
    headers: dict[str, str]
    cookies: list[str] = field(default_factory=list)

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Context:
    """What Lambda tells a function of itself."""

    function_name = "test"
    function_version = "$LATEST"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:test"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 28_000


def ask(
    method: str,
    path: str,
    *,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    source: str = "127.0.0.1",
) -> Answer:
    """One request through app.py's entry point; LookupError for a path that the gateway does not know."""
    match = _routes().match(method, path)
    if match is None:
        raise LookupError(f"no route {method} {path}")
    event = api_event(
        method,
        path,
        query,
        list((headers or {}).items()),
        body,
        resource=match.resource,
        path_parameters=match.path_parameters,
        request_id=str(uuid.uuid4()),
        at=datetime.now(UTC),
        source_ip=source,
        binary_types=application().api.binary_types,
    )
    reply = http_reply(application()(event, Context()))
    cookies = [value for name, value in reply.headers if name == "set-cookie"]
    return Answer(reply.status, reply.body.decode(), dict(reply.headers), cookies)


def run_schedule(name: str) -> Any:
    """One run of a scheduled function, with the event that EventBridge sends."""
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-11-21T00:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": {},
    }
    application()
    return getattr(importlib.import_module("app"), name)(event, Context())


@cache
def application() -> Any:
    """The Chalice application, imported once."""
    return importlib.import_module("app").app


@cache
def _routes() -> Routes:
    return Routes({path: list(methods) for path, methods in application().routes.items()})
