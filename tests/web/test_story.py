"""The whole story at the laptop's service, from signing up to a deletion that is taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect, sync_playwright

from infra.local import chromium
from tests.end_to_end.house import House
from tests.infra.local.sockets import free_ports
from tests.web import voice
from tests.web.newcomer import PATIENCE_MILLISECONDS, PORTS, SPY, Newcomer

DOLLAR = 1_000_000
SOUNDS_A_TONE = "+442079460440"
ECHOES = "+442079460958"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(free_ports(PORTS), tmp_path_factory.mktemp("story") / "state")
    yield house
    house.stop()


@pytest.fixture
def newcomer(house: House) -> Iterator[Newcomer]:
    """Somebody with a microphone, whose browser can reach nothing but this machine."""
    alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=[*chromium.FLAGS, *voice.FLAGS, alone]
        )
        context = browser.new_context(locale="en-US", timezone_id="UTC", permissions=["microphone"])
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        expect.set_options(timeout=PATIENCE_MILLISECONDS)
        for script in (voice.SPY, SPY):
            context.add_init_script(script)
        yield Newcomer(context.new_page(), house.port)
        expect.set_options(timeout=5_000)
        browser.close()


def test_a_newcomer_signs_up_pays_calls_sees_everything_and_stays_after_all(newcomer: Newcomer) -> None:
    sign_up(newcomer)
    answer_what_cookies_may_do(newcomer)
    top_up(newcomer, 20)
    spent_micros = [
        hang_up_on_a_tone(newcomer),
        be_hung_up_on(newcomer),
        be_cut_by_the_carrier(newcomer),
    ]
    find_it_in_the_books(newcomer, 20 * DOLLAR, spent_micros)
    see_what_is_held(newcomer)
    ask_for_a_file(newcomer)
    ask_for_deletion_and_stay(newcomer)
    assert newcomer.complaints == []


def sign_up(who: Newcomer) -> None:
    page = who.open("/")
    page.get_by_role("link", name="Create an account").click()
    expect(page.get_by_role("heading", name="Create an account")).to_be_visible()
    page.get_by_label("Email", exact=True).fill(who.email)
    page.get_by_label("Password", exact=True).fill(who.password)
    page.get_by_label("Birth date").fill("1990-12-10")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
    assert page.context.cookies() == []
    page.goto(who.mailed_link())
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("heading", name="Your address is confirmed")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    page.get_by_label("Email").fill(who.email)
    page.get_by_label("Password", exact=True).fill(who.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phone")


def answer_what_cookies_may_do(who: Newcomer) -> None:
    """Allowed, and taken back: each answer has its receipt, and only what is essential is set."""
    for wanted in ("true", "false"):
        who.page.get_by_role("button", name="Cookie choices").click()
        dialog = who.page.get_by_role("dialog")
        dialog.get_by_role("switch").click()
        expect(dialog.get_by_role("switch")).to_have_attribute("aria-checked", wanted)
        dialog.get_by_role("button", name="Save my choices").click()
        expect(dialog).to_have_count(0)
    receipts = who.read("/api/privacy/consents/improvement")["receipts"]
    assert [one["granted"] for one in receipts] == [False, True]
    register = {one["name"]: one["category"] for one in who.read("/api/privacy/cookies")["items"]}
    for cookie in who.page.context.cookies():
        assert register.get(cookie["name"], register.get(f"__Host-{cookie['name']}")) == "essential"


def top_up(who: Newcomer, dollars: int) -> None:
    page = who.turn_to("Money", "Money")
    page.get_by_label("Amount in USD").fill(str(dollars))
    page.get_by_role("button", name="Go to payment").click()
    page.get_by_role("button", name=f"Pay {dollars}.00 USD").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    expect(page.get_by_text(f"You now have ${dollars}.00.")).to_be_visible()


def hang_up_on_a_tone(who: Newcomer) -> int:
    """440 Hz are heard, digits arrive, and the call ends on this side; what it cost."""
    page = who.dial(SOUNDS_A_TONE)
    assert voice.hear(page) == pytest.approx(440, abs=8)
    page.get_by_role("button", name="Keypad").click()
    for key in ("4", "0", "Hash"):
        page.get_by_role("button", name=key, exact=True).click()
    who.wait_until(lambda: who.far_end()["digits"] == "40#")
    page.get_by_role("button", name="Hang up").click()
    return who.pay_as_quoted(SOUNDS_A_TONE)


def be_hung_up_on(who: Newcomer) -> int:
    """The far side ends the call; what it cost."""
    page = who.dial(ECHOES)
    expect(page.locator(".clock")).to_have_text(re.compile("0:0[1-9]"))
    who.far_end(hang_up=True)
    return who.pay_as_quoted(ECHOES)


def be_cut_by_the_carrier(who: Newcomer) -> int:
    """The call lasts for as long as the credit was said to, and not longer; what it cost."""
    promised_seconds = who.quote(ECHOES)["affordable_seconds"]
    page = who.dial(ECHOES)
    assert f'timeLimit="{promised_seconds}"' in who.far_end()["twiml"]
    who.advance(promised_seconds)
    expect(page.locator(".outcome")).to_contain_text("You talked for")
    assert who.read("/api/calls")["items"][0]["duration_seconds"] == promised_seconds
    return who.pay_as_quoted(ECHOES)


def find_it_in_the_books(who: Newcomer, paid_micros: int, spent_micros: list[int]) -> None:
    page = who.turn_to("History", "History")
    calls = page.get_by_role("table", name="Calls").locator("tbody tr")
    expect(calls).to_have_count(len(spent_micros))
    for row, micros in zip(calls.all(), reversed(spent_micros), strict=True):
        expect(row).to_contain_text(who.money(micros))
    calls.first.get_by_role("link").first.click()
    expect(page.get_by_role("row", name="Together")).to_contain_text(who.money(spent_micros[-1]))
    who.turn_to("Money", "Money").get_by_role("tab", name="Movements").click()
    movements = page.get_by_role("tabpanel").locator("tbody tr")
    expect(movements).to_have_count(1 + len(spent_micros))
    expect(movements.last).to_contain_text(f"+{who.money(paid_micros)}")
    for row, micros in zip(movements.all(), reversed(spent_micros), strict=False):
        expect(row).to_contain_text(f"-{who.money(micros)}")
    expect(movements.first).to_contain_text(who.money(paid_micros - sum(spent_micros)))


def see_what_is_held(who: Newcomer) -> None:
    page = who.turn_to("Privacy", "Privacy")
    held = page.get_by_role("region", name="Your data by kind")
    kinds = who.read("/api/privacy/data")["items"]
    expect(held.get_by_role("group")).to_have_count(len(kinds))
    [calls] = [one for one in kinds if one["id"] == "call_record"]
    assert calls["count"] == 3
    row = held.get_by_role("group").filter(has=page.get_by_text(calls["title"], exact=True))
    expect(row).to_contain_text("3")


def ask_for_a_file(who: Newcomer) -> None:
    page = who.page
    page.get_by_role("tab", name="Your file").click()
    page.get_by_role("button", name="Ask for the file").click()
    who.sign_in_again()
    expect(
        page.get_by_text("Your file is being made.").or_(page.get_by_text("Your file is ready"))
    ).to_be_visible()


def ask_for_deletion_and_stay(who: Newcomer) -> None:
    page = who.page
    page.get_by_role("tab", name="Deletion").click()
    page.get_by_role("button", name="Delete my account …").click()
    dialog = page.get_by_role("dialog", name="Delete your account?")
    dialog.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("Your account will be deleted")).to_be_visible()
    expect(page.get_by_text(re.compile(r"7 days \d hours? left to change your mind"))).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).to_have_count(0)
    page.get_by_role("button", name="Keep my account").click()
    who.turn_to("Phone", "Phone")
    assert who.read("/api/me")["status"] == "active"
