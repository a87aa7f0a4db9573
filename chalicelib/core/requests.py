"""What came in: an HTTP request as plain values, and who sent it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class SignedIn:
    """The person behind a session. `status` is the account's: active, or suspended during a deletion."""

    session_id: str
    user_id: str
    account_id: str
    status: str
    signed_in_at: datetime
    csrf_token: str


@dataclass(frozen=True)
class Incoming:
    """One request. `source` is the gateway's word for where it came from, never a header's."""

    id: str
    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: bytes
    source: str

    def cookie(self, name: str) -> str | None:
        for part in self.headers.get("cookie", "").split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
        return None

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def read(request: Any) -> Incoming:
    """From Chalice's request."""
    context = request.context
    return Incoming(
        id=context.get("requestId", ""),
        method=request.method,
        path=request.to_original_event()["path"],
        headers={name.lower(): value for name, value in request.headers.items()},
        query={name: request.query_params.getlist(name) for name in request.query_params or {}},
        body=request.raw_body,
        source=context.get("identity", {}).get("sourceIp", ""),
    )
