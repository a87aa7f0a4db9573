"""What the policy shows to everybody: the notice, partners, cookies, the answer to a browser's signal."""

from __future__ import annotations

import pytest

from chalicelib.policy import profile
from chalicelib.privacy import notice_page
from tests.harness.browser import Browser
from tests.harness.environment import ENVIRONMENT
from tests.privacy.chosen import choose
from tests.privacy.page import read


def test_the_notice_is_a_page_for_everybody_that_names_who_answers(browser: Browser) -> None:
    answer = browser.get("/api/privacy/notice")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    text = read(answer.text).text()
    assert ENVIRONMENT["CONTROLLER"] in text
    assert ENVIRONMENT["PRIVACY_MAIL"] in text
    assert profile.current().version in text


def test_the_notice_allows_its_own_style_and_nothing_else(browser: Browser) -> None:
    policy = browser.get("/api/privacy/notice").headers["content-security-policy"]
    assert policy == notice_page.content_policy()
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_partners_are_listed_with_what_they_get_and_where(browser: Browser) -> None:
    told = browser.get("/api/privacy/subprocessors").json
    assert told["policy_version"] == profile.current().version
    assert {one["id"]: one["active"] for one in told["items"]} == {
        one.id: one.active for one in profile.current().processor
    }
    for one in told["items"]:
        assert one["country"]
        assert one["mechanism"]
        assert one["fields_sent"]
        assert one["dpa"] in ("terms", "signed")


def test_every_cookie_that_a_sign_in_sets_is_in_the_list_with_its_life(browser: Browser) -> None:
    listed = {one["name"]: one["life"] for one in browser.get("/api/privacy/cookies").json["items"]}
    assert set(listed) == {cookie.name for cookie in profile.current().cookie}
    assert choose(browser, "improvement", False).status == 200
    browser.sign_up()
    assert set(browser.cookies) == {name.removeprefix("__Host-") for name in listed}


def test_the_browsers_signal_against_sale_is_obeyed_since_the_policys_day(browser: Browser) -> None:
    answer = browser.get("/.well-known/gpc.json")
    assert answer.json == {"gpc": True, "lastUpdate": profile.current().effective_at}
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", ["notice", "subprocessors", "cookies", "policy"])
def test_nothing_of_the_policy_needs_a_session(browser: Browser, path: str) -> None:
    assert browser.get(f"/api/privacy/{path}").status == 200
    assert not browser.cookies
