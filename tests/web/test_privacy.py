"""The privacy centre at the client: what is held, the file of it, choices, requests and deletion."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.conftest import Clock
from tests.harness.browser import PASSWORD
from tests.privacy.asked import fetch, work
from tests.privacy.requested import Requested
from tests.web import axe
from tests.web.site import PUBLIC_URL, Guest

REQUESTS = "/api/privacy/requests"


def open_request(guest: Guest, type: str) -> dict[str, object]:
    """The newest request, which is of this type."""
    newest: dict[str, object] = guest.person.get(REQUESTS).json["items"][0]
    assert newest["type"] == type
    return newest


def ask_for_deletion(page: Page, *, at_once: bool = False) -> None:
    page.get_by_role("button", name="Delete my account …").click()
    dialog = page.get_by_role("dialog", name="Delete your account?")
    if at_once:
        dialog.get_by_role("switch", name="Begin at once").click()
    dialog.get_by_role("button", name="Delete my account").click()
    expect(dialog).to_have_count(0)


def test_what_is_held_is_told_by_kind(guest: Guest) -> None:
    guest.person.sign_up().top_up()
    page = guest.sign_in("/privacy")
    held = page.get_by_role("region", name="Your data by kind")
    told = guest.person.get("/api/privacy/data").json["items"]
    expect(held.get_by_role("group")).to_have_count(len(told))
    (account,) = (one for one in told if one["id"] == "account")
    row = held.get_by_role("group").filter(has=page.get_by_text(account["title"], exact=True))
    expect(row).to_contain_text(str(account["count"]))
    row.locator("summary").click()
    for said in (account["what"], account["retention"], account["fields"][0]["what"]):
        expect(row).to_contain_text(said)
    expect(page.get_by_role("table", name="Who works for us with your data")).to_be_visible()
    assert axe.complaints(page) == []


def test_kinds_that_have_an_end_are_drawn_on_their_way_out(guest: Guest) -> None:
    page = guest.sign_in("/privacy")
    ending = [one for one in guest.person.get("/api/privacy/data").json["items"] if one["ends_at"]]
    assert ending
    rows = page.get_by_role("table", name="When it goes").locator("tbody tr")
    expect(rows).to_have_count(len(ending))
    soonest = min(ending, key=lambda one: one["ends_at"])
    expect(rows.first).to_contain_text(soonest["title"])
    widths = rows.locator(".bar span").evaluate_all("bars => bars.map((bar) => bar.clientWidth)")
    assert widths == sorted(widths)
    assert widths[0] > 0


def test_a_deletion_is_asked_for_counted_down_and_cancelled(guest: Guest, clock: Clock) -> None:
    page = guest.sign_in("/privacy/leave")
    ask_for_deletion(page)
    expect(page.get_by_text("Your deletion is being prepared")).to_be_visible()
    asked = guest.person.get(REQUESTS).json["items"][0]
    Requested(guest.person, clock, asked).until("grace")
    expect(page.get_by_text("Your account will be deleted")).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d+ days? \d+ hours? left to change your mind"))).to_be_visible()
    expect(page.get_by_text("Your account rests while its deletion is under way.")).to_be_visible()
    assert axe.complaints(page) == []
    page.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_role("button", name="Delete my account …")).to_be_visible()
    expect(page.get_by_role("tab", name="What we hold")).to_be_visible()
    assert open_request(guest, "deletion")["state"] == "cancelled"
    assert guest.person.get("/api/me").json["status"] == "active"


def test_a_deletion_that_waives_its_grace_begins_at_once(guest: Guest, clock: Clock) -> None:
    page = guest.sign_in("/privacy/leave")
    ask_for_deletion(page, at_once=True)
    asked = guest.person.get(REQUESTS).json["items"][0]
    assert asked["grace_ends_at"] == asked["received_at"]
    Requested(guest.person, clock, asked).until("in_progress")
    expect(page.get_by_text("Your data is being deleted")).to_be_visible()
    expect(page.get_by_role("button", name="Keep my account")).to_have_count(0)


def test_who_signed_in_long_ago_deletes_nothing_without_their_password(guest: Guest, clock: Clock) -> None:
    page = guest.sign_in("/privacy/leave")
    clock.advance(timedelta(minutes=20))
    page.get_by_role("button", name="Delete my account …").click()
    page.get_by_role("button", name="Delete my account", exact=True).click()
    again = page.get_by_role("dialog", name="Please sign in again")
    expect(again).to_be_visible()
    assert guest.person.get(REQUESTS).json["items"] == []
    again.get_by_label("Password", exact=True).fill(PASSWORD)
    again.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Your deletion is being prepared")).to_be_visible()


def test_a_file_is_asked_for_made_fetched_and_handed_on_once(guest: Guest) -> None:
    page = guest.sign_in("/privacy/file")
    page.get_by_role("radio", name="Your data to take elsewhere").check(force=True)
    page.get_by_role("button", name="Ask for the file").click()
    expect(page.get_by_text("Your file is being made.")).to_be_visible()
    assert work()["ready"] == 1
    expect(page.get_by_text("Your file is ready")).to_be_visible()
    assert axe.complaints(page) == []
    page.get_by_role("button", name="Make the address").click()
    address = page.get_by_label("The address, shown only now")
    expect(address).to_have_value(re.compile("/api/privacy/transmissions/"))
    made = address.input_value().removeprefix(PUBLIC_URL)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new DOMException()); }")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Your browser did not let us copy it.")).to_be_visible()
    assert axe.complaints(page) == []
    page.reload()
    expect(page.get_by_text("An address that you made opens your file once, until")).to_be_visible()
    expect(address).to_have_count(0)
    assert guest.person.get(made).status == 303
    page.reload()
    expect(page.get_by_text("The address that you made was used on")).to_be_visible()
    page.get_by_role("button", name="Take the address back").click()
    expect(page.get_by_text("The address opens nothing any more.")).to_be_visible()
    expect(page.get_by_text("The address that you made was used on")).to_have_count(0)
    assert guest.person.get(made).status == 404
    signed = re.compile(r"X-Amz-Signature|Signature=")
    page.route(signed, lambda route: route.fulfill(status=204))
    with page.expect_request(signed) as asked:
        page.get_by_role("button", name="Download").click()
    assert fetch(asked.value.url).startswith(b"PK")
    guest.complaints.clear()  # the way to the file is the one that leads away


def test_a_slow_look_at_the_file_is_waited_for_before_the_next(guest: Guest) -> None:
    guest.person.sign_up().post(REQUESTS, {"type": "access"})
    guest.page.clock.install()
    page = guest.sign_in("/privacy/file")
    expect(page.get_by_text("Your file is being made.")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(f"**{REQUESTS}?*", hold)
    for _ in range(4):
        page.clock.run_for(5_000)
    assert len(held) == 1
    with page.expect_request(f"**{REQUESTS}?*"):
        held[0].continue_()
        page.wait_for_timeout(300)
        page.clock.run_for(5_000)


def test_restrictions_and_objections_count_when_they_are_turned(guest: Guest) -> None:
    page = guest.sign_in("/privacy/choices")
    everything = page.get_by_role("switch", name="Everything")
    everything.click()
    expect(everything).to_be_checked()
    told = guest.person.get("/api/privacy/restrictions").json["items"]
    assert [one["category"] for one in told] == ["everything"]
    everything.click()
    expect(everything).not_to_be_checked()
    assert guest.person.get("/api/privacy/restrictions").json["items"] == []
    marketing = page.get_by_role("switch", name="news and offers")
    marketing.click()
    expect(marketing).to_be_checked()
    told = guest.person.get("/api/privacy/objections").json["items"]
    assert [one["purpose"] for one in told] == ["marketing"]
    assert axe.complaints(page) == []


def test_a_correction_is_asked_for_listed_with_its_deadline_and_taken_back(guest: Guest) -> None:
    page = guest.sign_in("/privacy/requests")
    expect(page.get_by_text("No requests yet")).to_be_visible()
    page.get_by_role("button", name="Have something corrected").click()
    expect(page.get_by_text("Answer due by")).to_be_visible()
    assert axe.complaints(page) == []
    page.get_by_role("button", name="Cancel this request").click()
    expect(page.get_by_role("button", name="Cancel this request")).to_have_count(0)
    assert open_request(guest, "correction")["state"] == "cancelled"


def test_privacy_speaks_german(guest: Guest) -> None:
    page = guest.sign_in("/privacy")
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("heading", name="Ihre Daten nach Art")).to_be_visible()
    page.get_by_role("tab", name="Löschung").click()
    expect(page.get_by_role("button", name="Mein Konto löschen …")).to_be_visible()


@pytest.mark.parametrize("part", ["", "/choices", "/file", "/requests", "/leave"])
def test_each_part_fits_a_small_phone(guest: Guest, part: str) -> None:
    guest.page.set_viewport_size({"width": 320, "height": 640})
    page = guest.sign_in(f"/privacy{part}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
