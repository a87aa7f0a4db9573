"""A person's whole way through the page, by what it says on the screen."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.web.conftest import Visit
from tests.web.fake_house import TOKEN

BUSY = "+442079460001"


def test_a_person_signs_up_tops_up_calls_and_leaves(visit: Visit) -> None:
    page = visit.open()
    main = page.get_by_role("main")
    page.get_by_role("button", name="Create an account").click()
    main.get_by_label("Email").fill("ada@example.com")
    main.get_by_label("Password").fill("correct horse")
    main.get_by_label("Birth date").fill("1990-12-10")
    expect(main.get_by_role("link", name="privacy policy")).to_have_attribute("href", "/privacy")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_focused()
    expect(page.get_by_role("link", name="open the local mailbox")).to_have_attribute("href", "/dev/mailbox")

    visit.open(f"/verify?token={TOKEN}")
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("heading", name="Your address is confirmed")).to_be_visible()
    assert page.url == f"{visit.origin}/verify", "the token stays out of the history"
    page.get_by_role("link", name="Sign in").click()
    main.get_by_label("Email").fill("ada@example.com")
    main.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()

    page.get_by_role("link", name="Credit $0.00").click()
    main.get_by_label("Amount in USD").fill("12.50")
    page.get_by_role("button", name="Go to payment").click()
    expect(page.get_by_role("heading", name="Pay 12.50")).to_be_visible()
    page.get_by_role("link", name="Pay now").click()
    expect(main.get_by_role("status")).to_have_text("$12.50 was added to your credit. You now have $12.50.")

    page.get_by_role("link", name="Place a call").click()
    main.get_by_label("Number").fill("0044 (20) 7946-0958")
    expect(page.locator("#quote")).to_contain_text("United Kingdom")
    expect(page.locator("#quote")).to_contain_text("$0.024 a minute")
    expect(page.locator("#quote")).to_contain_text("2 h; then it ends by itself")
    main.get_by_label("Seconds to talk").fill("95")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator(".outcome")).to_have_text("The call lasted 1 min 35 s. It cost $0.0384.")
    page.locator("summary", has_text="+442079460958").click()
    expect(page.get_by_text("0.024/min x 96 s = 0.0384 USD")).to_be_visible()
    expect(page.get_by_role("link", name="Download CSV")).to_have_attribute("href", "/api/calls.csv")

    page.get_by_role("link", name="Credit $12.46").click()
    expect(page.locator(".rows li")).to_have_count(2)
    expect(page.locator(".rows li").first).to_contain_text("-$0.0384")

    page.get_by_role("navigation").get_by_role("link", name="Privacy").click()
    main.get_by_role("button", name="Delete my account").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("heading", name="Your account is being deleted")).to_be_visible()
    expect(main).to_contain_text("7 days left")
    expect(page.get_by_role("navigation")).to_be_hidden()
    page.get_by_role("button", name="Cancel the deletion").click()
    expect(page.get_by_role("navigation")).to_be_visible()
    assert visit.house.requests[0]["state"] == "cancelled"
    page.get_by_role("button", name="Sign out").click()
    expect(main.get_by_role("status")).to_have_text("You are signed out.")


def test_signing_in_during_the_grace_leads_to_the_deletion(visit: Visit) -> None:
    visit.house.ask_deletion("deletion")
    page = visit.sign_in()
    expect(page.get_by_role("heading", name="Your account is being deleted")).to_be_visible()
    expect(page.get_by_text("7 days left")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel the deletion")).to_be_visible()


def test_a_deletion_that_has_begun_offers_no_cancelling(visit: Visit) -> None:
    visit.house.ask_deletion("deletion")["state"] = "in_progress"
    page = visit.sign_in()
    expect(page.get_by_text("The time to cancel is over.")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel the deletion")).to_be_hidden()


def test_an_old_sign_in_asks_for_the_password_and_goes_on(visit: Visit) -> None:
    page = visit.sign_in()
    visit.house.signed_in_at = datetime.now(UTC) - timedelta(hours=1)
    page.get_by_role("navigation").get_by_role("link", name="Privacy").click()
    page.get_by_role("main").get_by_role("button", name="Delete my account").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete my account").click()
    again = page.get_by_role("dialog", name="Please sign in again")
    again.get_by_label("Password").fill("wrong")
    again.get_by_role("button", name="Continue").click()
    expect(again.get_by_role("alert")).to_have_text("This email and password do not go together.")
    again.get_by_label("Password").fill("correct horse")
    again.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Your account is being deleted")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_page_follows_when_the_account_is_paused_a_moment_later(visit: Visit) -> None:
    visit.house.pauses_after_looks = 2
    page = visit.sign_in("/privacy")
    page.get_by_role("main").get_by_role("button", name="Delete my account").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("7 days left")).to_be_visible()
    expect(page.get_by_role("navigation")).to_be_visible()
    expect(page.get_by_role("navigation")).to_be_hidden()


def test_who_thinks_again_keeps_the_account(visit: Visit) -> None:
    page = visit.sign_in()
    page.get_by_role("navigation").get_by_role("link", name="Privacy").click()
    page.get_by_role("main").get_by_role("button", name="Delete my account").click()
    page.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert visit.house.requests == []


def test_an_unanswered_call_is_told_and_costs_nothing(visit: Visit) -> None:
    visit.house.book("topup", 5_000_000)
    page = visit.sign_in()
    page.get_by_label("Number").fill(BUSY)
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator(".outcome")).to_have_text("The line was busy. It cost nothing.")


def test_a_call_whose_end_is_not_known_yet_is_not_called_free(visit: Visit) -> None:
    visit.house.book("topup", 5_000_000)
    visit.house.loses_callbacks = True
    page = visit.sign_in()
    page.get_by_label("Number").fill("+442079460958")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator(".outcome")).to_contain_text("The call lasted 1 min 5 s. Its cost will be listed")


def test_the_whole_history_comes_page_by_page(visit: Visit) -> None:
    visit.house.book("topup", 25_000_000)
    for _ in range(7):
        visit.house.call("a token", "+442079460958", 60, [])
    page = visit.sign_in()
    expect(page.locator(".rows summary")).to_have_count(5)
    page.get_by_role("button", name="More calls").click()
    expect(page.locator(".rows summary")).to_have_count(7)
    expect(page.locator(".rows summary").nth(5)).to_be_focused()
    expect(page.get_by_role("button", name="More calls")).to_be_hidden()


def test_a_cancelled_payment_says_that_nothing_was_charged(visit: Visit) -> None:
    page = visit.sign_in("/topup/cancelled?order=ord_1")
    expect(page.get_by_role("heading", name="Top-up cancelled")).to_be_visible()


def test_a_failed_payment_is_told(visit: Visit) -> None:
    visit.house.order(5_000_000)["state"] = "failed"
    page = visit.sign_in("/topup/done?order=ord_1")
    expect(page.get_by_role("heading", name="The payment did not go through")).to_be_visible()


def test_outside_a_laptop_the_call_button_explains_itself(visit: Visit) -> None:
    visit.house.laptop = False
    page = visit.sign_in()
    expect(page.get_by_label("Seconds to talk")).to_be_hidden()
    page.get_by_label("Number").fill("+442079460958")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.get_by_role("main").get_by_role("alert")).to_have_text(re.compile("voice client is not part"))
    assert visit.house.calls == []


def test_the_policy_is_readable_without_an_account(visit: Visit) -> None:
    page = visit.open("/privacy")
    expect(page.get_by_role("heading", name="What we keep, and how long")).to_be_visible()
    expect(page.get_by_text("7 years after your account is closed")).to_be_visible()
    expect(page.get_by_role("link", name="As data")).to_have_attribute("href", "/api/privacy/policy")


def test_who_comes_back_from_saving_a_card_sees_their_credit(visit: Visit) -> None:
    page = visit.sign_in("/card/saved")
    expect(page.get_by_role("heading", level=1)).to_have_text("Credit")
