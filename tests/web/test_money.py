"""Credit at the client: topping it up, where it went, and its limits."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.money import ledger, limits
from tests.conftest import Clock
from tests.harness.offering import obeying
from tests.web import axe
from tests.web.site import Guest

DOLLAR = 1_000_000
LONDON = "+442079460958"


def follow_to_checkout(guest: Guest, page: Page, button: str) -> str:
    """Press a button that leads to Stripe's page; answers the id of that page."""
    led: list[str] = []

    def note(route: Route) -> None:
        led.append(route.request.url)
        route.fulfill(body="<h1>Stripe</h1>", content_type="text/html")

    page.route(re.compile(r"^http://127\.0\.0\.1:8003/"), note)
    page.get_by_role("button", name=button).click()
    page.wait_for_url(re.compile(r":8003/"))
    guest.complaints.clear()  # the way to Stripe is the one that leads away
    found = re.search(r"cs_\w+", led[0])
    assert found, led
    return found[0]


def test_credit_is_ordered_paid_for_and_told(guest: Guest) -> None:
    page = guest.sign_in("/money")
    expect(page.get_by_text("You need some credit before you can call.")).to_be_visible()
    page.get_by_label("Amount in USD").fill("12,50")
    checkout = follow_to_checkout(guest, page, "Go to payment")
    assert guest.person.get("/api/ledger").json["items"] == []
    guest.stage.payments.pay(checkout, "succeeded")
    (ordered,) = guest.stage.payments.all("checkout.session")
    guest.open(ordered["success_url"].removeprefix("http://127.0.0.1:8000"))
    expect(page.get_by_role("heading", level=1)).to_have_text("One moment")
    assert axe.complaints(page) == []
    guest.stage.settle_payments()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    expect(page.get_by_text("$12.50 was added to your credit. You now have $12.50.")).to_be_visible()
    expect(page.get_by_role("link", name="Credit $12.50")).to_be_visible()
    assert axe.complaints(page) == []


def test_one_amount_pressed_again_makes_one_order(guest: Guest) -> None:
    page = guest.sign_in("/money")
    page.get_by_role("radio", name="$25").check(force=True)
    expect(page.get_by_label("Amount in USD")).to_have_value("25")
    keys: list[str | None] = []

    def lose(route: Route) -> None:
        keys.append(route.request.headers.get("idempotency-key"))
        route.abort()

    page.route("**/api/topups", lose)
    for _ in range(2):
        page.get_by_role("button", name="Go to payment").click()
        expect(page.get_by_role("main").get_by_role("alert")).to_contain_text("We can't reach the service")
    assert len(keys) == 2
    assert len(set(keys)) == 1
    guest.complaints[:] = [one for one in guest.complaints if "ERR_FAILED" not in one]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a lot", "Please write an amount such as 25 or 12.50."),
        ("500", "Please choose an amount from $5 to $100."),
    ],
)
def test_what_is_no_amount_is_told_at_its_field(guest: Guest, text: str, sentence: str) -> None:
    page = guest.sign_in("/money")
    amount = page.get_by_label("Amount in USD")
    amount.fill(text)
    page.get_by_role("button", name="Go to payment").click()
    expect(amount).to_be_focused()
    expect(amount).to_have_accessible_description(re.compile(re.escape(sentence)))
    assert "POST /api/topups" not in guest.site.asked


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/topup/cancelled?order=ord_x", "Top-up cancelled"),
        ("/topup/done?order=ord_01JGQ0000000000000000000AA", "We can't show this top-up"),
        ("/card/cancelled", "No card was saved"),
    ],
)
def test_other_ways_back_from_the_partner_are_told(guest: Guest, path: str, heading: str) -> None:
    page = guest.sign_in(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert axe.complaints(page) == []


def test_every_movement_is_listed_part_by_part(guest: Guest) -> None:
    person = guest.person.sign_up().top_up(20 * DOLLAR)
    for _ in range(3):
        person.call(LONDON, 95)
    for _ in range(18):
        person.top_up(5 * DOLLAR)
    page = guest.sign_in("/money/movements")
    rows = page.get_by_role("table").locator("tbody tr")
    expect(rows).to_have_count(20)
    expect(rows.first).to_contain_text("+$5.00")
    page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(22)
    expect(rows.nth(20)).to_contain_text(re.compile(r"-\$0\.0\d+"))
    expect(rows.nth(20).get_by_role("link", name="Call")).to_have_attribute(
        "href", re.compile(r"^/history/call_")
    )
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)
    assert axe.complaints(page) == []


def test_who_has_moved_nothing_reads_what_will_be_here(guest: Guest) -> None:
    page = guest.sign_in("/money/movements")
    expect(page.get_by_text("No movements yet")).to_be_visible()
    page.get_by_role("tab", name="Payments").click()
    expect(page.get_by_text("No payments yet")).to_be_visible()
    expect(page).to_have_url(re.compile("/money/receipts$"))
    expect(page.get_by_role("button", name="Pay back unused credit")).to_be_disabled()
    assert axe.complaints(page) == []


