"""API Gateway events of requests, and HTTP replies of results."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.events import Match, Routes, api_event, http_reply


def _event(**changes: Any) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": "POST",
        "path": "/api/calls/c%2F1",
        "query": "",
        "headers": [("host", "127.0.0.1:8000"), ("content-type", "application/json")],
        "body": b"{}",
        "resource": "/api/calls/{id}",
        "path_parameters": {"id": "c%2F1"},
        "request_id": "r-1",
        "at": datetime(2026, 11, 21, 12, 30, tzinfo=UTC),
    }
    request |= changes
    wire = [request.pop(name) for name in ("method", "path", "query", "headers", "body")]
    return api_event(*wire, **request)


def test_a_repeated_query_name_keeps_all_values_and_its_last_is_the_single_one() -> None:
    event = _event(query="a=1&b=%2B+x&a=2&empty=")
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": ["+ x"], "empty": [""]}
    assert event["queryStringParameters"] == {"a": "2", "b": "+ x", "empty": ""}


def test_no_query_no_body_and_no_placeholders_are_null() -> None:
    event = _event(query="", body=b"", path_parameters={})
    names = ("queryStringParameters", "multiValueQueryStringParameters", "body", "pathParameters")
    assert [event[name] for name in names] == [None] * 4
    assert event["isBase64Encoded"] is False


def test_a_repeated_header_keeps_all_values_and_its_last_is_the_single_one() -> None:
    event = _event(
        headers=[("x-forwarded-for", "1.1.1.1"), ("cookie", "a=1"), ("x-forwarded-for", "2.2.2.2")]
    )
    assert event["multiValueHeaders"]["X-Forwarded-For"] == ["1.1.1.1", "2.2.2.2"]
    assert event["headers"] == {"X-Forwarded-For": "2.2.2.2", "Cookie": "a=1"}


def test_the_path_and_its_parameters_stay_percent_encoded() -> None:
    event = _event()
    assert event["path"] == "/api/calls/c%2F1"
    assert event["pathParameters"] == {"id": "c%2F1"}
    assert event["requestContext"]["path"] == "/live/api/calls/c%2F1"
    assert event["requestContext"]["resourcePath"] == "/api/calls/{id}"


def test_the_context_names_the_request_its_time_and_its_source() -> None:
    context = _event(source_ip="127.0.0.9")["requestContext"]
    assert context["requestId"] == "r-1"
    assert context["requestTimeEpoch"] == 1795264200000
    assert context["requestTime"] == "21/Nov/2026:12:30:00 +0000"
    assert context["identity"]["sourceIp"] == "127.0.0.9"
    assert context["stage"] == "live"


def test_a_text_body_is_passed_as_it_is() -> None:
    event = _event(body="née".encode())
    assert (event["body"], event["isBase64Encoded"]) == ("née", False)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("image/png", b"abc"), ("image/png; x=y", b"abc"), ("application/json", b"\xff\xfe")],
)
def test_a_binary_type_and_a_body_that_is_no_text_travel_as_base64(content_type: str, body: bytes) -> None:
    event = _event(headers=[("Content-Type", content_type)], body=body, binary_types=["image/*"])
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body


ROUTES = Routes(
    {
        "/": ["GET"],
        "/api/calls/{id}": ["GET", "DELETE"],
        "/api/calls/summary": ["GET"],
        "/api/{area}/csv": ["GET"],
        "/api/calls.csv": ["GET"],
    }
)


def test_a_literal_segment_goes_before_a_placeholder() -> None:
    assert ROUTES.match("GET", "/api/calls/summary") == Match("/api/calls/summary", {})
    assert ROUTES.match("GET", "/api/calls/c1") == Match("/api/calls/{id}", {"id": "c1"})
    assert ROUTES.match("GET", "/api/numbers/csv") == Match("/api/{area}/csv", {"area": "numbers"})


def test_an_encoded_slash_stays_inside_its_placeholder() -> None:
    assert ROUTES.match("GET", "/api/calls/a%2Fb") == Match("/api/calls/{id}", {"id": "a%2Fb"})


def test_a_trailing_slash_does_not_matter() -> None:
    assert ROUTES.match("GET", "/api/calls/c1/") == Match("/api/calls/{id}", {"id": "c1"})
    assert ROUTES.match("GET", "/") == Match("/", {})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/calls/c1"),
        ("GET", "/api/calls/"),
        ("GET", "/api/callsxcsv"),
        ("GET", "/api/calls/c1/x"),
    ],
)
def test_what_no_resource_answers_matches_nothing(method: str, path: str) -> None:
    assert ROUTES.match(method, path) is None


def test_a_reply_carries_single_and_multiple_headers() -> None:
    reply = http_reply(
        {
            "statusCode": 201,
            "headers": {"X-One": "1", "Set-Cookie": "lost"},
            "multiValueHeaders": {"set-cookie": ["a=1", "b=2"]},
            "body": "née",
        }
    )
    assert reply.status == 201
    assert sorted(reply.headers) == [
        ("content-type", "application/json"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("x-one", "1"),
    ]
    assert reply.body == "née".encode()


def test_a_base64_reply_is_sent_as_bytes() -> None:
    body = base64.b64encode(b"\x00\xff").decode()
    assert http_reply({"statusCode": 200, "body": body, "isBase64Encoded": True}).body == b"\x00\xff"


@pytest.mark.parametrize("result", [None, "text", {}, {"statusCode": "200"}, {"statusCode": 200, "body": {}}])
def test_a_malformed_result_is_refused(result: object) -> None:
    with pytest.raises(TypeError, match="function's"):
        http_reply(result)
