"""What came in: an HTTP request as plain values, and who sent it."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv6Address, IPv6Network, ip_address
from secrets import token_hex
from typing import Any

from chalicelib.core import clock, ids, secrets

ORIGIN_HEADER = "x-origin-secret"


@dataclass(frozen=True)
class SignedIn:
    """The person behind a session. `status` is the account's: active, closed, or suspended."""

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
    """One request. `caller` is the gateway's word for who called it: mostly our own distribution."""

    id: str
    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: bytes
    caller: str
    idempotency: Idempotency = field(default_factory=Idempotency)

    def cookie(self, name: str) -> str | None:
        for part in self.headers.get("cookie", "").split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
        return None

    @property
    def opts_out(self) -> bool:
        """Whether the browser asks by itself not to sell or share (Global Privacy Control)."""
        return self.headers.get("sec-gpc", "").strip() == "1"

    @property
    def source(self) -> str:
        """The network that this came from: an IPv4 address, or the first 64 bits of an IPv6 one.

        Our distribution adds its viewer and the gateway adds the distribution to X-Forwarded-For. Whatever
        stands before them is the viewer's own invention, and all of it is without the distribution's secret.
        """
        through = self.headers.get("x-forwarded-for", "").split(",")
        viewer = _network(through[-2]) if len(through) > 1 and self._through_our_distribution() else None
        return viewer or _network(self.caller) or "unknown"

    def _through_our_distribution(self) -> bool:
        given = self.headers.get(ORIGIN_HEADER, "").encode()
        return bool(given) and any(
            hmac.compare_digest(secret.encode(), given) for secret in secrets.current().origin_secrets or ()
        )

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
        caller=context.get("identity", {}).get("sourceIp", ""),
    )


def _network(text: str) -> str | None:
    """Who has one IPv6 address mostly has the 2^64 around it."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or IPv6Network((int(address) >> 64 << 64, 64)))
    return str(address)