def test_a_card_is_saved_for_automatic_top_ups_and_forgotten(guest: Guest) -> None:
    page = guest.sign_in("/money")
    threshold = page.get_by_label("When credit falls below")
    threshold.fill("30")
    page.get_by_label("Add, in USD").fill("20")
    page.get_by_role("button", name="Save a card").click()
    expect(threshold).to_have_accessible_description(re.compile("At most the amount"))
    threshold.fill("2.50")
    checkout = follow_to_checkout(guest, page, "Save a card")
    guest.stage.payments.pay(checkout, "succeeded")
    guest.open("/card/saved")
    expect(page.get_by_role("heading", level=1)).to_have_text("One moment")
    guest.stage.settle_payments()
    expect(page.get_by_role("heading", level=1)).to_have_text("Automatic top-up is on")
    expect(page.get_by_text("below $2.50, your card is charged $20.")).to_be_visible()
    page.get_by_role("link", name="To your credit").click()
    page.get_by_role("button", name="Change").click()
    page.get_by_label("Add, in USD").fill("25")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("your card is charged $25.")).to_be_visible()
    assert axe.complaints(page) == []
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("Automatic top-up is off")).to_be_visible()
    assert guest.person.get("/api/auto-topup").json["card_saved"] is False


def test_an_old_sign_in_is_made_fresh_before_a_card_is_saved(guest: Guest, clock: Clock) -> None:
    page = guest.sign_in("/money")
    clock.advance(timedelta(minutes=20))
    page.get_by_role("button", name="Save a card").click()
    again = page.get_by_role("dialog", name="Please sign in again")
    again.get_by_role("button", name="Not now").click()
    expect(again).to_have_count(0)
    assert guest.person.get("/api/auto-topup").json["card_saved"] is False


def test_limits_are_set_shown_and_taken_back(guest: Guest) -> None:
    guest.person.sign_up().top_up()
    guest.person.call(LONDON, 60)
    page = guest.sign_in("/money/limits")
    page.get_by_label("One call may cost at most").fill("1.50")
    page.get_by_label("All calls of a day").fill("10")
    page.get_by_role("switch", name="Calls to high-risk countries").click()
    page.get_by_role("button", name="Save limits").click()
    expect(page.get_by_text("Your limits are saved.")).to_be_visible()
    told = guest.person.get("/api/limits").json
    assert (told["call_micros"], told["day_micros"]) == (1_500_000, 10_000_000)
    assert told["high_risk_countries"] is True
    expect(page.get_by_role("meter", name="Spent on calls today")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^\$0\.0\d+ of \$10$")).first).to_be_visible()
    assert axe.complaints(page) == []
    page.get_by_label("All calls of a day").fill("")
    page.get_by_role("button", name="Save limits").click()
    expect(page.get_by_role("meter")).to_have_count(0)
    assert guest.person.get("/api/limits").json["day_micros"] is None


def test_low_credit_is_told_by_the_level_of_the_mail(guest: Guest) -> None:
    guest.person.sign_up().top_up(5 * DOLLAR)
    limits.put(guest.person.account_id, None, None)
    page = guest.sign_in("/money")
    expect(page.get_by_text("$5.00").first).to_be_visible()
    expect(page.get_by_text("Your credit is low")).to_have_count(0)
    guest.person.post("/api/refunds", {"amount_micros": 4_500_000})
    guest.open("/money")
    expect(page.get_by_text("Your credit is below $1.")).to_be_visible()
    assert ledger.funds(guest.person.account_id).total_micros == 500_000
    assert axe.complaints(page) == []


def test_a_disputed_payment_is_told(guest: Guest) -> None:
    guest.person.sign_up().top_up()
    (paid,) = guest.person.get("/api/receipts").json["items"]
    guest.stage.payments.open_dispute(paid["payment_intent"], 10 * DOLLAR)
    guest.stage.settle_payments()
    page = guest.sign_in("/money")
    expect(page.get_by_text("Your credit is frozen")).to_be_visible()
    page.get_by_role("button", name="Go to payment").click()
    expect(page.get_by_role("main").get_by_role("alert").last).to_contain_text("disputed")


def test_money_speaks_german(guest: Guest) -> None:
    guest.person.sign_up().top_up()
    page = guest.sign_in("/money")
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("heading", name="Ihr Guthaben")).to_be_visible()
    page.get_by_role("tab", name="Buchungen").click()
    expect(page.get_by_role("cell", name=re.compile(r"^\+10,00.\$")).first).to_be_visible()


def test_a_list_that_does_not_come_can_be_asked_for_again(guest: Guest) -> None:
    page = guest.sign_in("/money")
    page.route("**/api/ledger*", lambda route: route.abort())
    page.get_by_role("tab", name="Movements").click()
    expect(page.get_by_role("main").get_by_role("alert")).to_contain_text("We can't reach the service")
    page.unroute("**/api/ledger*")
    page.get_by_role("main").get_by_role("button", name="Try again").click()
    expect(page.get_by_text("No movements yet")).to_be_visible()
    guest.complaints[:] = [one for one in guest.complaints if "ERR_FAILED" not in one]


def test_where_nothing_is_sold_there_is_no_money(guest: Guest) -> None:
    with obeying("kiwiphone"):
        page = guest.sign_in("/money")
        expect(page.get_by_role("heading", name="Money")).to_have_count(0)
        expect(page.get_by_role("link", name="Money")).to_have_count(0)
