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

    page.keyboard.press("Shift+Tab")
    page.reload()
    _tab_to(page, "Privacy")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Privacy", exact=True)).to_be_focused()
    _tab_to(page, "Delete my account …")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate(FOCUSED) == "Delete my account …", "closing gives the focus back"


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
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    expect(page.get_by_role("heading", name="Credit")).to_be_visible()
