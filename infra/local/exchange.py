"""One HTTP exchange as plain values, so that a stand-in can be hosted by a server or called in process."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Asked:
    """A request as it came in; header names are lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def parameters(self) -> list[tuple[str, str]]:
        """The query's pairs in order, blank values kept."""
        return parse_qsl(self.query, keep_blank_values=True)

    def form(self) -> list[tuple[str, str]]:
        """The form body's pairs in order, blank values kept."""
        return parse_qsl(self.body.decode(), keep_blank_values=True)


@dataclass(frozen=True)
class Answered:
    """A response; `body` is sent as it is."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, value: Any, headers: Mapping[str, str] | None = None) -> Answered:
        return cls(
            status, json.dumps(value).encode(), {"content-type": "application/json", **(headers or {})}
        )

    @classmethod
    def html(cls, status: int, page: str) -> Answered:
        return cls(status, page.encode(), {"content-type": "text/html; charset=utf-8"})


Deliver = Callable[[str, bytes, Mapping[str, str]], Answered]
"""Posts a webhook: (url, body, headers) -> the receiver's answer; raises OSError when nobody answers."""
