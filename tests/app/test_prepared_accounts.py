"""An account that somebody prepared for a stranger's address: none of what they left in it stays."""

from __future__ import annotations

import pytest

from tests.app.person import (
    ADA,
    NEW,
    OTHER,
    ask_for_address,
    confirm_address,
    forget,
    log_in,
    mailed,
    newest_token,
    reset,
    sign_up,
    verify,
)
from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox

EVES = "eve@example.org"


@pytest.fixture
def eve(browser: Browser) -> Browser:
    return Browser(browser.stage, browser.mailbox)


@pytest.fixture
def prepared(browser: Browser, eve: Browser, mailbox: Mailbox) -> Browser:
    """Eve signed up with Ada's address and a password of hers, and Ada followed the link."""
    sign_up(eve, password=OTHER)
    assert verify(browser, newest_token(mailbox)) == 204
    return eve.sign_in(ADA, OTHER)


def recover(browser: Browser, mailbox: Mailbox) -> None:
    forget(browser)
    assert reset(browser, mailed(mailbox)).status == 204
    browser.sign_in(ADA, NEW)


def test_before_the_address_is_verified_nobody_can_sign_in_and_wait(browser: Browser, eve: Browser) -> None:
    sign_up(eve, password=OTHER)
    assert log_in(eve, password=OTHER) == 401
    browser.sign_up()
    assert [log_in(eve, password=OTHER), log_in(browser)] == [401, 200]


def test_a_password_set_before_is_dead_once_the_owner_has_reset_it(
    browser: Browser, prepared: Browser, mailbox: Mailbox
) -> None:
    recover(browser, mailbox)
    assert log_in(prepared, password=OTHER) == 401


def test_a_session_opened_before_is_dead_however_long_it_was_kept(
    browser: Browser, prepared: Browser, mailbox: Mailbox
) -> None:
    assert prepared.get("/api/me").status == 200
    recover(browser, mailbox)
    assert [prepared.get("/api/me").status, browser.get("/api/me").status] == [401, 200]


def test_an_address_change_asked_for_before_can_no_longer_be_confirmed(
    browser: Browser, prepared: Browser, mailbox: Mailbox
) -> None:
    ask_for_address(prepared, EVES, OTHER)
    recover(browser, mailbox)
    token = mailed(mailbox, EVES)
    assert confirm_address(prepared, token).status == 401
    assert confirm_address(browser, token).status == 404
    assert browser.get("/api/me").json["email"] == ADA


def test_a_reset_link_asked_for_before_is_dead_too(
    browser: Browser, prepared: Browser, mailbox: Mailbox
) -> None:
    forget(prepared)
    earlier = mailed(mailbox)
    recover(browser, mailbox)
    assert reset(prepared, earlier, OTHER).status == 404


def test_an_account_has_one_address_so_none_can_be_left_in_it(
    browser: Browser, prepared: Browser, mailbox: Mailbox
) -> None:
    ask_for_address(prepared, EVES, OTHER)
    assert confirm_address(prepared, mailed(mailbox, EVES)).status == 200
    browser.sign_up(ADA, NEW)
    forget(prepared, EVES)
    assert reset(prepared, mailed(mailbox, EVES), OTHER).status == 204
    hers, evil = browser.get("/api/me").json, prepared.sign_in(EVES, OTHER).get("/api/me").json
    assert hers["account_id"] != evil["account_id"]


def test_nobody_is_given_an_account_by_a_link_that_they_did_not_ask_for(
    browser: Browser, eve: Browser, mailbox: Mailbox
) -> None:
    eve.sign_up(EVES)
    ask_for_address(eve, ADA)
    token = mailed(mailbox)
    assert confirm_address(browser, token).status == 401
    browser.sign_up()
    assert confirm_address(browser, token).status == 404
    assert eve.get("/api/me").json["email"] == EVES
