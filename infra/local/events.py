"""HTTP requests as API Gateway REST proxy events, and a function's answers as HTTP.

Pure: the local gateway and the tests that drive the doors in process build the same events.
The shapes are those of the REST API (payload v1): the path and its parameters stay percent-encoded,
the query is decoded, and of a repeated header or query name the last value is the single one.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl

Event = dict[str, Any]
Headers = Sequence[tuple[str, str]]

STAGE = "live"
ACCOUNT_ID = "000000000000"
API_ID = "local"


@dataclass(frozen=True)
class Match:
    """The resource that answers a path, and what its placeholders stand for (still percent-encoded)."""

    resource: str
    path_parameters: Mapping[str, str]


class Routes:
    """The methods of each resource, matched as API Gateway does: a literal segment before a placeholder."""

    def __init__(self, methods_by_resource: Mapping[str, Iterable[str]]) -> None:
        by_precedence = sorted(
            methods_by_resource, key=lambda resource: [part.startswith("{") for part in resource.split("/")]
        )
        self._patterns = [
            (_pattern(resource), resource, frozenset(methods_by_resource[resource]))
            for resource in by_precedence
        ]

    def match(self, method: str, path: str) -> Match | None:
        """None when nothing answers that path by that method; a trailing slash does not matter."""
        for pattern, resource, methods in self._patterns:
            found = pattern.fullmatch(path)
            if found and method in methods:
                return Match(resource, found.groupdict())
        return None


def _pattern(resource: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", resource.rstrip("/"))
    literals_and_names = [
        f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    ]
    return re.compile("".join(literals_and_names) + "/?")


def api_event(
    method: str,
    path: str,
    query: str,
    headers: Headers,
    body: bytes,
    *,
    resource: str,
    path_parameters: Mapping[str, str],
    request_id: str,
    at: datetime,
    source_ip: str = "127.0.0.1",
    binary_types: Iterable[str] = (),
) -> Event:
    """The proxy event of one request; `path` and `query` as they came over the wire, `at` aware UTC."""
    named = _grouped((_canonical(name), value) for name, value in headers)
    asked = _grouped(parse_qsl(query, keep_blank_values=True))
    text, is_base64 = _body(body, _last(named).get("Content-Type", ""), binary_types)
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": _last(named) or None,
        "multiValueHeaders": named or None,
        "queryStringParameters": _last(asked) or None,
        "multiValueQueryStringParameters": asked or None,
        "pathParameters": dict(path_parameters) or None,
        "stageVariables": None,
        "requestContext": {
            **_caller(_last(named), source_ip),
            "accountId": ACCOUNT_ID,
            "apiId": API_ID,
            "extendedRequestId": request_id,
            "httpMethod": method,
            "path": f"/{STAGE}{path}",
            "protocol": "HTTP/1.1",
            "requestId": request_id,
            "requestTime": at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "requestTimeEpoch": int(at.timestamp() * 1000),
            "resourceId": resource,
            "resourcePath": resource,
            "stage": STAGE,
        },
        "body": text,
        "isBase64Encoded": is_base64,
    }


def _caller(headers: Mapping[str, str], source_ip: str) -> Event:
    host = headers.get("Host", "")
    return {
        "domainName": host,
        "domainPrefix": host.split(".", maxsplit=1)[0],
        "identity": {"sourceIp": source_ip, "userAgent": headers.get("User-Agent")},
    }


def _canonical(name: str) -> str:
    # Servers hand header names over in lower case; clients mostly send them like this.
    return "-".join(part.capitalize() for part in name.split("-"))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _last(values: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: all_of_them[-1] for name, all_of_them in values.items()}


def _body(body: bytes, content_type: str, binary_types: Iterable[str]) -> tuple[str | None, bool]:
    if not body:
        return None, False
    media_type = content_type.split(";", maxsplit=1)[0].strip().lower()
    if not any(fnmatchcase(media_type, binary) for binary in binary_types):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass  # text would lose it
    return base64.b64encode(body).decode(), True


@dataclass(frozen=True)
class Reply:
    """What goes back over the wire; header names in lower case."""

    status: int
    headers: Headers
    body: bytes


def http_reply(result: Any) -> Reply:
    """The HTTP form of a proxy function's result; TypeError for one that API Gateway calls malformed."""
    if not isinstance(result, dict) or not isinstance(result.get("statusCode"), int):
        raise TypeError("the function's result has no status code")
    body = "" if result.get("body") is None else result["body"]
    if not isinstance(body, str):
        raise TypeError("the function's body is not text")
    multiple = {name.lower(): values for name, values in (result.get("multiValueHeaders") or {}).items()}
    single = {name.lower(): [value] for name, value in (result.get("headers") or {}).items()}
    headers = [(name, str(value)) for name, values in {**single, **multiple}.items() for value in values]
    if not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", "application/json"))
    content = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    return Reply(result["statusCode"], headers, content)
