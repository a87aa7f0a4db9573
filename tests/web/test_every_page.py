"""Every page of the client, for everybody: by ear and by eye, on a desk and in a hand, day and night."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from chalicelib.policy import profile
from tests.web import axe, pages
from tests.web.crowd import Crowd, see

WIDTH = "document.documentElement.scrollWidth"
DESK, HAND = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def test_no_page_of_the_client_is_forgotten_here() -> None:
    assert {(row.feature, row.path) for row in pages.ROWS} == pages.known()


def test_each_row_is_a_page_of_the_service_that_it_is_looked_at_under() -> None:
    for row in pages.ROWS:
        assert row.is_of(profile.load(row.policy)), row


@pytest.mark.parametrize("row", pages.ROWS, ids=lambda row: f"{row.policy}:{row.at}")
def test_it_can_be_used_by_everybody_and_keeps_to_itself(crowd: Crowd, row: pages.Row) -> None:
    """No console error, refused content or foreign request is among the visit's complaints."""
    with crowd.visit(row.policy, row.who) as guest:
        page = guest.page
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        guest.open(crowd.address(row, row.policy))
        see(page, row.heading, profile.current().title)
        assert axe.complaints(page) == []
        page.set_viewport_size(HAND)  # type: ignore[arg-type]
        assert page.evaluate(WIDTH) <= HAND["width"]
        assert axe.complaints(page) == []
        page.get_by_label("Language").select_option("de")
        expect(page.locator("html")).to_have_attribute("lang", "de")
        assert page.evaluate(WIDTH) <= HAND["width"], "German words are longer"
        page.evaluate("sessionStorage.clear()")


def test_what_is_no_page_is_told_to_everybody(crowd: Crowd) -> None:
    with crowd.visit("kinvo", "visitor") as guest:
        guest.open("/verify/nothing/here")
        see(guest.page, "There is nothing here", profile.current().title)
        assert axe.complaints(guest.page) == []
