"""While a new policy is announced, the notice leads to it; before and after there is none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.policy import profile
from chalicelib.privacy import announcements, notice_page
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.privacy.changing import MAILED, in_days, tell

PAGE, NOTICE = "/api/privacy/announcement", "/api/privacy/notice"


def test_without_an_announcement_there_is_no_such_page(browser: Browser) -> None:
    MAILED.hold()
    answer = browser.get(PAGE)
    assert (answer.status, answer.json["type"]) == (404, "not-found")
    assert PAGE not in browser.get(NOTICE).text


def test_the_notice_leads_to_the_one_that_is_announced_until_it_holds(browser: Browser, clock: Clock) -> None:
    MAILED.hold()
    draft = MAILED.draft()
    tell(draft)
    notice = browser.get(NOTICE).text
    assert f'href="{PAGE}"' in notice
    assert in_days(30) in notice
    answer = browser.get(PAGE)
    assert (answer.status, answer.text) == (200, "<p>the new notice</p>")
    assert answer.headers["content-security-policy"] == notice_page.content_policy()
    clock.advance(timedelta(days=30))
    announcements.activate(draft)
    assert browser.get(PAGE).status == 404


@pytest.mark.parametrize("id", profile.known())
def test_the_notice_says_whether_signing_in_accepts_it(id: str) -> None:
    policy = profile.load(id)
    said = 'id="acceptance"' in notice_page.render(policy)
    assert said == (policy.settings.change_notice.acceptance == "sign_in")
