"""What calls came to, at the client: in all, by day and by country."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from chalicelib.core import clock
from tests.calling import past_calls
from tests.harness.offering import obeying
from tests.web import axe
from tests.web.site import Guest

BERLIN = {"to": "+4930123456", "country": "DE"}


@pytest.fixture
def caller(guest: Guest) -> Guest:
    """Ada: two calls today, one of them busy, and one to Berlin yesterday."""
    account_id, now = guest.person.sign_up().account_id, clock.now()
    past_calls.write(
        past_calls.record(account_id, now, duration_seconds=630, cost_micros=252_000),
        past_calls.record(account_id, now, duration_seconds=0, cost_micros=0, outcome="busy"),
        past_calls.record(
            account_id, now - timedelta(days=1), duration_seconds=61, cost_micros=84_000, **BERLIN
        ),
    )
    return guest


def test_calls_are_added_up_drawn_and_told_as_tables(caller: Guest) -> None:
    page = caller.sign_in("/insights")
    chart = page.get_by_role("img", name=re.compile("^Minutes by day from "))
    expect(chart.locator("canvas")).to_be_visible()
    expect(chart).to_have_accessible_name(re.compile(r"The most was 11 Minutes on "))
    figures = page.locator(".figures").last
    for term, value in [("Calls", "3"), ("Answered", "2"), ("Minutes", "12"), ("Spend", "$0.336")]:
        expect(figures.locator("div").filter(has=page.get_by_text(term, exact=True))).to_contain_text(value)
    countries = page.get_by_role("table", name=re.compile("by country")).locator("tbody tr")
    expect(countries).to_have_count(2)
    expect(countries.first).to_contain_text("United Kingdom")
    expect(countries.first).to_contain_text("75 %")
    page.get_by_text("As a table").click()
    days = page.get_by_role("table", name=re.compile("by day")).locator("tbody tr")
    expect(days).to_have_count(2)
    expect(days.last).to_contain_text("$0.084")
    assert axe.complaints(page) == []


def test_another_period_and_measure_is_drawn_without_losing_the_place(caller: Guest) -> None:
    page = caller.sign_in("/insights")
    expect(page.get_by_role("img").locator("canvas")).to_be_visible()
    page.get_by_role("radio", name="7 days").check(force=True)
    page.get_by_role("radio", name="Spend").check(force=True)
    first = clock.now() - timedelta(days=6)
    begins = f"^Spend by day from {first:%b} {first.day}, {first.year} to "
    chart = page.get_by_role("img", name=re.compile(begins + r".* The most was \$0\.252 on "))
    expect(chart).to_be_visible()
    expect(chart.locator("canvas")).to_have_count(1)
    box = chart.bounding_box()
    assert box
    chart.hover(position={"x": box["width"] - 60, "y": 100})
    expect(page.locator(".pointed")).to_contain_text("$0.25")
    assert axe.complaints(page) == []


def test_who_has_not_called_reads_what_will_be_here(guest: Guest) -> None:
    page = guest.sign_in("/insights")
    expect(page.get_by_text("No calls in these days")).to_be_visible()
    expect(page.get_by_role("img")).to_have_count(0)
    assert axe.complaints(page) == []


def test_without_its_drawing_the_table_says_the_same(caller: Guest) -> None:
    caller.page.route("**/assets/plot-*.js", lambda route: route.abort())
    page = caller.sign_in("/insights")
    expect(page.get_by_text("The chart did not load.")).to_be_visible()
    page.get_by_text("As a table").click()
    expect(page.get_by_role("table", name=re.compile("by day")).locator("tbody tr")).to_have_count(2)
    caller.complaints[:] = [one for one in caller.complaints if "ERR_FAILED" not in one]


def test_insights_speak_german(caller: Guest) -> None:
    page = caller.sign_in("/insights")
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("img", name=re.compile("^Minuten nach Tagen"))).to_be_visible()
    expect(page.get_by_text("Vereinigtes Königreich")).to_be_visible()


def test_where_nobody_calls_there_are_no_insights(guest: Guest) -> None:
    with obeying("kiwiphone"):
        page = guest.sign_in("/insights")
        expect(page.get_by_role("link", name="Insights")).to_have_count(0)
