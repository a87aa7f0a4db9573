"""The routes of /dev/, with real stand-ins that reach nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from starlette.types import ASGIApp

from infra.local.carrier import Carrier
from infra.local.clock_file import ClockFile
from infra.local.dev_routes import Developer
from infra.local.exchange import Answered, Asked
from infra.local.google import Google
from infra.local.hosting import Deliveries
from infra.local.mailbox import KIND, Mailbox
from infra.local.payments import Payments
from infra.local.schedules import Schedules
from infra.local.store import Store
from tests.infra.local.in_process import ask

HOSTS = ("127.0.0.1:8000", "localhost:8000")


class Away(Mailbox):
    """A mailbox whose embedded AWS has nothing new."""

    def collect(self) -> None:
        pass


class Noted(Schedules):
    def run(self) -> None:
        (self.clock.path.parent / "ran").write_text("yes")


class Invoked:
    """Functions as the embedded AWS would run them."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []

    def invoke(self, FunctionName: str, Payload: str) -> dict[str, str]:  # noqa: N803 - the client's own words
        self.events.append((FunctionName, json.loads(Payload)))
        return {}


@pytest.fixture
def invoked() -> Invoked:
    return Invoked()


def _nobody(_url: str, _body: bytes, _headers: Mapping[str, str]) -> Answered:
    raise ConnectionError


@pytest.fixture
def payments() -> Payments:
    return Payments(
        Store(),
        _nobody,
        webhook_url="http://x/hook",
        webhook_secret="whsec_1",
        page_url="http://x",
        now=lambda: 0,
    )


@pytest.fixture
def dev(payments: Payments, invoked: Invoked, tmp_path: Path) -> ASGIApp:
    clock = ClockFile(tmp_path / "clock")
    carrier = Carrier(
        Store(),
        _nobody,
        account_sid="AC1",
        auth_token="t",
        api_key_sid="SK1",
        api_key_secret="s",
        app_sid="AP1",
        voice_url="http://x/voice",
        fallback_url="http://x/fallback",
        now=clock.now,
    )
    mails = Store()
    mails.put(
        KIND,
        "1",
        {"to": "a@b.example", "subject": "Hi", "text": "", "html": None, "sent_at": "", "links": []},
    )
    developer = Developer(
        {"aws": "http://127.0.0.1:8001"},
        payments,
        carrier,
        Deliveries([payments, carrier]),
        Away(mails, "http://x"),
        Noted((), cast("Any", invoked), clock),
        Google(Store(), "client", "secret", "http://127.0.0.1:8000/api/auth/google/callback"),
    )
    return developer.app(HOSTS)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1", "127.0.0.1:8001", ""])
def test_a_foreign_host_is_refused(dev: ASGIApp, host: str) -> None:
    answer = ask(dev, "GET", "/dev/endpoints", headers={"host": host})
    assert (answer.status_code, answer.json()["type"]) == (403, "foreign-host")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:8000", "http://127.0.0.1:8003"]
)
def test_a_foreign_origin_is_refused(dev: ASGIApp, origin: str, tmp_path: Path) -> None:
    answer = ask(dev, "POST", "/dev/clock", json={"advance": "P1D"}, headers={"origin": origin})
    assert (answer.status_code, answer.json()["type"]) == (403, "foreign-origin")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("host", HOSTS)
def test_the_service_s_own_page_may_use_it(dev: ASGIApp, host: str) -> None:
    answer = ask(dev, "GET", "/dev/endpoints", headers={"host": host, "origin": f"http://{host}"})
    assert answer.json() == {"aws": "http://127.0.0.1:8001"}


