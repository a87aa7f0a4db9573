"""A process that dies while somebody comes back from Google: they try again, and all is as if it had not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from chalicelib.core import secrets
from infra.local.google.in_process import InProcess
from tests.app.at_google import arrive, follow, forget_keys, reason, running_google, users
from tests.harness.browser import Browser
from tests.harness.killpoints import Case, survive
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage

people = itertools.count(1)


@pytest.fixture
def issuer(stage: Stage) -> Iterator[InProcess]:
    secrets.current()  # read once a process: no request of whoever comes first
    with running_google() as carried:
        yield carried


def somebody(stage: Stage, mailbox: Mailbox) -> tuple[Browser, str]:
    forget_keys()
    return Browser(stage, mailbox), f"person{next(people)}@example.org"


def joined(browser: Browser, email: str) -> dict[str, object]:
    """Whether they are signed in, and what is stored that names their address, or Google's word for them."""
    me = browser.get("/api/me")
    mine = [item for item in users() if me.json["user_id"] in str(item)]
    kinds = sorted(item["user_id"]["S"].partition("#")[0].partition("_")[0] for item in mine)
    return {"email": me.json["email"] == email, "items": kinds}


def test_an_account_is_founded_once(stage: Stage, mailbox: Mailbox, issuer: InProcess) -> None:
    def make() -> Case:
        browser, email = somebody(stage, mailbox)

        def act() -> None:
            assert "?google=" not in arrive(browser, issuer, email, sub=email).headers["location"]

        return Case(act, lambda: joined(browser, email))

    assert {"TransactWriteItems", "DeleteItem", "PutItem"} <= set(survive(make))


def test_a_google_account_is_joined_once_and_told(stage: Stage, mailbox: Mailbox, issuer: InProcess) -> None:
    def make() -> Case:
        browser, email = somebody(stage, mailbox)
        browser.sign_up(email)

        def act() -> None:
            page = browser.post("/api/me/google").json["url"]
            back = issuer.google.choose(page, f"other.{email}", sub=email)
            assert reason(follow(browser, back)) == "linked"

        def outcome() -> object:
            subjects = {mail.subject for mail in mailbox.to(email)}
            return {**joined(browser, email), "told": any("Google" in subject for subject in subjects)}

        return Case(act, outcome)

    requests = survive(make)
    assert requests.index("SendEmail") < requests.index("TransactWriteItems")
