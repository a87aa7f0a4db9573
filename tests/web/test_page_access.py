"""A forgotten password, another password, another address, and other browsers: by what the page says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.web.conftest import Visit
from tests.web.fake_house import TOKEN


def test_who_forgot_the_password_asks_for_a_mail(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("link", name="Forgot your password?").click()
    expect(page.get_by_role("heading", name="Forgot your password?")).to_be_focused()
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_role("button", name="Write to me").click()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_focused()
    expect(page.get_by_role("main")).to_contain_text("We wrote to ada@example.com. If you have an account")


def test_the_mails_link_leads_to_a_new_password_and_to_signing_in(visit: Visit) -> None:
    page = visit.sign_in(f"/reset?token={TOKEN}")
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    assert page.url == f"{visit.origin}/reset", "the token stays out of the history"
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_label("New password")).to_be_focused()
    page.get_by_label("New password").fill("a whole new password")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("heading", name="Your new password is set")).to_be_focused()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_hidden()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_role("main").get_by_label("Password").fill("a whole new password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Calls", exact=True)).to_be_focused()


def test_a_dead_link_says_so_and_offers_another(visit: Visit) -> None:
    page = visit.open("/reset?token=old")
    page.get_by_label("New password").fill("a whole new password")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("alert")).to_have_text("This link no longer works.")
    page.get_by_role("link", name="Ask for another").click()
    expect(page.get_by_role("heading", name="Forgot your password?")).to_be_focused()


def test_the_password_is_changed_and_this_browser_goes_on(visit: Visit) -> None:
    page = visit.sign_in("/account")
    form = page.get_by_role("form", name="Password")
    expect(page.get_by_text("Another browser")).to_be_visible()
    form.get_by_label("Current password").fill("wrong")
    form.get_by_label("New password").fill("a whole new password")
    form.get_by_role("button").click()
    expect(form.get_by_text("This is not your password.")).to_be_visible()
    expect(form.get_by_label("Current password")).to_be_focused()
    form.get_by_label("Current password").fill("correct horse")
    form.get_by_role("button").click()
    expect(form.get_by_role("status")).to_contain_text("Your password is changed.")
    expect(page.get_by_text("Another browser")).to_be_hidden()
    assert visit.house.signed_up["password"] == "a whole new password"
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("You are signed out.")


def test_an_old_sign_in_asks_for_the_password_before_it_is_changed(visit: Visit) -> None:
    page = visit.sign_in("/account")
    visit.house.signed_in_at = datetime.now(UTC) - timedelta(hours=1)
    form = page.get_by_role("form", name="Password")
    form.get_by_label("Current password").fill("correct horse")
    form.get_by_label("New password").fill("a whole new password")
    form.get_by_role("button").click()
    again = page.get_by_role("dialog", name="Please sign in again")
    again.get_by_label("Password").fill("correct horse")
    again.get_by_role("button", name="Continue").click()
    expect(form.get_by_role("status")).to_contain_text("Your password is changed.")


def test_the_address_is_changed_through_the_mail_to_the_new_one(visit: Visit) -> None:
    page = visit.sign_in("/account")
    form = page.get_by_role("form", name="Email address")
    form.get_by_label("New address").fill("ada@new.example.com")
    form.get_by_label("Your password").fill("correct horse")
    form.get_by_role("button").click()
    expect(form.get_by_role("status")).to_contain_text("We wrote to ada@new.example.com.")
    expect(page.get_by_text("You sign in with ada@example.com.")).to_be_visible()
    visit.open(f"/email?token={TOKEN}")
    expect(page.get_by_role("heading", name="Your address is changed")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("you sign in with ada@new.example.com")
    assert page.url == f"{visit.origin}/email", "the token stays out of the history"
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("heading", name="Calls", exact=True)).to_be_focused()


def test_who_is_not_signed_in_signs_in_to_confirm_the_address(visit: Visit) -> None:
    visit.house.know("ada@example.com", "correct horse")
    visit.house.new_address = "ada@new.example.com"
    page = visit.open(f"/email?token={TOKEN}")
    expect(page.get_by_role("status")).to_contain_text("the address that you have had so far")
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_role("main").get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in and confirm").click()
    expect(page.get_by_role("heading", name="Your address is changed")).to_be_visible()
    expect(page.get_by_role("navigation")).to_be_visible()


def test_a_link_without_its_token_or_with_a_dead_one_is_told(visit: Visit) -> None:
    page = visit.sign_in("/email")
    expect(page.get_by_role("status")).to_contain_text("This link is not complete.")
    visit.open("/email?token=old")
    expect(page.get_by_role("status")).to_have_text("This link no longer works.")


def test_other_browsers_are_signed_out_one_by_one_or_all_at_once(visit: Visit) -> None:
    page = visit.sign_in("/account")
    section = page.get_by_role("region", name="Where you are signed in")
    expect(section.get_by_role("listitem")).to_have_count(2)
    section.get_by_role("button", name="Sign out: Signed in").click()
    expect(section.get_by_role("listitem")).to_have_count(1)
    section.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_who_comes_to_the_account_signs_in_and_is_there(visit: Visit) -> None:
    visit.house.know("ada@example.com", "correct horse")
    page = visit.open("/account")
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_role("main").get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Account", exact=True)).to_be_focused()


def test_no_address_that_the_page_is_given_leads_away_from_it(visit: Visit) -> None:
    visit.house.know("ada@example.com", "correct horse")
    for query in (
        "next=//evil.example",
        "return_to=https://evil.example/",
        "next=%5C%5Cevil.example",
        "next=/%0d%0a",
    ):
        page = visit.open(f"/account?{query}")
        page.get_by_label("Email").fill("ada@example.com")
        page.get_by_role("main").get_by_label("Password").fill("correct horse")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="Account", exact=True)).to_be_focused()
        assert page.url.startswith(f"{visit.origin}/account")
        visit.house.signed_in_at = None