def test_moving_the_clock_runs_the_schedules(dev: ASGIApp, tmp_path: Path) -> None:
    assert ask(dev, "GET", "/dev/clock").json()["offset_seconds"] == 0
    assert ask(dev, "POST", "/dev/clock", json={"advance": "PT2H"}).json()["offset_seconds"] == 7200
    assert (tmp_path / "ran").exists()
    assert ClockFile(tmp_path / "clock").offset_seconds() == timedelta(hours=2).total_seconds()


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"advance": "tomorrow"}', b'{"advance": "P1D", "by": 1}', b"["]
)
def test_a_body_of_the_wrong_shape_is_a_problem(dev: ASGIApp, body: bytes) -> None:
    answer = ask(dev, "POST", "/dev/clock", content=body)
    assert (answer.status_code, answer.json()["type"]) == (422, "invalid")


def test_the_mailbox_is_json_for_programs_and_a_page_for_people(dev: ASGIApp) -> None:
    assert [mail["subject"] for mail in ask(dev, "GET", "/dev/mailbox").json()["items"]] == ["Hi"]
    assert ask(dev, "GET", "/dev/mailbox?to=x%40y.example").json() == {"items": []}
    page = ask(dev, "GET", "/dev/mailbox", headers={"accept": "text/html,*/*"})
    assert "<h2>Hi</h2>" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def _checkout(payments: Payments) -> Any:
    form = {
        "mode": "payment",
        "success_url": "http://x/done",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "1000",
        "line_items[0][price_data][product_data][name]": "Credit",
    }
    headers = {"authorization": "Bearer sk_test_1", "content-type": "application/x-www-form-urlencoded"}
    answered = payments.answer(Asked("POST", "/v1/checkout/sessions", "", headers, urlencode(form).encode()))
    return httpx.Response(answered.status, content=answered.body).json()["id"]


def test_a_checkout_is_paid_refunded_and_disputed(dev: ASGIApp, payments: Payments) -> None:
    paid = ask(dev, "POST", f"/dev/payments/{_checkout(payments)}/pay", json={"outcome": "succeeded"})
    intent = paid.json()["payment_intent"]
    refund = ask(dev, "POST", f"/dev/payments/{intent}/refund", json={"amount_micros": 4_000_000})
    assert refund.json()["status"] == "succeeded"
    dispute = ask(
        dev, "POST", f"/dev/payments/{intent}/dispute", json={"amount_micros": 1_000_000, "outcome": "lost"}
    )
    assert dispute.json()["status"] == "lost"
    events = [event["type"] for event in payments.events()]
    assert {"checkout.session.completed", "charge.refunded", "charge.dispute.closed"} <= set(events)


def test_an_unknown_checkout_is_a_problem(dev: ASGIApp) -> None:
    answer = ask(dev, "POST", "/dev/payments/cs_none/pay", json={"outcome": "succeeded"})
    assert (answer.status_code, answer.json()["type"]) == (404, "refused")


def test_a_token_that_the_carrier_does_not_accept_is_a_problem(dev: ASGIApp) -> None:
    call = {"token": "not.a.token", "to": "+14155550100", "talk_seconds": 5}
    answer = ask(dev, "POST", "/dev/carrier/calls", json=call)
    assert (answer.status_code, answer.json()["type"]) == (403, "token-refused")


def test_a_fault_is_planted_at_its_stand_in(dev: ASGIApp, payments: Payments) -> None:
    fault = {"service": "payments", "operation": "checkout.sessions.create", "kind": "error500"}
    assert ask(dev, "POST", "/dev/faults", json=fault).json() == {"planted": 1}
    for wrong in ({"service": "weather"}, {"operation": "none"}, {"kind": "none"}):
        assert ask(dev, "POST", "/dev/faults", json=fault | wrong).status_code == 422


