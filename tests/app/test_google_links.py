"""Accounts prepared for a stranger's address, and Google joined to an account with a password."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from chalicelib.core import aws
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.core.subjects import Erased, Subject
from chalicelib.identity import accounts, passwords, personal_data, sessions
from chalicelib.identity.models import User
from infra.local.google.in_process import InProcess
from tests.app.at_google import (
    arrive,
    follow,
    reason,
    running_google,
    signed_in,
    users,
)
from tests.app.person import ADA, forget, mailed, reset, sign_up
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.lambda_door import Answer
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage


@pytest.fixture
def issuer(stage: Stage) -> Iterator[InProcess]:
    with running_google() as carried:
        yield carried


@pytest.fixture
def somebody(stage: Stage, mailbox: Mailbox) -> Callable[[], Browser]:
    """A browser of somebody else's, each time."""
    return lambda: Browser(stage, mailbox)


def test_a_strangers_unverified_sign_up_is_dropped_with_its_password(
    browser: Browser, somebody: Callable[[], Browser], issuer: InProcess, mailbox: Mailbox
) -> None:
    sign_up(somebody(), email=ADA, password="the stranger's password")
    token = re.findall(r"token=([\w-]+)", mailbox.to(ADA)[-1].text)[0]
    arrive(browser, issuer)
    assert signed_in(browser)
    assert somebody().post("/api/auth/verify", {"token": token}).status == 404
    login = {"email": ADA, "password": "the stranger's password"}
    assert somebody().post("/api/auth/login", login).status == 401


def test_an_account_with_a_password_is_not_opened_by_its_address_at_google(
    browser: Browser, somebody: Callable[[], Browser], issuer: InProcess
) -> None:
    browser.sign_up()
    visitor = somebody()
    assert reason(arrive(visitor, issuer)) == "sign-in-first"
    assert not signed_in(visitor)
    assert User.living(browser.get("/api/me").json["user_id"]).google_key is None  # type: ignore[union-attr]


def link(browser: Browser, issuer: InProcess, email: str = ADA) -> Answer:
    page = browser.post("/api/me/google")
    assert page.status == 200, page.text
    return follow(browser, issuer.google.choose(page.json["url"], email))


def test_who_is_signed_in_to_both_joins_them_and_is_told(
    browser: Browser, somebody: Callable[[], Browser], issuer: InProcess, mailbox: Mailbox
) -> None:
    browser.sign_up()
    assert reason(link(browser, issuer, "ada@gmail.example")) == "linked"
    assert "Google" in mailbox.to(ADA)[-1].subject
    other = somebody()
    arrive(other, issuer, "ada@gmail.example")
    assert other.account_id == browser.account_id


def test_a_link_needs_a_young_sign_in(browser: Browser, issuer: InProcess, clock: Clock) -> None:
    browser.sign_up()
    clock.advance(timedelta(minutes=16))
    assert browser.post("/api/me/google").json["type"] == "sign-in-again"


def test_a_link_ends_where_its_session_does(browser: Browser, issuer: InProcess) -> None:
    browser.sign_up()
    page = browser.post("/api/me/google").json["url"]
    back = issuer.google.choose(page, ADA)
    browser.post("/api/auth/logout")
    assert reason(follow(browser, back)) == "expired"


def test_somebody_elses_session_does_not_finish_a_link(
    browser: Browser, somebody: Callable[[], Browser], issuer: InProcess
) -> None:
    browser.sign_up()
    back = issuer.google.choose(browser.post("/api/me/google").json["url"], ADA)
    other = somebody().sign_up("bob@example.org")
    other.cookies |= {name: value for name, value in browser.cookies.items() if "google" in name}
    assert reason(follow(other, back)) == "expired"


def test_a_google_account_opens_one_account_alone(
    browser: Browser, somebody: Callable[[], Browser], issuer: InProcess
) -> None:
    browser.sign_up()
    link(browser, issuer)
    other = somebody().sign_up("bob@example.org")
    assert reason(link(other, issuer)) == "taken"


def test_a_second_google_account_does_not_take_the_place_of_the_first(
    browser: Browser, issuer: InProcess
) -> None:
    browser.sign_up()
    link(browser, issuer)
    assert reason(link(browser, issuer)) == "linked"
    assert reason(link(browser, issuer, "other@gmail.example")) == "taken"


