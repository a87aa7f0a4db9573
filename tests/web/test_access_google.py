"""Signing up and in with Google at the client: there, back again, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.app import at_google
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.offering import obeying, offering
from tests.web import axe
from tests.web.google_window import be, beside_google
from tests.web.site import Guest

ADA, STRANGER = "ada@example.org", "stranger@example.org"


@pytest.fixture
def alone(guest: Guest) -> Iterator[Guest]:
    """At a service that Google alone opens."""
    with obeying("ownnumber"), beside_google(guest):
        yield guest


@pytest.fixture
def beside(guest: Guest) -> Iterator[Guest]:
    """At a service that a password opens, too."""
    with offering("google_sign_in"), beside_google(guest):
        yield guest


def sign_up(guest: Guest, email: str = ADA) -> Page:
    page = guest.open("/sign-up")
    page.get_by_label("Birth date").fill("1990-12-10")
    page.get_by_role("button", name="Continue with Google").click()
    be(page, email)
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    return page


def sign_in(page: Page, email: str = ADA) -> None:
    page.get_by_role("link", name="Sign in with Google").click()
    be(page, email)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()


def test_a_policy_that_changed_meanwhile_is_shown_before_it_is_accepted(alone: Guest) -> None:
    page = alone.open("/sign-up")
    page.get_by_label("Birth date").fill("1990-12-10")
    changed = {"type": "policy-changed", "detail": "Our privacy policy has changed."}
    page.route("**/api/auth/google", lambda route: route.fulfill(status=409, json=changed), times=1)
    page.get_by_role("button", name="Continue with Google").click()
    expect(page.get_by_role("alert")).to_have_text("Our privacy policy has changed.")
    assert alone.site.asked.count("GET /api/privacy/policy") == 2
    expect(page.get_by_label("Birth date")).to_have_value("1990-12-10")


def test_who_signs_up_with_google_is_in_and_comes_back_in(alone: Guest) -> None:
    page = sign_up(alone)
    expect(page).to_have_url(f"{alone.origin}/")
    assert alone.mailbox.all() == [], "Google has shown whose address it is"
    sign_out(page)
    sign_in(page)
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.get_by_role("link", name="Settings").first.click()
    expect(page.get_by_text(ADA)).to_be_visible()


def test_who_chooses_no_account_or_has_none_here_is_told(alone: Guest) -> None:
    page = alone.open()
    page.get_by_role("link", name="Sign in with Google").click()
    page.get_by_role("button", name="Cancel").click()
    said = page.get_by_role("main").get_by_role("status")
    expect(said).to_contain_text("without choosing an account")
    sign_in(page, STRANGER)
    expect(said).to_contain_text("There is no account for you yet")
    expect(page, "the reason does not stay in the address").to_have_url(f"{alone.origin}/")


def test_a_fresh_sign_in_is_googles_word_and_leads_back_to_where_it_was_asked(
    alone: Guest, clock: Clock
) -> None:
    page = sign_up(alone)
    alone.open("/privacy/leave")
    clock.advance(timedelta(minutes=20))
    page.get_by_role("button", name="Delete my account …").click()
    page.get_by_role("button", name="Delete my account", exact=True).click()
    again = page.get_by_role("dialog", name="Please sign in again")
    expect(again.get_by_label("Password")).to_have_count(0)
    assert axe.complaints(page) == []
    again.get_by_role("link", name="Continue with Google").click()
    be(page, ADA)
    expect(page.get_by_role("tab", name="Deletion")).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(f"{alone.origin}/privacy/leave")
    page.get_by_role("button", name="Delete my account …").click()
    page.get_by_role("button", name="Delete my account", exact=True).click()
    expect(page.get_by_text("Your deletion is being prepared")).to_be_visible()


def test_google_is_connected_to_an_account_and_opens_it_from_then_on(beside: Guest) -> None:
    page = beside.sign_in("/settings")
    page.get_by_role("button", name="Connect a Google account").click()
    be(page, "ada@gmail.example")
    expect(page.get_by_text("From now on you can sign in with Google, too.")).to_be_visible()
    expect(page).to_have_url(f"{beside.origin}/")
    assert "Google" in beside.mailbox.to(ADA)[-1].subject
    sign_out(page)
    sign_in(page, "ada@gmail.example")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    beside.open("/settings")
    expect(page.get_by_text(ADA).first).to_be_visible()


def test_who_is_signed_in_reads_why_google_was_not_connected(guest: Guest) -> None:
    with offering("google_sign_in"), beside_google(guest) as issuer:
        at_google.arrive(stranger := Browser(guest.stage, guest.mailbox), issuer, STRANGER)
        assert at_google.signed_in(stranger)
        page = guest.sign_in("/settings")
        page.get_by_role("button", name="Connect a Google account").click()
        be(page, STRANGER)
        expect(page.get_by_text("That Google account belongs to another account here.")).to_be_visible()
        page.get_by_role("link", name="Settings").first.click()
        page.get_by_role("button", name="Connect a Google account").click()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("without choosing an account")).to_be_visible()
