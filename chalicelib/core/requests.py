"""What came in: an HTTP request as plain values, and who sent it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any

from chalicelib.core import clock, ids


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
class Idempotency:
    """What names a request's own things: the same names when it runs again under its key."""

    seed: str = field(default_factory=lambda: token_hex(16))
    at: datetime = field(default_factory=clock.now)

    def derive(self, prefix: str) -> str:
        """An id for what this request makes, one for each prefix."""
        return ids.derived(prefix, self.at, self.seed)


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
    idempotency: Idempotency = field(default_factory=Idempotency)

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