def test_a_new_password_takes_away_a_google_account_that_a_stranger_joined(
    browser: Browser, somebody: Callable[[], Browser], issuer: InProcess, mailbox: Mailbox
) -> None:
    browser.sign_up()
    link(browser, issuer, "stranger@gmail.example")
    browser.post("/api/auth/password/forgot", {"email": ADA})
    token = re.findall(r"token=([\w.-]+)", mailbox.to(ADA)[-1].text)[0]
    new = {"token": token, "password": "a whole new password"}
    assert browser.post("/api/auth/password/reset", new).status == 204
    stranger = somebody()
    page = stranger.get("/api/auth/google").headers["location"]
    assert reason(follow(stranger, issuer.google.choose(page, "stranger@gmail.example"))) == "sign-up"


def test_a_reset_that_comes_while_google_is_joined_wins(
    browser: Browser,
    somebody: Callable[[], Browser],
    issuer: InProcess,
    mailbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A stranger in the account comes back from Google while its owner has them thrown out."""
    browser.sign_up()
    forget(browser)
    token, authenticate = mailed(mailbox), sessions.authenticate
    asked: list[int] = []

    def while_it_is_reset(request: Incoming) -> SignedIn | None:
        signed_in = authenticate(request)
        if not asked:
            asked.append(reset(somebody(), token).status)
        return signed_in

    back = issuer.google.choose(browser.post("/api/me/google").json["url"], "stranger@gmail.example")
    monkeypatch.setattr(sessions, "authenticate", while_it_is_reset)
    assert reason(follow(browser, back)) == "expired"
    assert asked == [204]
    stranger = somebody()
    page = stranger.get("/api/auth/google").headers["location"]
    assert reason(follow(stranger, issuer.google.choose(page, "stranger@gmail.example"))) == "sign-up"


def test_nothing_is_joined_while_nobody_can_be_told(
    browser: Browser, issuer: InProcess, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise ClientError({"Error": {"Code": "TooManyRequestsException", "Message": ""}}, "SendEmail")

    browser.sign_up()
    with monkeypatch.context() as down:
        down.setattr(aws.client("sesv2"), "send_email", fail)
        assert reason(link(browser, issuer)) == "unavailable"
    assert User.living(browser.get("/api/me").json["user_id"]).google_key is None  # type: ignore[union-attr]


def test_an_account_at_rest_is_joined_to_nothing(browser: Browser, issuer: InProcess) -> None:
    browser.sign_up()
    user_id = browser.get("/api/me").json["user_id"]
    back = issuer.google.choose(browser.post("/api/me/google").json["url"], ADA)
    accounts.suspend(user_id)
    assert reason(follow(browser, back)) == "expired"
    assert User.living(user_id).google_key is None  # type: ignore[union-attr]


def test_who_is_refused_a_google_account_gets_no_mail_of_a_link(
    browser: Browser, somebody: Callable[[], Browser], issuer: InProcess, mailbox: Mailbox
) -> None:
    link(browser.sign_up(), issuer)
    other = somebody().sign_up("bob@example.org")
    mails = len(mailbox.all())
    assert reason(link(other, issuer)) == "taken"
    assert reason(link(browser, issuer, "other@gmail.example")) == "taken"
    assert len(mailbox.all()) == mails


def test_a_link_that_comes_while_a_password_is_reset_is_taken_away_by_the_same_mail(
    browser: Browser,
    issuer: InProcess,
    somebody: Callable[[], Browser],
    mailbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser.sign_up()
    forget(browser)
    token, hash_password = mailed(mailbox), passwords.hash

    def while_google_is_joined(password: str) -> str:
        monkeypatch.setattr(passwords, "hash", hash_password)
        assert reason(link(browser, issuer, "stranger@gmail.example")) == "linked"
        return hash_password(password)

    monkeypatch.setattr(passwords, "hash", while_google_is_joined)
    owner = somebody()
    assert reset(owner, token).status == 404
    assert reset(owner, token).status == 204
    assert not any(item["user_id"]["S"].startswith("GOOGLE#") for item in users())


def test_a_link_that_comes_while_its_person_is_erased_goes_with_them(
    browser: Browser, issuer: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = browser.sign_up().get("/api/me").json
    before = User.living(me["user_id"])
    link(browser, issuer)
    [row] = [row for row in personal_data.ROWS if row.name == "users"]
    subject = Subject(user_id=me["user_id"], account_id=me["account_id"])
    with monkeypatch.context() as stale:
        stale.setattr(User, "stored", lambda *_: before)
        assert row.erase(subject) == Erased("more")
    assert row.erase(subject) == Erased("erased", 3)
    assert users() == []
