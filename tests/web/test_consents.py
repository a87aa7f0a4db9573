"""Cookies and consents at the client: nothing before an answer, receipts for each, and a change of mind."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from chalicelib.policy import profile
from tests.harness.offering import obeying
from tests.web.site import Guest

ASKING, SELLING = "kiwiphone", "zenvoip"


@pytest.mark.parametrize("id", profile.known())
def test_before_an_answer_a_visitor_has_no_cookie_and_nothing_is_stored(guest: Guest, id: str) -> None:
    with obeying(id):
        page = guest.open()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(700)  # the banner's own question has been asked by then
        assert page.context.cookies() == []
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("id", profile.known())
def test_who_signs_in_gets_only_cookies_that_the_register_calls_essential(guest: Guest, id: str) -> None:
    policy = profile.load(id)
    if "password_sign_in" not in policy.offers:
        return  # that one is led through Google: see tests/app/test_google_sign_in.py
    with obeying(id):
        guest.person.sign_up()
        page = guest.open()
        page.get_by_label("Email").fill("ada@example.org")
        page.get_by_label("Password", exact=True).fill("correct horse battery staple")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out").first).to_be_visible()
        essential = {one.name.removeprefix("__Host-") for one in policy.cookie if one.category == "essential"}
        found = page.context.cookies()
        assert found
        assert {one["name"] for one in found} <= essential
        assert all(one["httpOnly"] and one["sameSite"] == "Lax" for one in found)


@pytest.mark.parametrize(("answer", "granted"), [("Only essential", False), ("Allow", True)])
def test_the_banner_asks_once_and_each_answer_leaves_a_receipt(
    guest: Guest, answer: str, granted: bool
) -> None:
    with obeying(ASKING):
        page = guest.open()
        banner = page.get_by_role("region", name="Your choice")
        banner.get_by_role("button", name=answer, exact=True).click()
        expect(banner).to_have_count(0)
        expect(page.get_by_role("main")).to_be_focused()
        assert [one["name"] for one in page.context.cookies()] == ["vowline-choices"]
        assert guest.site.asked.count("PUT /api/privacy/consents/marketing") == 1
        guest.open()
        page.wait_for_timeout(900)
        expect(banner).to_have_count(0)
        page.get_by_role("button", name="Cookie choices").click()
        switch = page.get_by_role("dialog").get_by_role("switch")
        expect(switch).to_have_attribute("aria-checked", str(granted).lower())


def test_a_mind_is_changed_at_any_time_through_the_foot_of_the_page(guest: Guest) -> None:
    with obeying(ASKING):
        page = guest.open()
        banner = page.get_by_role("region", name="Your choice")
        banner.get_by_role("button", name="Allow").click()
        expect(banner).to_have_count(0)
        page.get_by_role("button", name="Cookie choices").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("switch").click()
        dialog.get_by_role("button", name="Save my choices").click()
        expect(page.get_by_text("Your choices are saved.")).to_be_visible()
        told = page.evaluate("fetch('/api/privacy/consents/marketing').then((answer) => answer.json())")
        assert [one["granted"] for one in told["receipts"]] == [False, True]


def test_a_service_that_asks_for_nothing_shows_no_banner_and_its_list(guest: Guest) -> None:
    page = guest.open()
    page.wait_for_timeout(900)
    expect(page.get_by_role("region", name="Your choice")).to_have_count(0)
    page.route("**/api/privacy/cookies", lambda route: route.fulfill(status=429, json={}), times=1)
    page.get_by_role("button", name="Cookie choices").click()
    page.get_by_text("Every cookie that this service may set").click()
    page.get_by_role("dialog").get_by_role("button", name="Try again").click()
    rows = page.get_by_role("dialog").get_by_role("row")
    expect(rows).to_have_count(1 + len(profile.load("kinvo").cookie))


def test_the_browsers_own_signal_is_obeyed_and_told(guest: Guest) -> None:
    with obeying(SELLING):
        guest.page.set_extra_http_headers({"Sec-GPC": "1"})
        page = guest.open()
        page.get_by_role("button", name="Cookie choices").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("Your browser tells every site not to sell")).to_be_visible()
        sale = dialog.get_by_role("switch", name="sell data about you")
        expect(sale).to_have_attribute("aria-checked", "false")
        expect(sale).to_have_attribute("aria-disabled", "true")
