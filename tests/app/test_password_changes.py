"""Changing one's password, and what is left in the picture."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from botocore.exceptions import ClientError

from chalicelib.core import aws
from chalicelib.identity import accounts, passwords, sessions
from tests.app.person import (
    ADA,
    NEW,
    OTHER,
    confirm_address,
    log_in,
    mailed,
    set_password,
    subjects,
)
from tests.conftest import Clock
from tests.harness.browser import PASSWORD, Browser
from tests.harness.lambda_door import Answer, ask
from tests.harness.mailbox import Mailbox


@pytest.fixture
def ada(browser: Browser) -> Browser:
    return browser.sign_up(ADA)


@pytest.fixture
def elsewhere(ada: Browser) -> Browser:
    """Ada's second browser."""
    return Browser(ada.stage, ada.mailbox).sign_in(ADA)


def test_a_new_password_takes_the_place_of_the_old_one(ada: Browser, mailbox: Mailbox) -> None:
    answer = set_password(ada)
    assert answer.status == 200
    assert answer.json["me"]["email"] == ADA
    assert subjects(mailbox) == ["Your password at Kinvo was changed"]
    stranger = Browser(ada.stage, mailbox)
    assert [log_in(stranger), log_in(stranger, password=NEW)] == [401, 200]


def test_the_browser_that_asked_goes_on_under_a_fresh_session_and_the_others_are_out(
    ada: Browser, elsewhere: Browser
) -> None:
    before, token_before = ada.cookies["vowline"], ada.csrf_token
    [was] = [item for item in ada.get("/api/auth/sessions").json["items"] if item["current"]]
    ada.csrf_token = set_password(ada).json["csrf_token"]
    assert ada.cookies["vowline"] != before
    assert ada.csrf_token != token_before
    assert [who.get("/api/me").status for who in (ada, elsewhere)] == [200, 401]
    assert ask("GET", "/api/me", headers={"cookie": f"vowline={before}"}).status == 401
    [now] = ada.get("/api/auth/sessions").json["items"]
    assert now["id"] != was["id"]
    assert (now["created_at"], now["expires_at"]) == (was["created_at"], was["expires_at"])
    assert ada.post("/api/auth/logout").status == 204


def test_the_fresh_cookie_ends_when_the_old_one_would_have(ada: Browser, clock: Clock) -> None:
    clock.advance(timedelta(minutes=10))
    line, known = set_password(ada).cookies
    assert known.startswith("vowline-device=")
    cookie = SimpleCookie(line)["vowline"]
    left = 30 * 24 * 3600 - 600
    assert left - 60 < int(cookie["max-age"]) <= left
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    clock.advance(timedelta(days=30) - timedelta(minutes=9))
    assert ada.get("/api/me").status == 401


def test_a_wrong_password_changes_nothing_and_is_told_at_its_field(
    ada: Browser, elsewhere: Browser, mailbox: Mailbox
) -> None:
    answers = [
        set_password(ada, current=OTHER),
        ada.post("/api/me/email", {"email": "x@example.org", "password": OTHER}),
    ]
    assert [(answer.status, answer.json["type"]) for answer in answers] == [(403, "wrong-password")] * 2
    fields = [answer.json["errors"][0]["field"] for answer in answers]
    assert fields == ["current_password", "password"]
    assert subjects(mailbox) == []
    assert mailbox.to("x@example.org") == []
    assert [who.get("/api/me").status for who in (ada, elsewhere)] == [200, 200]
    assert log_in(elsewhere) == 200


def test_a_sign_in_of_sixteen_minutes_ago_is_too_old_for_a_change(ada: Browser, clock: Clock) -> None:
    clock.advance(timedelta(minutes=16))
    answers = [set_password(ada), ada.post("/api/me/email", {"email": "x@example.org", "password": PASSWORD})]
    assert [(answer.status, answer.json["type"]) for answer in answers] == [(403, "sign-in-again")] * 2
    ada.sign_in(ADA)
    assert set_password(ada).status == 200


def test_a_change_does_not_make_a_sign_in_any_fresher(ada: Browser, clock: Clock) -> None:
    clock.advance(timedelta(minutes=10))
    ada.csrf_token = set_password(ada).json["csrf_token"]
    clock.advance(timedelta(minutes=6))
    assert set_password(ada, OTHER, NEW).json["type"] == "sign-in-again"


