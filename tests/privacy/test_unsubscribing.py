"""The way out of marketing mails: a click by a mail program, a button for people, nothing by a mere look."""

from __future__ import annotations

import re

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.core import ids
from chalicelib.policy.consent import MARKETING
from chalicelib.policy.profile import Profile
from chalicelib.privacy import choices, unsubscribing
from tests.harness.browser import Browser
from tests.harness.environment import ENVIRONMENT
from tests.harness.lambda_door import Answer, ask
from tests.privacy.chosen import choose, granted, receipts

FORM = {"content-type": "application/x-www-form-urlencoded"}
ONE_CLICK = b"List-Unsubscribe=One-Click"


@pytest.fixture
def reader(zenvoip: Profile, browser: Browser) -> Browser:
    """Somebody who asked for news."""
    browser.sign_up()
    assert choose(browser, MARKETING, True).status == 200
    return browser


def path(account_id: str) -> str:
    return unsubscribing.url(account_id).removeprefix(ENVIRONMENT["PUBLIC_URL"])


def click(link: str, **headers: str) -> Answer:
    """What a mail program's servers send: no cookie, no token, no page of ours."""
    return ask("POST", link, headers={**FORM, **headers}, body=ONE_CLICK)


def test_one_click_ends_it_at_once_without_signing_in(reader: Browser) -> None:
    link = path(reader.account_id)
    assert click(link).status == 200
    assert granted(reader)[MARKETING] is False
    last = receipts(reader.account_id)[-1]
    assert (last["stands"], last["source"]) == (False, "unsubscribe")


def test_a_second_click_changes_nothing(reader: Browser) -> None:
    link = path(reader.account_id)
    assert [click(link).status for _ in range(3)] == [200, 200, 200]
    assert [one["stands"] for one in receipts(reader.account_id)] == [True, False]


def test_opening_the_link_shows_a_button_and_changes_nothing(reader: Browser) -> None:
    link = path(reader.account_id)
    shown = ask("GET", link)
    assert shown.status == 200
    assert re.search(r'<form method="post"><button', shown.text)
    assert "form-action 'self'" in shown.headers["content-security-policy"]
    assert granted(reader)[MARKETING] is True


def test_it_works_from_any_page_and_with_any_body(reader: Browser) -> None:
    answer = click(path(reader.account_id), origin="https://mail.example", **{"sec-fetch-site": "cross-site"})
    assert answer.status == 200
    assert answer.cookies == []
    assert granted(reader)[MARKETING] is False


def test_a_link_that_we_did_not_sign_does_nothing(reader: Browser) -> None:
    mine, other = path(reader.account_id), path(ids.new("acc", service_clock.now()))
    account, _, signature = mine.rpartition(".")
    forged = [
        f"{account}.",
        account,
        f"{account}.{'A' * len(signature)}",
        f"{account}.{other.rpartition('.')[2]}",
        "/api/privacy/unsubscribe/x.y",
    ]
    for link in forged:
        for answer in (click(link), ask("GET", link)):
            assert (answer.status, answer.json["type"]) == (404, "not-found"), link
    assert granted(reader)[MARKETING] is True


def test_a_link_outlives_its_account_and_does_no_harm(reader: Browser) -> None:
    account_id = reader.account_id
    choices.close(account_id)
    before = receipts(account_id)
    assert click(path(account_id)).status == 200
    assert receipts(account_id) == before


def test_who_unsubscribed_may_ask_again(reader: Browser) -> None:
    assert click(path(reader.account_id)).status == 200
    assert choose(reader, MARKETING, True).json["granted"] is True


def test_a_service_without_marketing_has_no_such_page(browser: Browser) -> None:
    answer = click(path(browser.sign_up().account_id))
    assert (answer.status, answer.json["type"]) == (404, "not-offered")
