"""A forgotten password: who gets a link, what it is good for, and what strangers learn of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from botocore.exceptions import ClientError

from chalicelib.core import aws
from chalicelib.core.subjects import Subject
from chalicelib.identity import accounts, personal_data
from chalicelib.identity.models import User
from tests.app.person import (
    ADA,
    NEW,
    OTHER,
    ask_for_address,
    everything_stored,
    forget,
    log_in,
    mailed,
    reset,
    set_password,
    sign_up,
    subjects,
)
from tests.app.work import count_work
from tests.conftest import Clock
from tests.harness.browser import PASSWORD, Browser
from tests.harness.lambda_door import ask
from tests.harness.mailbox import Mailbox


@pytest.fixture
def ada(browser: Browser) -> Browser:
    return browser.sign_up(ADA)


@pytest.fixture
def stranger(ada: Browser) -> Browser:
    """A browser that nobody has signed in."""
    return Browser(ada.stage, ada.mailbox)


def test_the_link_sets_a_new_password(ada: Browser, stranger: Browser, mailbox: Mailbox) -> None:
    answer = forget(stranger)
    assert (answer.status, answer.text) == (202, "")
    assert log_in(stranger) == 200, "asking alone changes nothing"
    assert reset(stranger, mailed(mailbox)).status == 204
    assert [log_in(stranger), log_in(stranger, password=NEW)] == [401, 200]
    assert subjects(mailbox) == ["Choose a new password for Kinvo", "Your password at Kinvo was changed"]


def test_a_link_works_once(ada: Browser, stranger: Browser, mailbox: Mailbox) -> None:
    forget(stranger)
    token = mailed(mailbox)
    answers = [reset(stranger, token), reset(stranger, token, OTHER)]
    assert [answer.status for answer in answers] == [204, 404]
    assert answers[1].json["type"] == "link-not-valid"
    assert log_in(stranger, password=NEW) == 200


def test_only_the_newest_link_works(ada: Browser, stranger: Browser, mailbox: Mailbox) -> None:
    forget(stranger)
    older = mailed(mailbox)
    forget(stranger, ADA.upper())
    assert reset(stranger, older).status == 404
    assert reset(stranger, mailed(mailbox)).status == 204
    assert reset(stranger, older).status == 404


def test_a_link_lives_for_an_hour(ada: Browser, stranger: Browser, mailbox: Mailbox, clock: Clock) -> None:
    forget(stranger)
    clock.advance(timedelta(minutes=59))
    answer = reset(stranger, mailed(mailbox), "short")
    assert answer.status == 422
    clock.advance(timedelta(minutes=1, seconds=1))
    assert "LINK#reset#" in everything_stored(), "it still lies in the table"
    assert reset(stranger, mailed(mailbox)).status == 404


def test_a_password_that_does_not_fit_leaves_the_link_alive(
    ada: Browser, stranger: Browser, mailbox: Mailbox
) -> None:
    forget(stranger)
    answer = reset(stranger, mailed(mailbox), "e\u0301" * 7)
    assert [error["field"] for error in answer.json["errors"]] == ["password"]
    assert reset(stranger, mailed(mailbox)).status == 204


def test_a_guessed_link_opens_nothing_and_costs_no_password_hash(
    ada: Browser, stranger: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(stranger)
    slot, _, secret = mailed(mailbox).partition(".")
    other = "A" if secret[0] != "A" else "B"
    work = count_work(monkeypatch)
    guesses = ["x", ".", slot, f"{slot}.", f".{secret}", f"{slot}.{other}{secret[1:]}", f"{slot}.{secret}x"]
    for guess in [*guesses, "é.é", "\0", "LINK#reset#x.y", f"address#{slot}.{secret}"]:
        assert reset(stranger, guess).status == 404, guess
    assert set(work) == {"UpdateItem", "GetItem"}
    assert log_in(stranger) == 200


def test_no_token_stands_in_for_one_of_another_kind(
    ada: Browser, stranger: Browser, mailbox: Mailbox
) -> None:
    ask_for_address(ada, "ada@new.example.org")
    sign_up(stranger, email="eve@example.org")
    wrong = [
        ada.cookies["vowline"],
        mailed(mailbox, "ada@new.example.org"),
        mailed(mailbox, "eve@example.org"),
    ]
    assert [reset(stranger, token).status for token in wrong] == [404] * 3
    forget(stranger)
    token = mailed(mailbox)
    assert stranger.post("/api/auth/verify", {"token": token}).status == 404
    assert ada.post("/api/me/email/confirm", {"token": token}).status == 404
    for value in (token, token.partition(".")[2]):
        assert ask("GET", "/api/me", headers={"cookie": f"vowline={value}"}).status == 401


def test_one_persons_link_sets_nobody_elses_password(
    ada: Browser, stranger: Browser, mailbox: Mailbox
) -> None:
    Browser(ada.stage, mailbox).sign_up("eve@example.org")
    for email in (ADA, "eve@example.org"):
        forget(stranger, email)
    hers, evil = mailed(mailbox), mailed(mailbox, "eve@example.org")
    mixed = f"{hers.partition('.')[0]}.{evil.partition('.')[2]}"
    assert reset(stranger, mixed).status == 404
    assert reset(stranger, evil).status == 204
    assert log_in(stranger) == 200


@pytest.mark.parametrize("change", [set_password, lambda ada: ada.delete("/api/auth/sessions")])
def test_a_link_of_before_a_change_is_dead(
    ada: Browser, stranger: Browser, mailbox: Mailbox, change: Callable[[Browser], object]
) -> None:
    forget(stranger)
    change(ada)
    assert reset(stranger, mailed(mailbox), OTHER).status == 404


def test_every_session_is_dead_after_a_reset(ada: Browser, stranger: Browser, mailbox: Mailbox) -> None:
    elsewhere = Browser(ada.stage, mailbox).sign_in(ADA)
    forget(stranger)
    assert [who.get("/api/me").status for who in (ada, elsewhere)] == [200, 200]
    assert reset(elsewhere, mailed(mailbox)).status == 204
    assert [who.get("/api/me").status for who in (ada, elsewhere)] == [401, 401]
    [only] = stranger.sign_in(ADA, NEW).get("/api/auth/sessions").json["items"]
    assert only["current"]


def test_a_sign_in_that_is_overtaken_by_a_reset_is_dead_at_once(
    ada: Browser, stranger: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(stranger)
    told = accounts.tell

    def while_it_is_reset(user: User) -> accounts.Account:
        monkeypatch.setattr(accounts, "tell", told)
        assert reset(Browser(ada.stage, mailbox), mailed(mailbox)).status == 204
        return told(user)

    monkeypatch.setattr(accounts, "tell", while_it_is_reset)
    assert log_in(stranger) == 200
    assert stranger.get("/api/me").status == 401


def test_of_two_resets_at_once_one_sets_its_password(
    ada: Browser, stranger: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.identity import passwords

    forget(stranger)
    token, hash_password = mailed(mailbox), passwords.hash

    def while_another_resets(password: str) -> str:
        monkeypatch.setattr(passwords, "hash", hash_password)
        assert reset(Browser(ada.stage, mailbox), token, OTHER).status == 204
        return hash_password(password)

    monkeypatch.setattr(passwords, "hash", while_another_resets)
    assert reset(stranger, token).status == 404
    assert [log_in(stranger, password=NEW), log_in(stranger, password=OTHER)] == [401, 200]


def test_a_password_is_not_reset_while_nobody_can_be_told(
    ada: Browser, stranger: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise ClientError({"Error": {"Code": "TooManyRequestsException", "Message": ""}}, "SendEmail")

    forget(stranger)
    with monkeypatch.context() as down:
        down.setattr(aws.client("sesv2"), "send_email", fail)
        assert reset(stranger, mailed(mailbox)).status == 503
    assert log_in(stranger) == 200
    assert reset(stranger, mailed(mailbox)).status == 204


def test_the_mail_goes_to_the_address_as_its_owner_gave_it(ada: Browser, mailbox: Mailbox) -> None:
    forget(ada, "ADA@Example.ORG")
    assert mailbox.all()[-1].to == ADA


def test_a_reset_in_a_deletions_grace_works_and_lifts_nothing(
    ada: Browser, stranger: Browser, mailbox: Mailbox
) -> None:
    accounts.suspend(ada.get("/api/me").json["user_id"])
    forget(stranger)
    assert reset(stranger, mailed(mailbox)).status == 204
    assert stranger.sign_in(ADA, NEW).get("/api/me").json["status"] == "suspended"


def test_a_link_brings_nobody_back_who_is_erased(ada: Browser, stranger: Browser, mailbox: Mailbox) -> None:
    me = ada.get("/api/me").json
    forget(stranger)
    next(row for row in personal_data.ROWS if row.name == "users").erase(
        Subject(me["user_id"], me["account_id"])
    )
    assert reset(stranger, mailed(mailbox)).status == 404
    assert User.stored(me["user_id"]) is None


def test_a_person_of_before_there_were_generations_can_reset_too(
    ada: Browser, stranger: Browser, mailbox: Mailbox
) -> None:
    import boto3

    user_id = ada.get("/api/me").json["user_id"]
    session = next(
        item["token_hash"]
        for item in boto3.client("dynamodb").scan(TableName="vowline-local-sessions")["Items"]
        if item["token_hash"]["S"].startswith("SESSION#")
    )
    for table, key in (("users", {"user_id": {"S": user_id}}), ("sessions", {"token_hash": session})):
        boto3.client("dynamodb").update_item(
            TableName=f"vowline-local-{table}", Key=key, UpdateExpression="REMOVE generation"
        )
    assert ada.get("/api/me").status == 200
    forget(stranger)
    assert reset(stranger, mailed(mailbox)).status == 204
    assert ada.get("/api/me").status == 401


def test_neither_token_nor_password_is_stored_or_logged(
    ada: Browser, stranger: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    [handler] = logging.getLogger("vowline").handlers
    written = StringIO()
    monkeypatch.setattr(handler, "stream", written)
    forget(stranger)
    token = mailed(mailbox)
    in_tables = everything_stored()
    reset(stranger, token)
    seen = in_tables + everything_stored() + written.getvalue()
    secrets = [token.partition(".")[2], token, NEW, PASSWORD]
    assert [canary for canary in secrets if canary in seen] == []
    assert '"password reset"' in written.getvalue()
    assert ADA not in written.getvalue()