def test_a_password_that_does_not_fit_is_told_at_its_field(ada: Browser) -> None:
    for password in ("short", "e\u0301" * 7, "a" * 257):
        answer = set_password(ada, password)
        assert answer.status == 422
        assert [error["field"] for error in answer.json["errors"]] == ["password"]
    assert log_in(ada) == 200


def test_of_two_changes_at_once_one_is_made(
    ada: Browser, elsewhere: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    hash_password, told = passwords.hash, []

    def while_another_changes(password: str) -> str:
        monkeypatch.setattr(passwords, "hash", hash_password)
        told.append(set_password(elsewhere, OTHER).status)
        return hash_password(password)

    monkeypatch.setattr(passwords, "hash", while_another_changes)
    answer = set_password(ada)
    assert (told, answer.status, answer.json["type"]) == ([200], 409, "changed-meanwhile")
    assert [log_in(ada, password=NEW), log_in(ada, password=OTHER)] == [401, 200]


def test_who_signs_out_meanwhile_stays_signed_out(
    ada: Browser, elsewhere: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew = sessions.renew

    def while_it_ends(*arguments: object) -> sessions.Opened:
        opened = renew(*arguments)  # type: ignore[arg-type]
        other = next(
            item for item in elsewhere.get("/api/auth/sessions").json["items"] if not item["current"]
        )
        elsewhere.delete(f"/api/auth/sessions/{other['id']}")
        return opened

    monkeypatch.setattr(sessions, "renew", while_it_ends)
    assert set_password(ada).status == 409
    assert [who.get("/api/me").status for who in (ada, elsewhere)] == [401, 200]
    assert log_in(elsewhere) == 200


def test_nothing_is_changed_while_nobody_can_be_told(
    ada: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise ClientError({"Error": {"Code": "TooManyRequestsException", "Message": ""}}, "SendEmail")

    ada.post("/api/me/email", {"email": "new@example.org", "password": PASSWORD})
    token = mailed(mailbox, "new@example.org")
    with monkeypatch.context() as down:
        down.setattr(aws.client("sesv2"), "send_email", fail)
        answers = [
            set_password(ada),
            confirm_address(ada, token),
            ada.post("/api/me/email", {"email": "other@example.org", "password": PASSWORD}),
        ]
    assert [answer.status for answer in answers] == [503] * 3
    assert ada.get("/api/me").json["email"] == ADA
    assert log_in(ada) == 200


def test_signing_out_everywhere_ends_every_session_and_clears_the_cookie(
    ada: Browser, elsewhere: Browser
) -> None:
    answer = ada.delete("/api/auth/sessions")
    assert (answer.status, answer.text) == (204, "")
    assert answer.cookies == ["vowline=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"]
    assert [who.get("/api/me").status for who in (ada, elsewhere)] == [401, 401]
    assert log_in(ada) == 200


def _refused(ada: Browser) -> list[Answer]:
    return [
        set_password(ada),
        ada.post("/api/me/email", {"email": "x@example.org", "password": PASSWORD}),
        confirm_address(ada, "x.y"),
        ada.patch("/api/me", {}),
    ]


def test_an_account_at_rest_changes_nothing_but_may_sign_out_everywhere(ada: Browser) -> None:
    accounts.suspend(ada.get("/api/me").json["user_id"])
    assert [answer.json["type"] for answer in _refused(ada)] == ["account-suspended"] * 4
    assert ada.delete("/api/auth/sessions").status == 204


def test_who_is_not_signed_in_changes_nothing(ada: Browser) -> None:
    assert [answer.status for answer in _refused(Browser(ada.stage, ada.mailbox))] == [401] * 4


def test_this_service_keeps_nothing_of_a_person_that_they_could_change(ada: Browser) -> None:
    assert ada.patch("/api/me", {}).json == ada.get("/api/me").json
    for field in ("name", "phone", "language", "email", "status", "account_id", "generation", "is_admin"):
        answer = ada.patch("/api/me", {field: "admin"})
        assert answer.status == 422
        assert answer.json["errors"] == [{"field": field, "message": "We do not ask for this."}]
