"""Google, and somebody who comes back from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

import boto3

from chalicelib.policy import profile
from chalicelib.providers import google
from infra.local.google import Google
from infra.local.google.in_process import InProcess
from infra.local.store import Store
from tests.app.person import ADA
from tests.harness.browser import Browser
from tests.harness.environment import ENVIRONMENT, SECRETS
from tests.harness.lambda_door import Answer
from tests.harness.offering import offering

SITE = ENVIRONMENT["PUBLIC_URL"]
CALLBACK = "/api/auth/google/callback"


def issuer() -> InProcess:
    """Google, as far as our client knows it."""
    id, secret = str(SECRETS["google_client_id"]), str(SECRETS["google_client_secret"])
    return InProcess(Google(Store(), id, secret, SITE + CALLBACK))


@contextmanager
def running_google() -> Iterator[InProcess]:
    """A service that offers Google beside passwords, and Google behind its client."""
    carried = issuer()
    with (
        offering("google_sign_in"),
        mock.patch.object(google, "_pool", return_value=carried),
        mock.patch.object(google, "_cached_keys", None),
    ):
        yield carried


def forget_keys() -> None:
    """Google's keys are asked for again, by whoever comes next, so that each makes the same requests."""
    google._cached_keys = None


def to_google(browser: Browser, **wanted: str) -> str:
    """Sign up: the page that the browser is sent to."""
    new = {"policy_version": profile.current().version, "birth_date": "1990-05-17", **wanted}
    answer = browser.post("/api/auth/google", new)
    assert answer.status == 200, answer.text
    return str(answer.json["url"])


def follow(browser: Browser, back: str) -> Answer:
    return browser.get(CALLBACK, **dict(parse_qsl(urlsplit(back).query)))


def arrive(browser: Browser, issuer: InProcess, email: str = ADA, **claims: Any) -> Answer:
    """Sign up or in with this account of Google's."""
    return follow(browser, issuer.google.choose(to_google(browser), email, "Ada Lovelace", **claims))


def reason(answer: Answer) -> str:
    """Why nobody is signed in: the word that the page is told."""
    assert answer.status == 302
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))["google"]


def signed_in(browser: Browser) -> bool:
    return browser.get("/api/me").status == 200


def users() -> list[dict[str, Any]]:
    return list(boto3.client("dynamodb").scan(TableName="vowline-local-users")["Items"])
