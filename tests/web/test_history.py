"""Past calls at the client: found, added up, called again, and taken along as a spreadsheet."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from unittest import mock

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from chalicelib.calling import csv_export
from chalicelib.core import clock
from tests.calling import exported, past_calls
from tests.web import axe
from tests.web.site import Guest

BERLIN = "+4930123456"
PARIS = "+33142685300"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# 80 s are billed for 61: the first minute, and one step of 20 s.
ODD_PRICE = {
    "duration_seconds": 61,
    "price_micros": 25_001,
    "increment_next_seconds": 20,
    "connect_fee_micros": 25_000,
    "cost_micros": 58_335,
}


@pytest.fixture
def page(guest: Guest) -> Page:
    """The history of Ada: London now, Berlin twice an hour ago (the newer one busy), Paris before."""
    account, now = guest.person.sign_up().account_id, clock.now()
    berlin = {"to": BERLIN, "country": "DE", "description": "Germany"}
    unanswered = {"duration_seconds": 0, "cost_micros": 0, "outcome": "busy", "state": "voided"}
    past_calls.write(
        past_calls.record(account, now),
        past_calls.record(account, now - HOUR, **berlin, **unanswered),
        past_calls.record(account, now - 2 * HOUR, **berlin, **ODD_PRICE),
        past_calls.record(account, now - 3 * HOUR, to=PARIS, country="FR", description="France"),
    )
    return guest.sign_in("/history")


def rows(page: Page) -> Locator:
    return page.get_by_role("table", name="Calls").locator("tbody tr")


def filters(page: Page) -> Locator:
    """The form, unfolded."""
    form = page.get_by_role("form", name="Filters")
    if not form.is_visible():
        page.get_by_text("Filters", exact=True).click()
    return form


def test_who_may_not_see_past_calls_yet_is_told_why(guest: Guest) -> None:
    me = guest.person.sign_up().get("/api/me").json
    [call_id] = past_calls.write(past_calls.record(me["account_id"]))
    past_calls.hide(me["user_id"])
    guest.sign_in("/history")
    for path in ("/history", f"/history/{call_id}", "/insights", "/"):
        alarm = guest.open(path).get_by_role("alert").filter(has_text="To keep your calls from strangers")
        expect(alarm.first).to_be_visible()


def test_calls_are_listed_newest_first_with_what_they_cost(page: Page) -> None:
    expect(rows(page)).to_have_count(4)
    london, busy, _, paris = (rows(page).nth(at) for at in range(4))
    for said in ("+44 20 7946 0958", "United Kingdom", "Answered", "1 min", "$0.024"):
        expect(london).to_contain_text(said)
    for said in ("+49 30 123456", "Germany", "Busy", "0 s", "$0.00"):
        expect(busy).to_contain_text(said)
    expect(paris).to_contain_text("+33 1 42 68 53 00")


def test_calls_are_found_by_number_country_day_and_end(page: Page) -> None:
    form = filters(page)
    form.get_by_label("Number").fill("+49 30")
    form.get_by_role("button", name="Search").click()
    expect(rows(page)).to_have_count(2)
    form.get_by_label("How it ended").select_option("Busy")
    form.get_by_role("button", name="Search").click()
    expect(rows(page)).to_have_count(1)
    form.get_by_role("button", name="Show all").click()
    expect(rows(page)).to_have_count(4)
    expect(form.get_by_label("Number")).to_have_value("")
    expect(page.locator("summary")).to_be_focused()
    form.get_by_label("Country").select_option("France")
    form.get_by_role("button", name="Search").click()
    expect(rows(page)).to_have_count(1)
    form.get_by_label("From day").fill(str((clock.now() + DAY).date()))
    form.get_by_role("button", name="Search").click()
    expect(page.get_by_text("No call fits")).to_be_visible()


def test_a_search_that_failed_is_tried_again_and_mixed_with_no_other(page: Page) -> None:
    expect(rows(page)).to_have_count(4)
    form = filters(page)
    page.route("**/api/calls?*", lambda route: route.fulfill(status=429), times=1)
    form.get_by_label("Number").fill("+49 30")
    form.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Try again").click()
    expect(rows(page)).to_have_count(2)


def test_filters_outlive_a_reload_but_no_number_stands_in_an_address(page: Page, guest: Guest) -> None:
    form = filters(page)
    form.get_by_label("Country").select_option("Germany")
    form.get_by_label("Number").fill("+4930")
    form.get_by_role("button", name="Search").click()
    expect(rows(page)).to_have_count(2)
    expect(page).to_have_url(f"{guest.origin}/history?country=DE")
    page.reload()
    expect(rows(page)).to_have_count(2)
    expect(filters(page).get_by_label("Country")).to_have_value("DE")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_what_is_no_number_is_told_and_not_asked_for(page: Page, guest: Guest) -> None:
    expect(rows(page)).to_have_count(4)
    asked = guest.site.asked.count("GET /api/calls")
    form = filters(page)
    form.get_by_label("Number").fill("my mother")
    form.get_by_role("button", name="Search").click()
    expect(form.get_by_text("Please write digits, with + and the country code first.")).to_be_visible()
    assert guest.site.asked.count("GET /api/calls") == asked


def test_older_calls_come_part_by_part(page: Page, guest: Guest) -> None:
    account = guest.person.account_id
    past_calls.write(*(past_calls.record(account, clock.now() - 4 * HOUR) for _ in range(30)))
    page.reload()
    expect(rows(page)).to_have_count(20)
    page.get_by_role("button", name="More calls").click()
    expect(rows(page)).to_have_count(34)
    expect(page.get_by_role("button", name="More calls")).to_have_count(0)
    links = rows(page).get_by_role("link").evaluate_all("links => links.map((link) => link.href)")
    assert len(set(links)) == 34


def test_one_calls_page_adds_its_price_up_and_calls_again(page: Page) -> None:
    rows(page).nth(2).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("+49 30 123456")
    total = page.get_by_role("region", name="How the cost adds up").get_by_role("row")
    expect(total.nth(0)).to_have_text(re.compile(r"To connect\s*\$0\.025"))
    for said in ("1 min 20 s", "$0.025001 / 1 min (rounded up to the millionth)", "$0.033335"):
        expect(total.nth(1)).to_contain_text(said)
    expect(total.nth(2)).to_have_text(re.compile(r"Together\s*\$0\.058335"))
    expect(page.get_by_text("the first 1 min whole, then in steps of 20 s")).to_be_visible()
    assert axe.complaints(page) == []
    page.get_by_role("button", name="Call again").click()
    expect(page.get_by_label("Number")).to_have_value("+49 30 123456")
    page.go_back()
    page.get_by_role("link", name="All calls").click()
    expect(rows(page)).to_have_count(4)


def test_an_unanswered_call_says_why_it_costs_nothing(page: Page) -> None:
    rows(page).nth(1).get_by_role("link").click()
    expect(page.get_by_text("Nobody answered, so it costs nothing.")).to_be_visible()


def test_a_call_of_somebody_elses_is_not_found(page: Page, guest: Guest) -> None:
    guest.open("/history/call_01KAAAAAAAAAAAAAAAAAAAAAAA")
    expect(page.get_by_role("main").get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("link", name="All calls")).to_have_attribute("href", "/history")


def test_the_list_calls_again(page: Page) -> None:
    rows(page).nth(3).get_by_role("button", name="Call again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phone")
    expect(page.get_by_label("Number")).to_have_value("+33 1 42 68 53 00")


def test_the_spreadsheet_holds_what_fits(page: Page) -> None:
    form = filters(page)
    form.get_by_label("Country").select_option("Germany")
    form.get_by_role("button", name="Search").click()
    expect(rows(page)).to_have_count(2)
    with page.expect_download() as awaited:
        page.get_by_role("button", name="Download as CSV").click()
    assert awaited.value.suggested_filename == "calls.csv"
    lines = list(csv.DictReader(awaited.value.path().read_text().splitlines()))
    assert [(one["to"], float(one["cost"])) for one in lines] == [(BERLIN, 0.0), (BERLIN, 0.058335)]


def test_a_long_spreadsheet_is_made_apart_and_fetched_when_it_is_ready(page: Page, guest: Guest) -> None:
    expect(rows(page)).to_have_count(4)
    with mock.patch.object(csv_export, "LARGEST_BYTES", 0):
        page.get_by_role("button", name="Download as CSV").click()
        expect(page.get_by_text("The file is being made")).to_be_visible()
    with guest.site.alone:
        exported.work()
    expect(page.get_by_text("Your file with 4 calls is ready.")).to_be_visible()
    with page.expect_request(re.compile("X-Amz-Signature")):
        page.get_by_role("button", name="Download the file").click()
    guest.complaints.clear()  # the file lies in a bucket, which this machine has not


def test_without_calls_the_way_leads_to_the_keypad(guest: Guest) -> None:
    page = guest.sign_in("/history")
    expect(page.get_by_text("No calls yet")).to_be_visible()
    assert axe.complaints(page) == []
    page.get_by_role("link", name="To the keypad").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phone")


def test_a_list_that_did_not_come_is_tried_again(page: Page, guest: Guest) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=429, json={"type": "too-many-tries", "detail": "Please wait."})

    expect(rows(page)).to_have_count(4)
    page.route(re.compile("/api/calls\\?"), refuse)
    page.reload()
    expect(page.get_by_role("main").get_by_role("alert").first).to_be_visible()
    page.unroute(re.compile("/api/calls\\?"))
    page.get_by_role("button", name="Try again").click()
    expect(rows(page)).to_have_count(4)


def test_axe_finds_nothing_and_nothing_is_wider_than_a_small_screen(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    expect(rows(page)).to_have_count(4)
    filters(page)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    assert axe.complaints(page) == []
    rows(page).nth(2).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("+49 30 123456")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
