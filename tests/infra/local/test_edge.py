"""What CloudFront and API Gateway add, read from the templates."""

from __future__ import annotations

import json

import pytest

from infra.local import edge
from infra.local.events import Reply

EDGE = edge.read()


def test_the_api_has_its_three_prefixes() -> None:
    assert sorted(EDGE.api_prefixes) == ["/.well-known/", "/api/", "/v1/"]
    assert EDGE.is_api("/.well-known/gpc.json")
    assert not EDGE.is_api("/verify")


def test_the_page_gets_every_security_header() -> None:
    assert EDGE.page_headers["x-content-type-options"] == "nosniff"
    assert EDGE.page_headers["x-frame-options"] == "DENY"
    assert EDGE.page_headers["referrer-policy"] == "no-referrer"
    assert EDGE.page_headers["content-security-policy"].startswith("default-src 'self'")
    assert "microphone=(self)" in EDGE.page_headers["permissions-policy"]


def test_a_refusal_names_its_request() -> None:
    reply = EDGE.refusal("MISSING_AUTHENTICATION_TOKEN", "r-1")
    assert reply.status == 404
    assert json.loads(reply.body)["request_id"] == "r-1"
    assert dict(reply.headers)["content-type"] == "application/problem+json"
    assert dict(reply.headers)["content-security-policy"] == "sandbox"


@pytest.mark.parametrize(
    ("kind", "status", "type"),
    [("REQUEST_TOO_LARGE", 413, "too-large"), ("INTEGRATION_TIMEOUT", 504, "unexpected")],
)
def test_a_refusal_tells_the_status_that_it_has(kind: str, status: int, type: str) -> None:
    reply = EDGE.refusal(kind, "r-1")
    told = json.loads(reply.body)
    assert (reply.status, told["status"], told["type"]) == (status, status, type)


def test_what_the_application_says_itself_stays() -> None:
    dressed = EDGE.dressed(Reply(200, [("x-frame-options", "SAMEORIGIN")], b""))
    assert [value for name, value in dressed.headers if name == "x-frame-options"] == ["SAMEORIGIN"]
