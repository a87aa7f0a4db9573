"""The settings at the client: what opens the account, where it is open, and its end."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from tests.conftest import Clock
from tests.harness.browser import DETAILS, PASSWORD, Browser
from tests.harness.offering import obeying
from tests.web import axe
from tests.web.site import Guest

ADA = "ada@example.org"
BETTER = "a much better battery staple"


def test_a_password_is_changed_and_this_browser_goes_on(guest: Guest) -> None:
    page = guest.sign_in("/account")
    card = page.get_by_role("region", name="Change your password")
    card.get_by_label("Current password", exact=True).fill("not this one")
    card.get_by_label("New password", exact=True).fill(BETTER)
    card.get_by_role("button", name="Change password").click()
    current = card.get_by_label("Current password", exact=True)
    expect(current).to_have_accessible_description(re.compile("This is not your password"))
    assert axe.complaints(page) == []
    current.fill(PASSWORD)
    card.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    expect(card.get_by_label("New password", exact=True)).to_have_value("")
    assert guest.person.get("/api/me").status == 401
    guest.person.sign_in(ADA, BETTER)
    guest.open("/settings")
    expect(page.get_by_role("heading", name="Your account", exact=True)).to_be_visible()


def test_a_new_address_is_written_to(guest: Guest) -> None:
    page = guest.sign_in("/settings")
    card = page.get_by_role("region", name="Change your email address")
    card.get_by_label("New email").fill("countess@example.org")
    card.get_by_label("Password", exact=True).fill(PASSWORD)
    card.get_by_role("button", name="Change address").click()
    expect(page.get_by_text("We wrote to countess@example.org.")).to_be_visible()
    assert "/email?token=" in guest.link_for("countess@example.org")
    guest.open(guest.link_for("countess@example.org"))
    expect(page.get_by_text("countess@example.org").first).to_be_visible()


def test_another_browser_is_signed_out_and_then_all_of_them(guest: Guest) -> None:
    page = guest.sign_in("/settings")
    other = Browser(guest.stage, guest.mailbox).sign_in()
    guest.open("/settings")
    rows = page.get_by_role("table", name="Where you are signed in").locator("tbody tr")
    expect(rows).to_have_count(2)
    assert axe.complaints(page) == []
    page.get_by_role("button", name="Sign out: Another browser").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("This browser")
    assert other.get("/api/me").status == 401
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert guest.person.get("/api/me").status == 401


def test_an_account_is_closed_and_says_until_when_it_can_be_read(guest: Guest, clock: Clock) -> None:
    page = guest.sign_in("/settings")
    clock.advance(timedelta(minutes=20))
    page.get_by_role("button", name="Close my account …").click()
    page.get_by_role("button", name="Close my account", exact=True).click()
    again = page.get_by_role("dialog", name="Please sign in again")
    again.get_by_label("Password", exact=True).fill(PASSWORD)
    assert axe.complaints(page) == []
    again.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(re.compile("You can read your data until"))).to_be_visible()
    expect(page.get_by_role("button", name="Close my account …")).to_have_count(0)
    assert guest.person.sign_in().get("/api/me").json["status"] == "closed"


def test_what_else_is_kept_of_a_person_is_corrected(guest: Guest) -> None:
    with obeying("business"):
        page = guest.sign_in("/settings")
        card = page.get_by_role("region", name="Your details")
        name = card.get_by_label("Your name")
        expect(name).to_have_value(DETAILS["name"])
        name.fill("Ada King")
        card.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Your details are saved.")).to_be_visible()
        assert guest.person.get("/api/me").json["name"] == "Ada King"
        assert axe.complaints(page) == []


def test_the_settings_speak_german_on_a_small_phone(guest: Guest) -> None:
    guest.page.set_viewport_size({"width": 320, "height": 640})
    page = guest.sign_in("/settings")
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("heading", name="Wo Sie angemeldet sind")).to_be_visible()
    expect(page.get_by_role("button", name="Überall abmelden")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
