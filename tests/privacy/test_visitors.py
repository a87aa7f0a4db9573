"""Who has not signed in chooses for a browser, and takes it along when they sign in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.core.throttles import Limit
from chalicelib.policy.consent import MARKETING
from chalicelib.policy.profile import Profile
from chalicelib.privacy import consents, visitors
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.privacy.chosen import choose, granted, receipts

COOKIE = "vowline-choices"


def test_a_visitor_gets_a_number_with_the_first_answer_and_is_known_by_it(
    zenvoip: Profile, browser: Browser
) -> None:
    assert COOKIE not in browser.cookies
    assert choose(browser, "analytics", True).status == 200
    token = browser.cookies[COOKIE]
    assert granted(browser)["analytics"] is True
    assert choose(browser, "analytics", False).status == 200
    assert browser.cookies[COOKIE] == token
    assert granted(browser)["analytics"] is False
    assert len(receipts(visitors.holder(token))) == 2
    assert token not in str(receipts())


def test_one_visitors_answer_is_nobody_elses(
    zenvoip: Profile, browser: Browser, stage: Stage, mailbox: Mailbox
) -> None:
    choose(browser, "analytics", True)
    other = Browser(stage, mailbox)
    assert granted(other)["analytics"] is False
    other.cookies[COOKIE] = "not a number of ours"
    assert granted(other)["analytics"] is False
    assert choose(other, "analytics", False).status == 200
    assert granted(browser)["analytics"] is True


def test_a_visitors_answer_ends_with_the_cookie_and_its_proof_later(
    zenvoip: Profile, browser: Browser, clock: Clock
) -> None:
    choose(browser, "analytics", True)
    [receipt] = receipts()
    left = datetime.fromtimestamp(int(receipt["expires_at"]), UTC) - service_clock.now()
    assert left > timedelta(days=5 * 365 + 179)
    clock.advance(timedelta(days=181))
    assert granted(browser)["analytics"] is False
    assert choose(browser, "analytics", True).status == 200
    assert granted(browser)["analytics"] is True


def test_what_a_visitor_chose_becomes_theirs_when_they_sign_in(zenvoip: Profile, browser: Browser) -> None:
    choose(browser, "analytics", True)
    choose(browser, MARKETING, False)
    account_id = browser.sign_up().account_id
    assert granted(browser) == {"marketing": False, "analytics": True, "sale": False}
    tied = receipts(account_id)
    assert {one["about"]: (one["stands"], one["source"]) for one in tied} == {
        "analytics": (True, "visit"),
        "marketing": (False, "visit"),
    }


def test_the_next_person_at_the_same_browser_inherits_nothing(
    zenvoip: Profile, browser: Browser, stage: Stage, mailbox: Mailbox
) -> None:
    choose(browser, "analytics", True)
    browser.sign_up("ada@example.org")
    browser.post("/api/auth/logout")
    browser.csrf_token = None
    eve = browser.sign_up("eve@example.org")
    assert granted(eve)["analytics"] is False
    assert receipts(eve.account_id) == []


def test_a_persons_own_no_is_not_undone_by_a_browser(
    zenvoip: Profile, browser: Browser, stage: Stage, mailbox: Mailbox
) -> None:
    choose(browser.sign_up("ada@example.org"), "analytics", False)
    elsewhere = Browser(stage, mailbox)
    choose(elsewhere, "analytics", True)
    assert granted(elsewhere.sign_in("ada@example.org"))["analytics"] is False


def test_a_visitors_newer_no_ends_what_the_person_allowed_elsewhere(
    zenvoip: Profile, browser: Browser, stage: Stage, mailbox: Mailbox, clock: Clock
) -> None:
    choose(browser.sign_up("ada@example.org"), "analytics", True)
    clock.advance(timedelta(minutes=1))
    elsewhere = Browser(stage, mailbox)
    choose(elsewhere, "analytics", False)
    assert granted(elsewhere.sign_in("ada@example.org"))["analytics"] is False
    assert granted(browser)["analytics"] is False


def test_visitors_answers_are_limited_by_where_they_come_from(
    zenvoip: Profile,
    browser: Browser,
    stage: Stage,
    mailbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consents, "VISITOR_SOURCE", Limit("visitor-consents-source", 2, consents.HOUR))
    for allowed in (True, False):
        assert choose(browser, "analytics", allowed).status == 200
    refused = choose(browser, "analytics", True)
    assert (refused.status, refused.json["type"]) == (429, "too-many-requests")
    assert choose(Browser(stage, mailbox), "analytics", True).status == 200
