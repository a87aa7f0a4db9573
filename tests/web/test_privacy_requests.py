"""Requests that somebody answers, in the privacy centre; and the file that goes to another service."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib.privacy import desk
from tests.harness.offering import obeying
from tests.privacy.asked import Asked, work
from tests.web.site import PUBLIC_URL, Guest

REQUESTS = "/api/privacy/requests"
STAFF = "operator:desk"


def ask(page: Page, name: str) -> Locator:
    """Exercise a right that has no part of its own; answers its entry in the list."""
    page.get_by_role("button", name=name).click()
    entry = page.get_by_role("region", name="Your requests").get_by_role("group")
    expect(entry).to_contain_text("Answer due by")
    return entry


def the_one(guest: Guest) -> dict[str, str]:
    (request,) = guest.person.get(REQUESTS).json["items"]
    return dict(request)


@pytest.mark.parametrize(
    ("button", "type", "title"),
    [
        ("Opt out of sale and sharing", "opt_out", "No sale or sharing"),
        ("Complain", "complaint", "Complaint"),
        ("Have something corrected", "correction", "Correction"),
    ],
)
def test_a_request_is_answered_by_its_day_and_its_person_reads_it(
    guest: Guest, button: str, type: str, title: str
) -> None:
    with obeying("zenvoip"):
        page = guest.sign_in("/privacy/requests")
        entry = ask(page, button)
        expect(entry).to_contain_text(title)
        request = the_one(guest)
        assert request["type"] == type
        expect(entry.locator("summary")).to_contain_text("It is yours; an answer is on its way")
        expect(entry).to_contain_text(f"and name {request['id']}")
        assert request["id"] in guest.mailbox.all()[-1].text, "the mail says where to write"
        desk.fulfil(guest.person.account_id, request["id"], None, STAFF)
        guest.open("/privacy/requests")
        expect(entry.locator("summary")).to_contain_text("Done")
        expect(entry.get_by_role("button", name="Cancel this request")).to_have_count(0)


def test_a_list_that_could_not_be_read_anew_is_tried_again(guest: Guest) -> None:
    page = guest.sign_in("/privacy/requests")
    expect(page.get_by_text("No requests yet")).to_be_visible()
    page.route(f"**{REQUESTS}?*", lambda route: route.fulfill(status=429, json={}), times=1)
    page.get_by_role("button", name="Complain").click()
    entry = page.get_by_role("region", name="Your requests").get_by_role("group")
    page.get_by_role("button", name="Try again").click()
    expect(entry).to_contain_text("Complaint")
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_a_correction_that_is_declined_says_why_in_the_words_that_were_written(guest: Guest) -> None:
    page = guest.sign_in("/privacy/requests")
    entry = ask(page, "Have something corrected")
    why = "What you wrote is what we hold already."
    desk.deny(guest.person.account_id, the_one(guest)["id"], why, STAFF)
    guest.open("/privacy/requests")
    expect(entry.locator("summary")).to_contain_text("Declined")
    entry.locator("summary").click()
    expect(entry.get_by_text(why)).to_be_visible()


def test_asking_twice_goes_on_with_the_open_request(guest: Guest) -> None:
    page = guest.sign_in("/privacy/requests")
    ask(page, "Complain")
    page.get_by_role("button", name="Complain").click()
    expect(page.get_by_text("We have your request.").first).to_be_visible()
    assert the_one(guest)["type"] == "complaint"


def test_the_address_for_another_service_is_shown_once_and_opens_nothing_when_taken_back(
    guest: Guest,
) -> None:
    guest.person.sign_up()
    Asked(guest.person, "portability")
    assert work()["ready"] == 1
    page = guest.sign_in("/privacy/file")
    page.get_by_role("button", name="Make the address").click()
    address = page.get_by_label("The address, shown only now")
    expect(address).to_have_value(re.compile("/api/privacy/transmissions/"))
    made = address.input_value().removeprefix(PUBLIC_URL)
    page.get_by_role("button", name="Copy").click()
    assert page.evaluate("navigator.clipboard.readText()") == address.input_value()
    guest.open("/privacy/file")
    expect(page.get_by_role("button", name="Make the address")).to_be_visible()
    expect(address).to_have_count(0)
    assert made not in page.content()
    page.get_by_role("button", name="Take the address back").click()
    expect(page.get_by_text("The address opens nothing any more.")).to_be_visible()
    assert guest.person.get(made).status == 404
