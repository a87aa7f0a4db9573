"""Two people at one window: the next is shown nothing of the last, and does nothing that those began."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.core import clock
from tests.calling import past_calls
from tests.conftest import Clock
from tests.harness.browser import PASSWORD, Browser
from tests.numbers.phones import Phones
from tests.web.site import Guest

GRACE = "grace@example.org"
FRIEND = "+442079460958"


@pytest.fixture
def grace(guest: Guest) -> Browser:
    return Browser(guest.stage, guest.mailbox).sign_up(GRACE)


def come_back(page: Page) -> None:
    """As if another tab had been looked at meanwhile."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


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

    def hold(route: Route) -> None:
        held.append(route)

    guest.page.route("**/api/favourites", hold)
    page = guest.sign_in()
    page.get_by_role("button", name="Sign out").first.click()
    hand_over(page)
    expect(page.get_by_role("heading", name="Phone", exact=True)).to_be_visible()
    held[0].fulfill(json={"numbers": [FRIEND]})
    page.wait_for_timeout(200)
    expect(page.get_by_role("button", name=re.compile("Dial .*7946"))).to_have_count(0)


def test_what_waits_for_a_password_is_not_done_by_the_next_persons(
    guest: Guest, grace: Browser, clock: Clock
) -> None:
    page = guest.sign_in("/privacy/leave")
    clock.advance(timedelta(minutes=20))
    page.get_by_role("button", name="Delete my account …").click()
    page.get_by_role("button", name="Delete my account", exact=True).click()
    again = page.get_by_role("dialog", name="Please sign in again")
    expect(again).to_be_visible()
    guest.person.post("/api/auth/logout")
    come_back(page)
    expect(page.get_by_text("You were signed out. Please sign in again.")).to_be_visible()
    hand_over(page)
    expect(page.get_by_role("heading", name="Privacy", exact=True)).to_be_visible()
    expect(again).to_have_count(0)
    assert grace.get("/api/privacy/requests").json["items"] == []


@pytest.fixture
def keypad(guest: Guest) -> Page:
    """Ada's, beside a call that she may keep with her favourites."""
    call = past_calls.record(guest.person.sign_up().account_id, clock.now(), to=FRIEND)
    past_calls.write(call)
    page = guest.sign_in()
    expect(page.get_by_role("button", name=re.compile("^Favourite: "))).to_be_visible()
    return page


def test_who_signed_in_anew_in_another_tab_goes_on_in_this_one(guest: Guest, keypad: Page) -> None:
    guest.person.sign_in()
    guest.take_cookies()
    keypad.get_by_role("button", name=re.compile("^Favourite: ")).click()
    expect(keypad.get_by_text("Kept with your favourites.")).to_be_visible()
    assert guest.person.get("/api/favourites").json["numbers"] == [FRIEND]


def test_nothing_is_done_for_who_signed_in_in_another_tab(guest: Guest, keypad: Page, grace: Browser) -> None:
    guest.person.cookies = grace.cookies
    guest.take_cookies()
    with keypad.expect_event("load"):
        keypad.get_by_role("button", name=re.compile("^Favourite: ")).click()
    assert grace.get("/api/favourites").json["numbers"] == []


def test_a_tab_that_one_comes_back_to_is_its_persons_who_is_signed_in(guest: Guest, grace: Browser) -> None:
    page = guest.sign_in("/settings")
    expect(page.get_by_text("ada@example.org")).to_be_visible()
    guest.person.cookies = grace.cookies
    guest.take_cookies()
    come_back(page)
    expect(page.get_by_text(GRACE)).to_be_visible()
    expect(page.get_by_text("ada@example.org")).to_have_count(0)
