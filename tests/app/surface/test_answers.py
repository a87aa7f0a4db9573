"""Every answer of every route: its headers, its cookies, and that no other site is let in."""

from __future__ import annotations

import dataclasses
import re
from http.cookies import SimpleCookie

import pytest
from chalice.app import Chalice

from chalicelib.core import settings
from chalicelib.core.api import HEADERS
from chalicelib.core.doors import WRITES, Door
from tests.app.surface.documented import is_documented
from tests.app.surface.granted import OFFERED, Request, grant, name_of
from tests.app.surface.scene import Scene
from tests.harness.killpoints import intercepted, refusal, refusing
from tests.harness.lambda_door import Answer, application

HTTPS = "https://kinvo.example"
ASKING_FOR_CORS = {
    "access_control_request_method": "POST",
    "access_control_request_headers": "x-csrf-token",
    "access_control_request_private_network": "true",
}
WANTED_BY_NOBODY = ("server", "x-powered-by", "via", "x-amzn-trace-id")


def answers(good: Request) -> list[Answer]:
    """Granted, and refused in several ways."""
    bad = good.without("cookie", "stripe-signature", "x-twilio-signature")
    foreign = [good.having(origin=origin, **ASKING_FOR_CORS) for origin in ("https://evil.example", "null")]
    return [request.send() for request in (bad, *foreign, good)]


@pytest.mark.parametrize("door", OFFERED, ids=name_of)
def test_every_answer_has_the_security_headers_and_lets_no_other_site_in(scene: Scene, door: Door) -> None:
    for answer in answers(grant(door, scene)):
        expected = dict(HEADERS)
        if answer.headers["content-type"].startswith("text/html"):
            policy = set(expected.pop("Content-Security-Policy").split("; ")) - {"form-action 'none'"}
            own = set(answer.headers["content-security-policy"].split("; "))
            assert own >= policy, "a page adds its own style and takes nothing away"
            assert [rule.split()[0] for rule in own - policy] == ["style-src"]
        for name, value in expected.items():
            assert answer.headers[name.lower()] == value, answer.status
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert not set(WANTED_BY_NOBODY) & set(answer.headers)
        assert "; charset=utf-8" in answer.headers["content-type"] or not answer.headers[
            "content-type"
        ].startswith("text/html")
        assert is_documented(door, answer), answer.status


def test_no_route_is_open_to_other_sites() -> None:
    app: Chalice = application()
    assert app.api.cors is False
    for path, methods in app.routes.items():
        assert set(methods) <= {"GET", *WRITES}, path
        assert [entry.cors for entry in methods.values()] == [None] * len(methods), path


def test_every_cookie_is_this_sites_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind https, as when it is deployed: no route sets a cookie of another kind or name."""
    ours = [grant(door, scene) for door in OFFERED if not door.webhook]
    deployed = dataclasses.replace(settings.current(), public_url=HTTPS)
    monkeypatch.setattr(settings, "current", lambda: deployed)
    lines = []
    for request in ours:
        cookie = re.sub(r"(^|; )(?=\w)", r"\1__Host-", request.headers.get("cookie", ""))
        answer = request.having(origin=HTTPS, cookie=cookie).send()
        assert answer.status in request.door.answers, (request.path, answer.text)
        lines += answer.cookies
    assert len(lines) >= 2
    for line in lines:
        [(name, morsel)] = SimpleCookie(line).items()
        assert name.startswith("__Host-"), line
        assert (morsel["path"], morsel["domain"], morsel["samesite"]) == ("/", "", "Lax"), line
        assert (morsel["secure"], morsel["httponly"]) == (True, True), line
        assert int(morsel["max-age"]) <= 400 * 24 * 3600, line


@pytest.mark.parametrize("door", OFFERED, ids=name_of)
def test_a_busy_store_is_told_as_busy(scene: Scene, door: Door) -> None:
    """Whatever the first thing is that a route asks of AWS."""
    good = grant(door, scene)
    with intercepted() as requests:
        good.send()
    good = grant(door, scene)
    for name in sorted({name for name in requests if not name.startswith(("stripe", "twilio"))}):
        throttled = refusal("ProvisionedThroughputExceededException", "ThrottlingError")
        with intercepted(refusing(name, throttled, 100)):
            answer = good.send()
        assert answer.status in {*door.answers, 409, 503}, (name, answer.text)
        assert is_documented(door, answer), (name, answer.status)
        assert "canary" not in answer.text
