"""The phone, by what it says and by what is heard: calls go through the unmodified voice SDK."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from chalicelib.money import holds
from infra.local import chromium
from infra.local.visitor import wait_for
from infra.local.voice import Voice
from tests.calling import past_calls
from tests.conftest import Clock
from tests.harness.stage import Outside, Stage, running_stage
from tests.web import axe, voice
from tests.web.site import Guest, Site

TONE = "+442079460440"
ECHO = "+442079460958"
BUSY = "+442079460001"
SILENT = "+442079460002"
# A call is a dozen processes' work, on a machine that may have more to do.
PATIENCE_MILLISECONDS = 30_000


@pytest.fixture(scope="module")
def profile() -> Iterator[BrowserContext]:
    """A browser with a microphone, which it lends to whom a test allows it."""
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
def carriers_voice(guest: Guest) -> Iterator[Voice]:
    with voice.speaking(guest.site, guest.stage.carrier, guest.origin) as speaking:
        yield speaking


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
    assert voice.hear(page) == pytest.approx(440, abs=8)
    expect(
        page.get_by_role("link", name=re.compile(r"^Credit \$10\.00, \$[0-9.]+ set aside$"))
    ).to_be_visible()
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


def test_a_busy_line_is_told_and_costs_nothing(guest: Guest) -> None:
    page = ready(guest)
    dial(page, BUSY)
    expect(page.locator(".outcome")).to_contain_text("The line was busy.It cost nothing.")
    page.get_by_role("link", name="All calls").click()
    page.get_by_role("button", name="Call again").click()
    expect(page.get_by_label("Number")).to_have_value("+44 20 7946 0001")
    assert guest.person.available_micros() == 10_000_000


def test_a_call_that_may_not_be_shown_yet_ends_with_the_reason(guest: Guest) -> None:
    page = ready(guest)
    past_calls.hide(guest.person.get("/api/me").json["user_id"])
    dial(page, BUSY)
    expect(page.locator(".outcome")).to_contain_text("To keep your calls from strangers")


def test_the_microphone_is_looked_at_before_the_first_call_and_the_far_end_may_hang_up(guest: Guest) -> None:
    # As in browsers that do not tell a page whether they would lend it.
    guest.page.add_init_script("navigator.permissions.query = () => Promise.reject(new TypeError())")
    page = ready(guest)
    dial(page, ECHO)
    check = page.get_by_role("dialog", name="Can they hear you?")
    expect(check).to_contain_text("We hear you")
    assert guest.person.get("/api/balance").json["held"]["amount_micros"] == 0, "nothing is called yet"
    check.get_by_role("button", name="Call now").click()
    connected(page)
    [hold] = holds.live_calls(guest.person.account_id).values()
    guest.stage.carrier.end_call(hold.detail["sid"])
    expect(page.locator(".outcome")).to_contain_text("You talked for")


def test_a_lost_connection_is_told_and_taken_up_again(guest: Guest) -> None:
    page = ready(guest)
    dial(page, ECHO)
    connected(page)
    page.evaluate("sockets.at(-1).close()")
    expect(page.get_by_text("please stay on the line")).to_be_visible()
    connected(page)
    page.get_by_role("link", name="History").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("History")
    going_on = page.get_by_role("region", name="The call")
    expect(going_on).to_contain_text(re.compile(r"\d:\d\d"))
    going_on.get_by_role("button", name="Hang up").click()
    expect(going_on).to_have_count(0)
    expect(page.get_by_text("The call has ended")).to_be_visible()


def test_a_connection_that_breaks_in_a_call_is_taken_up_again(guest: Guest, carriers_voice: Voice) -> None:
    page = ready(guest)
    dial(page, TONE)
    connected(page)
    carriers_voice.cut()
    expect(page.get_by_text("please stay on the line")).to_be_visible()
    connected(page)
    assert voice.hear(page) == pytest.approx(440, abs=8)
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator(".outcome")).to_contain_text("You talked for")
    expect(page.locator(".outcome")).not_to_contain_text("broke")


@pytest.mark.parametrize("how", ["without a word", "in order"])
def test_a_connection_that_breaks_before_an_answer_ends_the_call(
    guest: Guest, carriers_voice: Voice, how: str
) -> None:
    page = ready(guest)
    dial(page, SILENT)
    expect(page.locator(".calling .state")).to_have_text("It is ringing …")
    if how == "in order":
        page.evaluate("sockets.at(-1).close()")
    else:
        carriers_voice.cut()
    expect(page.locator(".outcome")).to_contain_text("The connection to the carrier broke.")
    page.get_by_role("button", name="Call again").click()
    expect(page.get_by_label("Number")).to_be_visible()


def test_a_call_that_can_not_be_placed_says_why_beside_its_number(guest: Guest) -> None:
    page = ready(guest)
    page.evaluate(
        """() => {
          const taken = new DOMException("", "NotReadableError");
          navigator.mediaDevices.getUserMedia = () => Promise.reject(taken);
        }"""
    )
    dial(page, ECHO)
    expect(page.locator(".dialler").get_by_role("alert")).to_contain_text("Another program may be using it")
    expect(page.get_by_label("Number")).to_have_value("+44 20 7946 0958")
    expect(page.get_by_role("button", name="Call", exact=True)).to_be_focused()
    page.get_by_role("button", name="Delete the last digit").click()
    expect(page.locator(".dialler").get_by_role("alert")).to_have_count(0)


def test_what_is_hung_up_at_once_is_never_placed(guest: Guest) -> None:
    page = ready(guest)
    page.get_by_label("Number").fill(ECHO)
    expect(page.locator("#quote")).to_contain_text("a minute")
    with guest.site.alone:
        page.get_by_role("button", name="Call", exact=True).click()
        expect(page.locator(".calling .state")).to_have_text("One moment …")
        page.get_by_role("button", name="Hang up").click()
        expect(page.get_by_label("Number")).to_have_value("+44 20 7946 0958")
    assert guest.person.get("/api/calls").json["items"] == []
    assert page.evaluate("sockets.length") == 0


def test_hanging_up_works_while_the_carrier_is_out_of_reach(guest: Guest) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        guest.site.voice_host = f"127.0.0.1:{deaf.getsockname()[1]}"
        page = ready(guest)
        dial(page, ECHO)
        expect(page.locator(".calling .state")).to_have_text("Connecting …")
        wait_for(lambda: page.evaluate("sockets.length"), bool)
        with page.expect_console_message(lambda said: "closed before the connection" in said.text):
            page.get_by_role("button", name="Hang up").click()
        expect(page.locator(".outcome")).to_contain_text("It cost nothing.")
    guest.complaints.clear()  # Chromium's own, of the socket that is given up


def test_a_limit_is_warned_of_and_ends_the_call(guest: Guest, clock: Clock) -> None:
    page = ready(guest)
    price = guest.person.get("/api/quote", to=ECHO).json["price_micros"]
    limits = {"call_micros": price // 2, "day_micros": None, "high_risk_countries": False}
    assert guest.person.put("/api/limits", limits).status == 200
    dial(page, ECHO)
    connected(page)
    expect(page.get_by_text("runs out within a minute")).to_be_visible()
    page.get_by_role("link", name="History").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("History")
    expect(page.get_by_text("runs out within a minute")).to_be_visible()
    page.get_by_role("region", name="The call").get_by_role("link").click()
    clock.advance(timedelta(seconds=31))
    expect(page.locator(".outcome")).to_contain_text("You talked for 30")
    [call] = guest.person.get("/api/calls").json["items"]
    assert call["limit_seconds"] == call["duration_seconds"] == 30


def test_the_microphone_is_chosen_before_and_in_a_call_and_may_be_pulled_out(guest: Guest) -> None:
    page = ready(guest)
    page.get_by_role("button", name="Microphone and speaker").click()
    chosen = page.get_by_role("dialog").get_by_label("Microphone", exact=True)
    chosen.select_option("Fake Audio Input 1")
    page.get_by_role("button", name="Done").click()
    dial(page, ECHO)
    connected(page)
    assert voice.microphone(page) == "Fake Audio Input 1"
    page.get_by_role("button", name="Sound").click()
    chosen.select_option("As the browser chooses")
    wait_for(lambda: voice.microphone(page), lambda name: "Default" in name)
    chosen.select_option("Fake Audio Input 2")
    wait_for(lambda: voice.microphone(page), lambda name: name == "Fake Audio Input 2")
    voice.pull_out(page, "Fake Audio Input 2")
    wait_for(lambda: voice.microphone(page), lambda name: "Default" in name)
    expect(chosen).to_have_value("")


def test_a_denied_microphone_is_told(guest: Guest) -> None:
    page = ready(guest)
    voice.deny_the_microphone(page, guest.origin)
    dial(page, ECHO)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("does not let us use the microphone")
    assert "POST /api/calls/token" not in guest.site.asked


def test_axe_finds_nothing_on_the_phone_and_nothing_is_wider_than_a_small_screen(guest: Guest) -> None:
    page = ready(guest)
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 320, "height": 640})
    checked(page)
    page.get_by_role("button", name="Microphone and speaker").click()
    checked(page)
    page.get_by_role("button", name="Done").click()
    dial(page, ECHO)
    connected(page)
    page.get_by_role("button", name="Keypad").click()
    checked(page)
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator(".outcome")).to_contain_text("It cost")
    checked(page)


def checked(page: Page) -> None:
    """No violation in either theme, and nothing that scrolls sideways."""
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    assert axe.complaints(page) == []
