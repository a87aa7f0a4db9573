"""What the page says when the service says no."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import Visit


def _settle(page: Page) -> None:
    """All that the first view asks for has come."""
    expect(page.get_by_role("link", name="Credit $0.00")).to_be_visible()
    expect(page.get_by_text("No calls yet.")).to_be_visible()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("+44909879000", "This is a premium number that bills its callers, and we don't connect those."),
        ("911", "We can't connect emergency calls."),
        ("020 7946", "Please write the number with + and its country code."),
    ],
)
def test_a_number_that_is_not_connected_is_refused_before_the_call(
    visit: Visit, number: str, sentence: str
) -> None:
    visit.house.book("topup", 5_000_000)
    page = visit.sign_in()
    page.get_by_label("Number").fill(number)
    expect(page.locator("#quote")).to_have_text(sentence)
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.get_by_role("main").get_by_role("alert")).to_have_text(sentence)
    assert visit.house.calls == []


def test_a_call_beyond_the_credit_leads_to_the_top_up(visit: Visit) -> None:
    page = visit.sign_in()
    page.get_by_label("Number").fill("+442079460958")
    page.get_by_role("button", name="Call", exact=True).click()
    alert = page.get_by_role("main").get_by_role("alert")
    expect(alert).to_have_text("Your credit is too small for this call. Please top up first.")
    assert visit.house.calls == []
    page.locator("#quote").get_by_role("link", name="Top up").click()
    expect(page.get_by_role("heading", name="Credit")).to_be_focused()


def test_what_is_wrong_with_a_field_is_said_at_the_field(visit: Visit) -> None:
    page = visit.sign_in("/#credit")
    amount = page.get_by_label("Amount in USD")
    amount.fill("500")
    page.get_by_role("button", name="Go to payment").click()
    expect(amount).to_have_accessible_description("Choose whole cents from 5 to 100.")
    expect(amount).to_be_focused()
    amount.fill("a lot")
    page.get_by_role("button", name="Go to payment").click()
    expect(amount).to_have_accessible_description("An amount such as 25 or 12.50")
    assert visit.house.orders == {}


def test_who_is_too_young_reads_it_at_the_birth_date(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("button", name="Create an account").click()
    main = page.get_by_role("main")
    main.get_by_label("Email").fill("kid@example.com")
    main.get_by_label("Password").fill("correct horse")
    main.get_by_label("Birth date").fill("2020-01-02")
    page.get_by_role("button", name="Create account").click()
    expect(main.get_by_label("Birth date")).to_be_focused()
    expect(main.locator(".error")).to_have_text("You must be at least 18 years old to use this service.")
    assert visit.house.signed_up == {}


def test_a_used_link_is_told(visit: Visit) -> None:
    page = visit.open("/verify?token=another")
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("alert")).to_have_text("This link has been used or is too old.")


def test_an_ended_session_asks_to_sign_in_again(visit: Visit) -> None:
    page = visit.sign_in()
    _settle(page)
    visit.house.signed_in_at = None
    page.get_by_role("link", name="Credit", exact=True).click()
    expect(page.get_by_role("main").get_by_role("status")).to_have_text(
        "You were signed out. Please sign in again."
    )
    expect(page.get_by_role("navigation")).to_be_hidden()


def test_a_deletion_asked_for_elsewhere_narrows_the_page(visit: Visit) -> None:
    page = visit.sign_in()
    _settle(page)
    visit.house.ask_deletion("deletion")
    page.get_by_role("link", name="Credit", exact=True).click()
    expect(page.get_by_role("heading", name="Your account is being deleted")).to_be_visible()


def test_a_service_out_of_reach_is_told(visit: Visit) -> None:
    page = visit.sign_in("/#credit")
    page.route("**/api/topups", lambda route: route.abort())
    page.get_by_role("button", name="Go to payment").click()
    expect(page.get_by_role("alert")).to_contain_text("We can't reach the service right now.")
    visit.complaints[:] = [one for one in visit.complaints if "ERR_FAILED" not in one]
