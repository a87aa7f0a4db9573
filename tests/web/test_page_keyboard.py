"""The page without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import Visit

FOCUSED = "document.activeElement.textContent.trim() || document.activeElement.name"


def _tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focused element's text or name is the wanted one."""
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
        if seen[-1] == wanted:
            return
    raise AssertionError(f"Tab never came to {wanted!r}, only to {seen}")


def test_a_keyboard_alone_signs_in_calls_and_asks_to_leave(visit: Visit) -> None:
    visit.house.know("ada@example.com", "correct horse")
    visit.house.book("topup", 5_000_000)
    page = visit.open()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    _tab_to(page, "email")
    page.keyboard.type("ada@example.com")
    _tab_to(page, "password")
    page.keyboard.type("correct horse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Calls", exact=True)).to_be_focused()

    page.keyboard.type("+4420794609589")
    page.keyboard.press("Backspace")
    expect(page.get_by_label("Number")).to_have_value("+442079460958")
    expect(page.locator("#quote")).to_contain_text("$0.024 a minute")
    page.keyboard.press("Enter")
    expect(page.locator(".outcome")).to_contain_text("The call lasted 1 min 5 s.")
    _tab_to(page, "Download CSV")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("How it adds up")).to_be_visible()
    assert len(visit.house.calls) == 1

    page.reload()
    expect(page.get_by_role("navigation")).to_be_visible()
    _tab_to(page, "Privacy")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Privacy", exact=True)).to_be_focused()
    _tab_to(page, "Delete my account …")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate(FOCUSED) == "Delete my account …", "closing gives the focus back"


def test_enter_away_from_the_number_calls_nobody(visit: Visit) -> None:
    visit.house.book("topup", 5_000_000)
    page = visit.sign_in()
    page.get_by_label("Number").fill("+442079460958")
    expect(page.locator("#quote")).to_contain_text("a minute")
    page.get_by_role("heading", name="Your calls").click()
    page.keyboard.press("Enter")
    page.get_by_role("navigation").get_by_role("link", name="Credit").click()
    expect(page.get_by_role("heading", name="Credit")).to_be_visible()
    assert visit.house.calls == []


def test_a_new_call_leaves_what_was_open_and_focused(visit: Visit) -> None:
    visit.house.book("topup", 5_000_000)
    visit.house.call("a token", "+5511961234567", 60, [])
    page = visit.sign_in()
    page.locator("summary").click()
    expect(page.get_by_text("How it adds up")).to_be_visible()
    page.get_by_label("Number").fill("+442079460958")
    page.keyboard.press("Enter")
    expect(page.locator("summary")).to_have_count(2)
    expect(page.locator("details").nth(1)).to_have_attribute("open", "")
    expect(page.get_by_text("How it adds up")).to_be_visible()


def test_the_keypad_writes_the_number(visit: Visit) -> None:
    page = visit.sign_in()
    keypad = page.get_by_role("group", name="Keypad")
    for key in ("Plus", "4", "4", "0", "9", "Delete the last digit"):
        keypad.get_by_role("button", name=key, exact=True).click()
    expect(page.get_by_label("Number")).to_have_value("+440")


@pytest.mark.parametrize("focus", ["Calls", "Number"])
def test_a_number_can_be_pasted(visit: Visit, focus: str) -> None:
    page = visit.sign_in()
    page.evaluate("navigator.clipboard.writeText('+44 20 7946 0958')")
    if focus == "Number":
        page.get_by_label("Number").focus()
    page.keyboard.press("Control+v")
    expect(page.get_by_label("Number")).to_have_value("+44 20 7946 0958")
    expect(page.locator("#quote")).to_contain_text("United Kingdom")


def test_the_skip_link_leads_past_the_header(visit: Visit) -> None:
    page = visit.sign_in("/#credit")
    page.reload()
    expect(page.get_by_role("navigation")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    expect(page.get_by_role("heading", name="Credit")).to_be_visible()
