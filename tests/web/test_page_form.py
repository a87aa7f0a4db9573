"""What holds in every view: it fits a narrow screen, it is accessible, and nothing stands inline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.web import chromium
from tests.web.conftest import Visit
from tests.web.fake_api import CONTENT_SECURITY_POLICY, WEB


def _views(visit: Visit) -> Iterator[tuple[str, Page]]:
    """Every view, filled."""
    page = visit.open()
    yield "welcome", page
    page.get_by_role("button", name="Create an account").click()
    yield "sign-up", page
    visit.house.book("topup", 100_000_000)
    visit.house.call("a token", "+5511961234567", 4310, [])
    visit.sign_in()
    page.get_by_label("Number").fill("+442079460958")
    page.locator("summary").first.click()
    expect(page.get_by_text("How it adds up")).to_be_visible()
    expect(page.locator("#quote")).to_contain_text("a minute")
    yield "calls", page
    page.get_by_role("navigation").get_by_role("link", name="Credit").click()
    expect(page.locator(".rows li")).to_have_count(2)
    yield "credit", page
    visit.open("/account")
    expect(page.get_by_text("Another browser")).to_be_visible()
    yield "account", page
    visit.open("/reset")
    expect(page.get_by_role("heading", name="Forgot your password?")).to_be_visible()
    yield "forgot", page
    visit.open("/reset?token=x")
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    yield "reset", page
    visit.open("/topup/cancelled")
    yield "top-up", page
    visit.open("/privacy")
    expect(page.get_by_role("heading", name="Cookies")).to_be_visible()
    yield "privacy", page
    page.get_by_role("button", name="Delete my account").click()
    yield "dialog", page
    page.get_by_role("dialog").get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("7 days left")).to_be_visible()
    yield "leaving", page


def test_nothing_scrolls_sideways_at_320_pixels(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 320, "height": 640})
    widths = {name: page.evaluate("document.scrollingElement.scrollWidth") for name, page in _views(visit)}
    assert {name: width for name, width in widths.items() if width > 320} == {}
    assert len(widths) == 11


def test_axe_finds_nothing_in_the_light_or_the_dark(visit: Visit) -> None:
    visit.page.emulate_media(reduced_motion="reduce")
    axe, found = Axe(), []
    for name, page in _views(visit):
        page.emulate_media(color_scheme="light")
        results = [axe.run(page)]
        page.emulate_media(color_scheme="dark")
        results.append(axe.run(page, options={"runOnly": ["color-contrast"]}))
        found += [f"{name}: {one.generate_report()}" for one in results if one.violations_count]
    assert found == []


def test_an_inline_script_would_not_run(visit: Visit) -> None:
    page = visit.open()
    assert httpx.get(visit.origin).headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    page.evaluate(
        "const script = document.createElement('script'); script.textContent = 'window.ran = true';"
        "document.body.append(script)"
    )
    assert page.evaluate("window.ran") is None
    assert len(visit.complaints) == 1, "a breach of the policy is noticed by every visit"
    visit.complaints.clear()


@pytest.mark.parametrize("file", sorted(WEB.rglob("*.*")), ids=lambda file: file.name)
def test_no_file_names_another_site_or_stands_inline(file: Path) -> None:
    text = file.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|//[a-z]+\.", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|innerHTML|eval\(", text)


def test_every_module_is_asked_for_at_once() -> None:
    listed = re.findall(r'modulepreload" href="/([^"]+)"', (WEB / "index.html").read_text())
    assert sorted([*listed, "app.js"]) == sorted(str(file.relative_to(WEB)) for file in WEB.rglob("*.js"))


def test_a_missing_chromium_is_told_with_what_to_do() -> None:
    with pytest.raises(chromium.MissingError, match="apt-get install chromium"):
        chromium.find(lambda name: None)
