"""A service that can't be reached, or in part: what is said, and that it goes on by itself."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.harness.browser import PASSWORD
from tests.web.site import Guest

UNREACHABLE = "We can't reach the service right now."
OFFLINE = "We can't reach the service. What you see may be old"


def break_off(route: Route) -> None:
    """An answer whose second half never comes."""
    route.fulfill(content_type="application/json", body='{"items": [')


def offer_credentials(page: Page) -> None:
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_half_an_answer_is_none(guest: Guest) -> None:
    guest.page.route("**/api/favourites", break_off, times=1)
    page = guest.sign_in()
    expect(page.get_by_role("alert").filter(has_text=UNREACHABLE)).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("The star beside a number keeps it here.")).to_be_visible()


def test_a_sign_in_whose_answer_is_lost_can_be_tried_again(guest: Guest) -> None:
    guest.person.sign_up()
    page = guest.open()
    page.route("**/api/auth/login", break_off, times=1)
    offer_credentials(page)
    expect(page.get_by_role("alert").filter(has_text=UNREACHABLE)).to_be_visible()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out").first).to_be_visible()


def test_who_could_not_be_recognized_at_first_is_a_moment_later(guest: Guest) -> None:
    guest.page.clock.install()
    guest.page.route("**/api/me", lambda route: route.fulfill(status=503, json={}), times=1)
    page = guest.sign_in("/settings")
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text=OFFLINE)).to_be_visible()
    page.clock.fast_forward(5_000)
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    expect(page.get_by_text(OFFLINE)).to_have_count(0)
    guest.complaints.clear()  # of the 503


def test_the_credit_is_read_again_once_the_service_is_back(guest: Guest) -> None:
    guest.person.sign_up().top_up()
    page = guest.sign_in("/settings")
    expect(page.get_by_role("link", name=re.compile("Credit"))).to_have_text("$10.00")
    guest.person.top_up()
    page.evaluate("dispatchEvent(new Event('offline'))")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("link", name=re.compile("Credit"))).to_have_text("$20.00")
