"""Accounts as the other rooms use them."""

import pytest

from chalicelib.core import clock
from chalicelib.identity import accounts
from tests.harness.browser import Browser

GONE = "usr_01M7ZMR75F61ET693DNXWGQS4C"


@pytest.fixture
def user_id(browser: Browser) -> str:
    return str(browser.sign_up("ada@example.org").get("/api/me").json["user_id"])


def status(user_id: str) -> str:
    account = accounts.get(user_id)
    assert account
    return account.status


def test_an_account_tells_its_person_and_when_it_was_opened(user_id: str) -> None:
    account = accounts.get(user_id)
    assert account
    assert (account.user_id, account.email, account.status) == (user_id, "ada@example.org", "active")
    assert abs((clock.now() - account.created_at).total_seconds()) < 60


def test_an_account_is_not_named_after_its_person(user_id: str) -> None:
    account = accounts.get(user_id)
    assert account
    assert account.account_id[-16:] != user_id[-16:]


def test_suspending_and_resuming_may_be_repeated(user_id: str) -> None:
    for change, expected in [
        (accounts.suspend, "suspended"),
        (accounts.suspend, "suspended"),
        (accounts.resume, "active"),
        (accounts.resume, "active"),
    ]:
        change(user_id)
        assert status(user_id) == expected


def test_who_is_gone_is_not_brought_back_by_a_late_change(browser: Browser) -> None:
    accounts.suspend(GONE)
    accounts.resume(GONE)
    assert accounts.get(GONE) is None
