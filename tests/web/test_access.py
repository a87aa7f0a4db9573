"""Signing up and in at the client, by what it says on the screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.harness.browser import PASSWORD
from tests.harness.offering import obeying
from tests.web.site import Guest

ADA = "ada@example.org"


def fill_in(page: Page, email: str = ADA, born: str = "1990-12-10") -> None:
    page.get_by_label("Email", exact=True).fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Birth date").fill(born)


def test_a_person_signs_up_confirms_the_address_and_signs_in(guest: Guest) -> None:
    page = guest.open()
    page.get_by_role("link", name="Create an account").click()
    expect(page.get_by_role("heading", name="Create an account")).to_be_focused()
    fill_in(page)
    expect(page.get_by_role("link", name="privacy policy")).to_have_attribute("href", "/api/privacy/notice")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_focused()
    expect(page.get_by_text(ADA)).to_be_visible()
    guest.open(guest.link_for(ADA))
    expect(page, "the token stays out of the history").to_have_url(f"{guest.origin}/verify")
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("heading", name="Your address is confirmed")).to_be_focused()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Email").fill(ADA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("You are signed out.")


def test_opening_the_mails_link_confirms_nothing_by_itself(guest: Guest) -> None:
    page = guest.open("/sign-up")
    fill_in(page)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
    guest.open(guest.link_for(ADA))
    expect(page.get_by_role("button", name="Confirm my address")).to_be_visible()
    assert "POST /api/auth/verify" not in guest.site.asked


def test_what_is_wrong_is_said_at_its_field_in_the_pages_language(guest: Guest) -> None:
    page = guest.open("/sign-up")
    page.get_by_label("Language").select_option("de")
    page.get_by_label("E-Mail").fill("ada")
    page.get_by_label("Passwort", exact=True).fill("kurz")
    page.get_by_role("button", name="Konto anlegen").click()
    email = page.get_by_label("E-Mail")
    expect(email).to_be_focused()
    expect(email).to_have_accessible_description("Bitte schreiben Sie eine Adresse wie ada@example.com.")
    expect(page.get_by_text("Bitte mindestens 8 Zeichen.")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_who_is_too_young_reads_it_at_the_birth_date(guest: Guest) -> None:
    page = guest.open("/sign-up")
    fill_in(page, born="2020-01-02")
    page.get_by_role("button", name="Create account").click()
    born = page.get_by_label("Birth date")
    expect(born).to_be_focused()
    expect(born).to_have_accessible_description(re.compile("at least 18"))
    assert guest.mailbox.all() == []


def test_a_wrong_password_is_told_and_nothing_is_lost(guest: Guest) -> None:
    guest.person.sign_up()
    page = guest.open()
    page.get_by_label("Email").fill(ADA)
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("main").get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value(ADA)


def test_a_forgotten_password_is_set_anew(guest: Guest) -> None:
    guest.person.sign_up()
    page = guest.open()
    page.get_by_role("link", name="Forgot your password?").click()
    expect(page.get_by_role("heading", name="Forgot your password?")).to_be_focused()
    page.get_by_label("Email").fill(ADA)
    page.get_by_role("button", name="Write to me").click()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_focused()
    guest.open(guest.link_for(ADA))
    expect(page).to_have_url(f"{guest.origin}/reset")
    page.get_by_label("New password", exact=True).fill("another good sentence")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("heading", name="Your new password is set")).to_be_focused()
    guest.person.sign_in(password="another good sentence")


def test_a_link_that_lost_its_end_says_so(guest: Guest) -> None:
    for path in ("/verify", "/parent", "/email"):
        page = guest.open(path)
        expect(page.get_by_role("heading", level=1)).to_have_text("This link is not complete")


def test_a_used_link_is_told(guest: Guest) -> None:
    page = guest.open("/verify?token=another")
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("main").get_by_role("alert")).to_be_visible()


def test_a_new_address_is_confirmed_by_who_signs_in(guest: Guest) -> None:
    guest.person.sign_up()
    guest.person.post("/api/me/email", {"email": "lovelace@example.org", "password": PASSWORD})
    page = guest.open(guest.link_for("lovelace@example.org"))
    page.get_by_label("Email").fill(ADA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in and confirm").click()
    expect(page.get_by_role("heading", name="Your address is changed")).to_be_visible()
    expect(page.get_by_text("lovelace@example.org")).to_be_visible()


def test_an_ended_session_leads_to_signing_in(guest: Guest) -> None:
    page = guest.sign_in()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    guest.person.delete("/api/auth/sessions")
    # The page may have noticed by itself meanwhile: then there is no button any more.
    page.get_by_role("button", name="Sign out").evaluate_all("buttons => buttons[0]?.click()")
    expect(page.get_by_role("main").get_by_role("status")).to_have_text(
        "You were signed out. Please sign in again."
    )


def test_where_google_alone_opens_accounts_no_password_is_asked_for(guest: Guest) -> None:
    with obeying("ownnumber"):
        page = guest.open()
        expect(page.get_by_label("Password", exact=True)).to_have_count(0)
        link = page.get_by_role("link", name="Sign in with Google")
        expect(link).to_have_attribute("href", "/api/auth/google")
        page.get_by_role("link", name="Create an account").click()
        page.get_by_label("Birth date").fill("1990-12-10")
        with page.expect_request(lambda request: "accounts.google.com" in request.url):
            page.get_by_role("button", name="Continue with Google").click()
    guest.complaints.clear()  # the way to Google is the one that leads away


@pytest.mark.parametrize("reason", ["expired", "cancelled", "sign-up", "no such reason"])
def test_who_comes_back_from_google_without_an_account_is_told_why(guest: Guest, reason: str) -> None:
    with obeying("ownnumber"):
        page = guest.open(f"/?google={reason}")
        expect(page.get_by_role("main").get_by_role("status")).to_be_visible()
        expect(page).to_have_url(f"{guest.origin}/")


def test_a_child_names_a_parent_who_agrees(guest: Guest) -> None:
    with obeying("kiwiphone"):
        page = guest.open("/sign-up")
        fill_in(page, "kid@example.org", born="2009-12-10")
        page.get_by_label("Your name").fill("Kit")
        page.get_by_label("Phone number").fill("+12025550123")
        page.get_by_label("Country where you live").select_option("GB")
        for label, text in (("Company", "None"), ("Billing address", "1 Example Street")):
            if page.get_by_label(label).count():
                page.get_by_label(label).fill(text)
        page.get_by_role("button", name="Create account").click()
        parent = page.get_by_label("A parent's email")
        expect(parent).to_be_focused()
        parent.fill("parent@example.org")
        page.get_by_role("button", name="Create account").click()
        expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
        guest.open(guest.link_for("kid@example.org"))
        page.get_by_role("button", name="Confirm my address").click()
        expect(page.get_by_text("We have written to your parent.")).to_be_visible()
        guest.open(guest.link_for("parent@example.org"))
        page.get_by_role("button", name="I am a parent, and I agree").click()
        expect(page.get_by_role("heading", name="The account is open")).to_be_visible()


def test_a_service_without_calls_promises_none(guest: Guest) -> None:
    with obeying("kiwiphone"):
        page = guest.open()
        expect(page.get_by_text("Your Kiwiphone account.")).to_be_visible()
        expect(page.get_by_text("Prepaid")).to_have_count(0)


def test_a_service_out_of_reach_is_told_and_found_again(guest: Guest) -> None:
    page = guest.open("/reset")
    page.route("**/api/**", lambda route: route.abort())
    page.get_by_label("Email").fill(ADA)
    page.get_by_role("button", name="Write to me").click()
    expect(page.get_by_role("main").get_by_role("alert")).to_contain_text("We can't reach the service")
    expect(page.get_by_text("we keep trying")).to_be_visible()
    page.unroute("**/api/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("we keep trying")).to_have_count(0)
    guest.complaints[:] = [one for one in guest.complaints if "ERR_FAILED" not in one]


def test_what_is_asked_of_newcomers_is_read_again_where_it_did_not_come(guest: Guest) -> None:
    guest.page.route("**/api/auth/signup", lambda route: route.fulfill(status=429, json={}), times=1)
    page = guest.open("/sign-up")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Create account")).to_be_visible()


def test_what_was_filled_in_outlasts_a_policy_that_changed_and_could_not_be_read(guest: Guest) -> None:
    page = guest.open("/sign-up")
    fill_in(page)
    changed = {"type": "policy-changed", "detail": "Our privacy policy has changed."}
    page.route("**/api/auth/signup", lambda route: route.fulfill(status=409, json=changed), times=2)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("alert")).to_have_count(2)
    expect(page.get_by_label("Email", exact=True)).to_have_value(ADA)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()


def test_no_address_that_the_page_is_given_leads_away_from_it(guest: Guest) -> None:
    for path in (
        "/?return_to=//evil.example",
        "/verify?token=x&next=https://evil.example",
        "/#//evil.example",
    ):
        page = guest.open(path)
        assert page.evaluate("location.origin") == guest.origin
        page.wait_for_load_state("networkidle")


def test_an_unknown_place_under_a_known_one_is_told(guest: Guest) -> None:
    page = guest.open("/verify/nothing/here")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    page.get_by_role("link", name="Go to the start").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
