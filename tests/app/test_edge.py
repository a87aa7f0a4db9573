"""The outermost edge: one shape and one set of headers for every answer, and nothing personal in the log."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any
from unittest import mock

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.core import reference
from chalicelib.core.api import HEADERS
from chalicelib.core.errors import ProviderError
from chalicelib.money import ledger
from tests.harness.browser import Browser
from tests.harness.gateway_events import REQUEST_ID, enter, event
from tests.harness.killpoints import intercepted, refusal, refusing
from tests.harness.lambda_door import Answer, ask
from tests.harness.logged import logged
from tests.harness.stage import Stage

CANARY = "+15550170042"


def is_problem(answer: Answer, status: int, kind: str) -> bool:
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json
    assert set(problem) == {"type", "title", "status", "detail", "request_id"}
    assert all(problem.values())
    return (answer.status, problem["status"], problem["type"]) == (status, status, kind)


def has_headers(answer: Answer) -> bool:
    return all(answer.headers.get(name.lower()) == value for name, value in HEADERS.items())


def test_an_answer_of_any_kind_has_the_security_headers(browser: Browser) -> None:
    browser.sign_up()
    answers = [
        browser.get("/api/health/live"),
        browser.get("/api/calls.csv"),
        browser.get("/api/openapi.json"),
        browser.post("/api/auth/logout"),
        browser.get("/api/me"),
        browser.post("/api/webhooks/stripe", {}),
    ]
    assert [answer.status for answer in answers] == [200, 200, 200, 204, 401, 403]
    assert all(has_headers(answer) for answer in answers)
    assert "script" not in HEADERS["Content-Security-Policy"]


def test_a_page_has_its_own_content_policy_and_no_script(stage: Stage) -> None:
    answer = ask("GET", "/api/docs")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("made", "status", "kind"),
    [
        (event("PATCH"), 405, "method-not-allowed"),
        (
            {**event(), "requestContext": {**event()["requestContext"], "resourcePath": "/api/nowhere"}},
            405,
            "method-not-allowed",
        ),
        ({**event(), "requestContext": {"requestId": REQUEST_ID}}, 500, "unexpected"),
    ],
    ids=["method", "unknown route", "no route"],
)
def test_the_frameworks_own_refusals_are_problems_too(made: dict[str, Any], status: int, kind: str) -> None:
    answer = enter(made)
    assert has_headers(answer)
    assert is_problem(answer, status, kind)
    assert answer.json["request_id"] == REQUEST_ID


def test_a_refusal_names_the_gateways_request(stage: Stage) -> None:
    answer = enter(event("GET", "/api/me"))
    assert is_problem(answer, 401, "sign-in")
    assert answer.json["request_id"] == REQUEST_ID


@pytest.fixture
def log() -> Iterator[StringIO]:
    with logged() as text:
        yield text


@pytest.fixture
def broken(browser: Browser) -> Callable[[Exception], Answer]:
    browser.sign_up()

    def fail(error: Exception) -> Answer:
        with mock.patch.object(ledger, "funds", side_effect=error):
            return browser.get("/api/balance")

    return fail


def chained() -> Exception:
    error = RuntimeError(f"could not read {CANARY}")
    error.__cause__ = KeyError(CANARY)
    error.add_note(CANARY)
    return error


@pytest.mark.parametrize("error", [chained(), ValueError(CANARY), AssertionError(CANARY)], ids=repr)
def test_what_people_wrote_does_not_reach_the_log_in_an_errors_message(
    broken: Callable[[Exception], Answer], error: Exception, log: StringIO
) -> None:
    answer = broken(error)
    assert is_problem(answer, 500, "unexpected")
    assert CANARY not in answer.text
    logged = log.getvalue()
    assert CANARY not in logged
    [told] = [json.loads(line) for line in logged.splitlines() if '"message":"unexpected"' in line]
    assert (told["level"], told["error"], told["request_id"]) == (
        "ERROR",
        type(error).__name__,
        answer.json["request_id"],
    )
    assert any("routes.py" in place for place in told["where"])


def test_a_request_is_logged_by_its_route_and_never_by_what_it_carried(
    browser: Browser, log: StringIO
) -> None:
    browser.sign_up("canary@example.org", "canary horse battery staple")
    browser.get("/api/quote", to=CANARY)
    browser.get(f"/api/calls/{CANARY}")
    browser.post("/api/topups", {"amount_micros": CANARY})
    browser.post("/api/topups", {CANARY: 1})
    logged = log.getvalue()
    assert '"route":"GET /api/calls/{id}"' in logged
    for secret in (CANARY, CANARY[1:], "canary", *browser.cookies.values(), browser.csrf_token):
        assert str(secret) not in logged


@pytest.mark.parametrize(
    "error",
    [refusal("ProvisionedThroughputExceededException"), ReadTimeoutError(endpoint_url="https://dynamodb")],
    ids=["throttled", "silent"],
)
def test_a_read_that_meets_a_busy_store_asks_to_come_again(browser: Browser, error: Exception) -> None:
    browser.sign_up()
    with intercepted(refusing("GetItem", error, 1)):
        answer = browser.get("/api/balance")
    assert is_problem(answer, 503, "busy")
    assert int(answer.headers["retry-after"]) > 0
    assert browser.get("/api/balance").status == 200


def test_a_silent_partner_is_told_apart_from_our_own_fault(broken: Callable[[Exception], Answer]) -> None:
    answer = broken(ProviderError("stripe", CANARY, permanent=False))
    assert is_problem(answer, 503, "partner-unavailable")
    assert int(answer.headers["retry-after"]) > 0


def test_readiness_says_no_when_a_store_is_gone(browser: Browser) -> None:
    with mock.patch("chalicelib.core.clock.monotonic", return_value=0.0) as moment:
        assert browser.get("/api/health/ready").json == {"status": "ok"}
        with intercepted(refusing("GetItem", refusal("InternalServerError"), 1)) as requests:
            assert browser.get("/api/health/ready").status == 200
            assert requests == [], "a moment ago all was well, and who asks often costs nothing"
            moment.return_value += reference.READY_SECONDS
            assert is_problem(browser.get("/api/health/ready"), 503, "not-ready")
            assert is_problem(browser.get("/api/health/ready"), 503, "not-ready")
            assert requests == ["GetItem"]
        assert browser.get("/api/health/live").status == 200
        moment.return_value += reference.READY_SECONDS
        assert browser.get("/api/health/ready").status == 200


@pytest.mark.parametrize(
    "path",
    ["/api/calls/{}", "/api/topups/{}", "/api/privacy/requests/{}"],
)
def test_an_id_is_found_or_not_found_whatever_it_looks_like(browser: Browser, path: str) -> None:
    browser.sign_up()
    odd = [
        "x" * 5000,
        "call_7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        "ord_7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        "%00",
        "%F0%9F%92%A9",
    ]
    for id in [*odd, "..", "%2e%2e%2f", "null", "-1", "1e9", "ORDER%23x", "{}", "'", "req_" + "0" * 26]:
        answer = browser.get(path.format(id))
        assert is_problem(answer, 404, "not-found"), id


def test_a_session_id_is_ended_or_not_found_whatever_it_looks_like(browser: Browser) -> None:
    browser.sign_up()
    for id in ("x" * 5000, "%00", "ses_7ZZZZZZZZZZZZZZZZZZZZZZZZZ"):
        assert browser.delete(f"/api/auth/sessions/{id}").status == 404


def test_the_headers_are_those_that_a_careful_site_sends() -> None:
    """Spelt out here once more, so that a change of any is meant."""
    assert HEADERS == {
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
