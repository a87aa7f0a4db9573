"""Caller IDs at the client: added, verified by whoever answers, and removed."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect

from tests.harness.offering import obeying
from tests.numbers.phones import OTHER_PHONE, PHONE, Phones
from tests.web import axe
from tests.web.site import Guest


def test_a_number_is_called_verified_by_its_code_and_removed(guest: Guest) -> None:
    page = guest.sign_in("/numbers")
    expect(page.get_by_text("No number of your own yet")).to_be_visible()
    assert axe.complaints(page) == []
    page.get_by_label("Your phone number").fill("+1 202 555 0123")
    page.get_by_role("button", name="Call this number").click()
    expect(page.get_by_role("heading", name=re.compile("^We are calling"))).to_be_visible()
    (number,) = guest.person.get("/api/caller-ids").json["items"]
    expect(page.locator(".code")).to_contain_text(number["code"])
    expect(page.get_by_label("Your phone number")).to_have_value("")
    assert axe.complaints(page) == []
    assert guest.stage.carrier.answer_code(number["id"], number["code"])["verified"]
    expect(page.get_by_text("is verified. You can call with it now.")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("^We are calling"))).to_have_count(0)
    expect(page.get_by_text("Verified", exact=True)).to_be_visible()
    assert axe.complaints(page) == []
    page.get_by_role("button", name=re.compile("^Remove ")).click()
    page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Verified", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Remove ")).click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No number of your own yet")).to_be_visible()
    assert guest.stage.carrier.caller_ids() == []


def test_a_wrong_code_is_told_and_the_number_can_be_tried_again(guest: Guest) -> None:
    page = guest.sign_in("/numbers")
    phone = page.get_by_label("Your phone number")
    phone.fill(PHONE)
    page.get_by_role("button", name="Call this number").click()
    expect(page.locator(".code")).to_be_visible()
    (number,) = guest.person.get("/api/caller-ids").json["items"]
    guest.stage.carrier.answer_code(number["id"], "000000x")
    expect(page.get_by_text("was not verified")).to_be_visible()
    expect(page.get_by_text("Not verified", exact=True)).to_be_visible()
    assert axe.complaints(page) == []
    phone.fill(PHONE)
    page.get_by_role("button", name="Call this number").click()
    expect(page.locator(".code")).to_be_visible()


def test_what_is_no_number_is_told(guest: Guest) -> None:
    page = guest.sign_in("/numbers")
    phone = page.get_by_label("Your phone number")
    phone.fill("020 7946")
    page.get_by_role("button", name="Call this number").click()
    alert = page.get_by_role("main").get_by_role("alert")
    expect(alert).to_contain_text("with + and country code")
    expect(phone).to_have_value("020 7946")
    page.get_by_role("button", name="Call this number").click()
    expect(alert).to_be_visible()


def test_a_call_under_way_is_found_again_and_can_be_stopped(guest: Guest) -> None:
    phones = Phones(guest.person.sign_up(), guest.stage)
    phones.verify(OTHER_PHONE)
    added = phones.add().json
    page = guest.sign_in("/numbers")
    expect(page.locator(".code")).to_contain_text(added["code"])
    page.get_by_role("button", name="Stop, and remove it").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator(".code")).to_have_count(0)
    assert phones.states() == {OTHER_PHONE: "verified"}


def test_numbers_speak_german(guest: Guest) -> None:
    page = guest.sign_in("/numbers")
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("heading", name="Ihre Nummern")).to_be_visible()


def test_where_callers_have_no_numbers_there_is_no_page(guest: Guest) -> None:
    with obeying("kiwiphone"):
        page = guest.sign_in("/numbers")
        expect(page.get_by_role("link", name="Numbers")).to_have_count(0)


def test_a_slow_answer_is_waited_for(guest: Guest) -> None:
    Phones(guest.person.sign_up(), guest.stage).add()
    guest.page.add_init_script(
        "{ const set = setTimeout; setTimeout = (act, pause) => set(act, pause / 10); }"
    )
    page = guest.sign_in("/numbers")
    expect(page.locator(".code")).to_be_visible()
    asked: list[Route] = []

    def keep(route: Route) -> None:
        asked.append(route)

    page.route("**/api/caller-ids", keep)
    page.wait_for_timeout(1_000)
    assert len(asked) == 1
    with page.expect_request("**/api/caller-ids"):
        asked[0].continue_()