def test_faults_of_every_stand_in_are_planted_and_mended(dev: ASGIApp, payments: Payments) -> None:
    planted = [
        ("payments", "customers.delete", "not_found"),
        ("carrier", "calls.delete", "not_yet"),
        ("google", "keys", "timeout_before"),
    ]
    for service, operation, kind in planted:
        fault = {"service": service, "operation": operation, "kind": kind, "count": 900}
        assert ask(dev, "POST", "/dev/faults", json=fault).json() == {"planted": 900}
    assert ask(dev, "GET", "/dev/google/oauth2/v3/certs").status_code == 504
    assert ask(dev, "DELETE", "/dev/faults").json() == {"planted": 0}
    assert ask(dev, "GET", "/dev/google/oauth2/v3/certs").status_code == 200
    assert payments.faults.take("customers.delete") is None


def test_a_code_that_nobody_waits_for_is_a_problem(dev: ASGIApp) -> None:
    answer = ask(dev, "POST", "/dev/carrier/caller-ids/cid_none", json={"digits": "123456"})
    assert (answer.status_code, answer.json()["type"]) == (404, "not-found")


@pytest.mark.parametrize("path", ["/dev/carrier/inbound-calls", "/dev/carrier/inbound-messages"])
def test_what_is_not_built_yet_is_not_offered(dev: ASGIApp, path: str) -> None:
    answer = ask(dev, "POST", path, json={})
    assert (answer.status_code, answer.json()["type"]) == (404, "not-offered")


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/dev/nothing", 404), ("PUT", "/dev/faults", 405)]
)
def test_unknown_routes_are_problems(dev: ASGIApp, method: str, path: str, status: int) -> None:
    answer = ask(dev, method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_google_shows_its_accounts_and_sends_the_browser_back(dev: ASGIApp) -> None:
    wanted = {
        "client_id": "client",
        "redirect_uri": "http://127.0.0.1:8000/api/auth/google/callback",
        "response_type": "code",
        "scope": "openid email",
        "state": "a state",
        "nonce": "a nonce",
        "code_challenge": "x",
        "code_challenge_method": "S256",
    }
    path = f"/dev/google/o/oauth2/v2/auth?{urlencode(wanted)}"
    page = ask(dev, "GET", path)
    assert (page.status_code, "Choose an account" in page.text) == (200, True)
    chosen = ask(dev, "POST", path, data={"email": "ada@example.org", "name": "<b>Ada</b>"})
    assert chosen.status_code == 302
    back = dict(parse_qsl(urlsplit(chosen.headers["location"]).query))
    assert back["state"] == "a state"
    assert back["code"]
    assert "<b>Ada" not in ask(dev, "GET", path).text
    cancelled = ask(dev, "POST", path, data={"choice": "cancel"})
    assert "error=access_denied" in cancelled.headers["location"]


def test_google_answers_no_client_but_ours(dev: ASGIApp) -> None:
    assert ask(dev, "GET", "/dev/google/o/oauth2/v2/auth?client_id=another").status_code == 400
    assert ask(dev, "POST", "/dev/google/token", data={"client_id": "client"}).status_code == 400
    assert len(ask(dev, "GET", "/dev/google/oauth2/v3/certs").json()["keys"]) == 1


def test_the_newest_mail_to_an_address_may_come_back(dev: ASGIApp, invoked: Invoked) -> None:
    answer = ask(dev, "POST", "/dev/mailbox", json={"to": "a@b.example", "outcome": "bounce"})
    assert answer.json() == {"told": "bounce"}
    [(function, event)] = invoked.events
    assert function == "vowline-local-mail_events"
    told = json.loads(event["Records"][0]["Sns"]["Message"])
    assert told["bounce"]["bouncedRecipients"][0]["emailAddress"] == "a@b.example"


@pytest.mark.parametrize(
    "asked", [{"to": "c@d.example", "outcome": "bounce"}, {"to": "a@b.example", "outcome": "lost"}, {}]
)
def test_a_mail_that_never_went_or_a_way_that_is_none_is_refused(
    dev: ASGIApp, invoked: Invoked, asked: dict[str, str]
) -> None:
    assert ask(dev, "POST", "/dev/mailbox", json=asked).status_code == 422
    assert invoked.events == []
