"""The link in the mail: who opens an account, once, with whose password."""

from __future__ import annotations

from datetime import datetime, timedelta

import boto3
import pytest

from chalicelib.core import ids
from chalicelib.identity import passwords
from tests.app.person import (
    ADA,
    OTHER,
    log_in,
    newest_token,
    sign_up,
    tokens,
    verify,
)
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox


def test_a_token_opens_once(browser: Browser, mailbox: Mailbox) -> None:
    sign_up(browser)
    token = newest_token(mailbox)
    assert [verify(browser, token), verify(browser, token)] == [204, 404]
    assert log_in(browser) == 200


def test_a_token_lives_for_a_day(browser: Browser, mailbox: Mailbox, clock: Clock) -> None:
    sign_up(browser)
    clock.advance(timedelta(hours=24, seconds=1))
    assert verify(browser, newest_token(mailbox)) == 404
    assert log_in(browser) == 401


def test_a_token_lives_nearly_a_day(browser: Browser, mailbox: Mailbox, clock: Clock) -> None:
    sign_up(browser)
    clock.advance(timedelta(hours=23, minutes=59))
    assert verify(browser, newest_token(mailbox)) == 204


def test_only_the_newest_token_opens_and_with_its_own_password(browser: Browser, mailbox: Mailbox) -> None:
    sign_up(browser, password=OTHER)
    older = newest_token(mailbox)
    sign_up(browser)
    assert verify(browser, older) == 404
    assert verify(browser, newest_token(mailbox)) == 204
    assert [log_in(browser, password=OTHER), log_in(browser)] == [401, 200]


def test_an_older_token_stays_dead_after_the_newest_was_used(browser: Browser, mailbox: Mailbox) -> None:
    sign_up(browser, password=OTHER)
    older = newest_token(mailbox)
    sign_up(browser)
    verify(browser, newest_token(mailbox))
    assert verify(browser, older) == 404
    assert log_in(browser, password=OTHER) == 401


def test_nobody_can_squat_on_an_address(browser: Browser, mailbox: Mailbox) -> None:
    squatter = Browser(browser.stage, mailbox)
    for _ in range(3):
        sign_up(squatter, password=OTHER)
    sign_up(browser)
    assert verify(browser, newest_token(mailbox)) == 204
    assert [log_in(squatter, password=OTHER), log_in(browser)] == [401, 200]


def test_an_expired_sign_up_that_still_lies_in_the_table_holds_nothing(
    browser: Browser, mailbox: Mailbox, clock: Clock
) -> None:
    sign_up(Browser(browser.stage, mailbox), password=OTHER)
    clock.advance(timedelta(days=3))
    sign_up(browser)
    assert verify(browser, newest_token(mailbox)) == 204
    assert log_in(browser) == 200


def test_of_two_sign_ups_at_once_exactly_the_newest_opens(
    browser: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    hash_password = passwords.hash

    def while_another_signs_up(password: str) -> str:
        monkeypatch.setattr(passwords, "hash", hash_password)
        assert sign_up(Browser(browser.stage, mailbox), password=OTHER).status == 202
        return hash_password(password)

    monkeypatch.setattr(passwords, "hash", while_another_signs_up)
    assert sign_up(browser).status == 202
    earlier, later = tokens(mailbox)
    assert [verify(browser, earlier), verify(browser, later)] == [404, 204]
    assert [log_in(browser, password=OTHER), log_in(browser)] == [401, 200]


def test_a_sign_up_that_comes_while_a_token_is_used_wins_or_loses_whole(
    browser: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(browser)
    token = newest_token(mailbox)
    new_id = ids.new

    def while_another_signs_up(prefix: str, at: datetime) -> str:
        monkeypatch.setattr(ids, "new", new_id)
        sign_up(Browser(browser.stage, mailbox), password=OTHER)
        return new_id(prefix, at)

    monkeypatch.setattr(ids, "new", while_another_signs_up)
    assert verify(browser, token) == 404
    assert log_in(browser) == 401
    assert verify(browser, newest_token(mailbox)) == 204
    assert log_in(browser, password=OTHER) == 200


def test_a_guessed_token_opens_nothing(browser: Browser) -> None:
    for token in ("x", "a" * 43, "../..", "VERIFICATION#x", "é"):
        answer = browser.post("/api/auth/verify", {"token": token})
        assert (answer.status, answer.json["type"]) == (404, "link-not-valid"), token


def test_a_session_is_no_verification_and_a_verification_no_session(
    browser: Browser, mailbox: Mailbox
) -> None:
    browser.sign_up()
    assert verify(browser, browser.cookies["vowline"]) == 404
    sign_up(browser, email="eve@example.org")
    browser.cookies["vowline"] = newest_token(mailbox, "eve@example.org")
    assert browser.get("/api/me").status == 401


def test_a_waiting_sign_up_has_no_account_and_expires_by_itself(browser: Browser) -> None:
    sign_up(browser)
    items = boto3.client("dynamodb").scan(TableName="vowline-local-users")["Items"]
    assert [item["user_id"]["S"].partition("#")[0] for item in items] == ["EMAIL"]
    assert "expires_at" in items[0]
    assert ADA not in items[0]["user_id"]["S"]


def test_an_opened_account_never_expires_and_its_unique_item_keeps_no_copy(browser: Browser) -> None:
    browser.sign_up()
    items = boto3.client("dynamodb").scan(TableName="vowline-local-users")["Items"]
    assert [item for item in items if "expires_at" in item] == []
    [unique] = [item for item in items if item["user_id"]["S"].startswith("EMAIL#")]
    assert set(unique) == {"user_id", "owner_id"}
