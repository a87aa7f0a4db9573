"""Two people at one window: the next is shown nothing of the last, and does nothing that those began."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.core import clock
from tests.calling import past_calls
from tests.harness.browser import PASSWORD, Browser
from tests.numbers.phones import Phones
from tests.web.site import Guest

GRACE = "grace@example.org"
FRIEND = "+442079460958"


@pytest.fixture
def grace(guest: Guest) -> Browser:
    return Browser(guest.stage, guest.mailbox).sign_up(GRACE)


def hand_over(page: Page) -> None:
    """Grace signs in where somebody else has signed out."""
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    page.get_by_label("Email").fill(GRACE)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out").first).to_be_visible()


def test_the_next_person_finds_an_empty_keypad(guest: Guest, grace: Browser) -> None:
    Phones(guest.person.sign_up(), guest.stage).verify()
    guest.person.put("/api/favourites", {"numbers": [FRIEND]})
    page = guest.sign_in()
    page.get_by_label("Number").fill("+33142685300")
    expect(page.get_by_role("button", name=re.compile("Dial .*7946"))).to_be_visible()
    expect(page.get_by_label("They see")).to_be_visible()
    page.route(re.compile("/api/(favourites|caller-ids)"), lambda route: None)  # no answer hides what is left
    page.get_by_role("button", name="Sign out").first.click()
    hand_over(page)
    expect(page.get_by_label("Number")).to_have_value("")
    expect(page.get_by_label("They see")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("Dial .*7946"))).to_have_count(0)


def test_the_next_person_finds_no_file_of_the_lasts(guest: Guest, grace: Browser) -> None:
    past_calls.write(past_calls.record(guest.person.sign_up().account_id, clock.now()))
    page = guest.sign_in("/history")
    file = {"id": "exp_1", "state": "running", "rows": 7, "link": None, "expires_at": "2030-01-01T00:00:00Z"}
    page.route(re.compile("calls.csv"), lambda route: route.fulfill(status=202, json=file))
    page.get_by_role("button", name="Download as CSV").click()
    expect(page.get_by_text("The file is being made")).to_be_visible()
    page.get_by_role("button", name="Sign out").first.click()
    hand_over(page)
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.get_by_text("No calls yet")).to_be_visible()
    expect(page.get_by_text("The file is being made")).to_have_count(0)


def test_an_answer_that_comes_too_late_is_not_told_to_the_next_person(guest: Guest, grace: Browser) -> None:
    guest.person.sign_up().put("/api/favourites", {"numbers": [FRIEND]})
    held: list[Route] = []
    guest.page.route("**/api/favourites", held.append)
    page = guest.sign_in()
    page.get_by_role("button", name="Sign out").first.click()
    hand_over(page)
    expect(page.get_by_role("heading", name="Phone", exact=True)).to_be_visible()
    held[0].fulfill(json={"numbers": [FRIEND]})
    page.wait_for_timeout(200)
    expect(page.get_by_role("button", name=re.compile("Dial .*7946"))).to_have_count(0)
