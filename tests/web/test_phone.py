"""The phone, by what it says and by what is heard: calls go through the unmodified voice SDK."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from infra.local import chromium
from tests.harness.stage import Outside, Stage, running_stage
from tests.web import voice
from tests.web.site import Guest, Site

# A call is many processes' work, on a machine that may have more to do.
PATIENCE_MILLISECONDS = 30_000
TONE = "+442079460440"
ECHO = "+442079460958"
BUSY = "+442079460001"


@pytest.fixture(scope="module")
def profile() -> Iterator[BrowserContext]:
    """A browser with a microphone, which asks before it lends it, and says yes."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=[*chromium.FLAGS, *voice.FLAGS]
        )
        context = browser.new_context(locale="en-US", timezone_id="UTC")
        context.add_init_script(voice.SPY)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        expect.set_options(timeout=PATIENCE_MILLISECONDS)
        yield context
        expect.set_options(timeout=5_000)
        browser.close()


@pytest.fixture
def stage(open_site: tuple[str, Site]) -> Iterator[Stage]:
    with running_stage(Outside(deliver=voice.delivering_to(open_site[1]))) as made:
        yield made


@pytest.fixture(autouse=True)
def speaking(guest: Guest) -> Iterator[None]:
    with voice.speaking(guest.site, guest.stage.carrier, guest.origin):
        yield


def ready(guest: Guest, micros: int = 10_000_000) -> Page:
    """The keypad of somebody with credit, whose browser lends the microphone without asking."""
    guest.page.context.grant_permissions(["microphone"], origin=guest.origin)
    guest.person.sign_up().top_up(micros)
    return guest.sign_in()


def dial(page: Page, to: str) -> None:
    page.get_by_label("Number").fill(to)
    expect(page.locator("#quote")).to_contain_text("a minute")
    page.get_by_role("button", name="Call", exact=True).click()


def connected(page: Page) -> None:
    expect(page.locator(".calling .state")).to_have_text("Connected")


def test_a_call_is_heard_counted_and_charged_as_quoted(guest: Guest) -> None:
    page = ready(guest)
    dial(page, TONE)
    connected(page)
    assert page.evaluate(voice.LOUDEST) == pytest.approx(440, abs=8)
    expect(page.locator(".clock")).to_have_text(re.compile("0:[0-5][1-9]"))
    expect(page.locator(".figures")).to_contain_text("$0.0")
    assert re.match(r"0:\d\d · Kinvo", page.title())
    page.get_by_role("button", name="Keypad").click()
    page.get_by_role("button", name="5", exact=True).click()
    page.get_by_role("button", name="Hash").click()
    page.keyboard.press("7")
    expect(page.get_by_label("Digits you sent")).to_have_text("5#7")
    page.get_by_role("button", name="Mute").click()
    expect(page.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Hang up").click()
    outcome = page.locator(".outcome")
    expect(outcome).to_contain_text("You talked for")
    [call] = guest.person.get("/api/calls").json["items"]
    quote = guest.person.get("/api/quote", to=TONE).json
    first, step = quote["increment_first_seconds"], quote["increment_next_seconds"]
    billed = first - (min(0, first - call["duration_seconds"]) // step) * step
    assert call["cost"]["amount_micros"] == -(-quote["price_micros"] * billed // 60) > 0
    expect(outcome).to_contain_text(f"It cost ${call['cost']['amount_micros'] / 1e6:.6f}".rstrip("0"))
    assert guest.person.available_micros() == 10_000_000 - call["cost"]["amount_micros"]
