"""Where links and redirects lead is in the settings; nothing that a request says changes it."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from chalicelib.core.doors import DOORS
from tests.app.person import ADA, form
from tests.harness.browser import PASSWORD, Browser
from tests.harness.lambda_door import application, ask
from tests.harness.mailbox import Mailbox

application()
SITE = "http://127.0.0.1:8000/"
FORGED = {
    "host": "evil.example",
    "x-forwarded-host": "evil.example",
    "x-forwarded-server": "evil.example",
    "x-forwarded-proto": "https",
    "forwarded": "host=evil.example;proto=https",
    "x-host": "evil.example",
    "x-original-host": "evil.example",
    "x-http-host-override": "evil.example",
    "x-original-url": "//evil.example/",
    "referer": "https://evil.example/",
}
ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/",
    "https:evil.example",
    "http://127.0.0.1:8000@evil.example/",
    "/%0d%0aLocation:%20https://evil.example",
    "\r\nLocation: https://evil.example",
    "\t//evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
]
NAMES = ("next", "url", "to", "return_to", "redirect_uri", "continue")


@pytest.mark.parametrize("header", [*FORGED, "all"])
def test_a_forged_host_leads_no_mails_link_astray(browser: Browser, mailbox: Mailbox, header: str) -> None:
    browser.sign_up()
    forged = FORGED if header == "all" else {header: FORGED[header]}
    signed_in = {"cookie": f"vowline={browser.cookies['vowline']}", "x-csrf-token": str(browser.csrf_token)}
    asked = {
        "/api/auth/signup": form(email="new@example.org"),
        "/api/auth/password/forgot": {"email": ADA},
        "/api/me/email": {"email": "next@example.org", "password": PASSWORD},
    }
    before = len(mailbox.all())
    for path, body in asked.items():
        headers = {"content-type": "application/json", **signed_in, **forged}
        assert ask("POST", path, headers=headers, body=json.dumps(body).encode()).status == 202, path
    mails = mailbox.all()[before:]
    assert len(mails) == 4
    for mail in mails:
        assert "evil" not in mail.text + mail.html + mail.subject
        assert mail.links
        assert all(link.startswith(SITE) for link in mail.links)


@pytest.mark.parametrize("where", ELSEWHERE)
def test_the_one_redirect_leads_to_the_page_whatever_is_asked(browser: Browser, where: str) -> None:
    query = urlencode(dict.fromkeys(NAMES, where))
    answer = ask("GET", "/.well-known/change-password", query=query, headers={**FORGED})
    assert (answer.status, answer.headers["location"]) == (303, f"{SITE}account")


def test_no_door_redirects_that_is_not_known_to(browser: Browser) -> None:
    redirecting = {door.path for door in DOORS if any(300 <= status < 400 for status in door.answers)}
    google = {"/api/auth/google", "/api/auth/google/callback"}  # tests/app/test_google_sign_in.py
    handed_on = "/api/privacy/transmissions/{capability}"  # tests/privacy/test_transmissions.py
    assert redirecting == {"/.well-known/change-password", handed_on, *google}


@pytest.mark.parametrize("where", ELSEWHERE)
def test_signing_in_takes_nobody_anywhere(browser: Browser, where: str) -> None:
    browser.sign_up()
    body = json.dumps({"email": ADA, "password": PASSWORD}).encode()
    query = urlencode(dict.fromkeys(NAMES, where))
    answer = ask(
        "POST", "/api/auth/login", query=query, headers={"content-type": "application/json"}, body=body
    )
    assert answer.status == 200
    assert "location" not in answer.headers
    assert "evil" not in answer.text + str(answer.headers)
