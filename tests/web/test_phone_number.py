"""The number on the phone: how it comes into the field, what is said of it, and whom one keeps at hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from chalicelib.policy import profile
from tests.web.site import Guest

TONE = "+442079460440"
ECHO = "+442079460958"


def ready(guest: Guest) -> Page:
    guest.person.sign_up().top_up()
    return guest.sign_in()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("+449098790000", "premium number"),
        ("911", "emergency calls"),
        ("020 7946 0958", "Please write the number with + and its country code"),
    ],
)
def test_what_is_not_connected_is_refused_in_words_before_it_rings(
    guest: Guest, number: str, sentence: str
) -> None:
    page = ready(guest)
    page.get_by_label("Number").fill(number)
    expect(page.locator("#quote")).to_contain_text(sentence)
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.get_by_role("main").get_by_role("alert")).to_contain_text(sentence)
    assert "POST /api/calls/token" not in guest.site.asked


def test_without_credit_the_way_leads_to_the_top_up(guest: Guest) -> None:
    page = guest.sign_in()
    page.get_by_label("Number").fill(ECHO)
    quote = page.locator("#quote")
    expect(quote).to_contain_text("Your credit, or a limit of your account, is too small for this call.")
    expect(quote.get_by_role("link", name="Top up")).to_have_attribute("href", "/money")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.get_by_role("main").get_by_role("alert")).to_have_text(
        "Your credit, or a limit of your account, is too small for this call."
    )


def test_numbers_come_by_key_keyboard_paste_and_long_press(guest: Guest) -> None:
    page = guest.sign_in()
    number = page.get_by_label("Number")
    page.get_by_role("button", name="0", exact=True).click(delay=700)
    page.get_by_role("button", name="4", exact=True).click()
    page.get_by_role("heading", name="Phone").focus()
    page.keyboard.type("42079460958")
    expect(number).to_have_value("+44 20 7946 0958")
    expect(page.locator("#quote")).to_contain_text("United Kingdom")
    page.get_by_role("button", name="Delete the last digit").click()
    expect(number).to_have_value("+44 20 7946 095")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text", "tel:0044 (20) 7946-0440");
          document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
        }"""
    )
    expect(number).to_have_value("+44 20 7946 0440")
    expect(page).to_have_url(f"{guest.origin}/")
    assert "7946" not in page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")


def test_favourites_are_kept_and_dialled(guest: Guest) -> None:
    guest.person.sign_up().top_up()
    guest.person.call(ECHO, 20)
    page = guest.sign_in()
    last = page.get_by_role("region", name="Last calls")
    last.get_by_role("button", name="Favourite").click()
    favourites = page.get_by_role("region", name="Favourites")
    favourites.get_by_role("button", name="Dial").click()
    expect(page.get_by_label("Number")).to_have_value("+44 20 7946 0958")
    expect(page.get_by_role("button", name="Call", exact=True)).to_be_focused()
    expect(page.locator("#quote")).to_contain_text("a minute")
    assert guest.person.get("/api/favourites").json == {"numbers": [ECHO]}
    favourites.get_by_role("button", name="Favourite").click()
    expect(page.get_by_text("The star beside a number keeps it here.")).to_be_visible()


def test_two_numbers_kept_at_once_are_both_kept(guest: Guest) -> None:
    guest.person.sign_up().top_up()
    for number in (ECHO, TONE):
        guest.person.call(number, 20)
    stars = guest.sign_in().get_by_role("region", name="Last calls").get_by_role("button", name="Favourite")
    expect(stars).to_have_count(2)
    with guest.site.alone:  # until both were asked for
        stars.nth(0).click()
        stars.nth(1).click()
    expect(guest.page.get_by_role("region", name="Favourites").locator("li")).to_have_count(2)
    assert sorted(guest.person.get("/api/favourites").json["numbers"]) == sorted([ECHO, TONE])


def test_a_number_looks_the_same_wherever_it_stands(guest: Guest) -> None:
    page = ready(guest)
    guest.person.call(TONE, 20)
    page.get_by_label("Number").fill(TONE)
    grouped = "+44 20 7946 0440"
    expect(page.get_by_label("Number")).to_have_value(grouped)
    guest.open("/history")
    page.get_by_role("link", name=grouped).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(grouped)
    page.get_by_role("button", name="Call again").click()
    expect(page.get_by_label("Number")).to_have_value(grouped)
    expect(page.get_by_role("region", name="Last calls")).to_contain_text(grouped)


def test_an_emergency_number_is_answered_in_the_policys_own_words_in_every_language(guest: Guest) -> None:
    page = guest.sign_in()
    page.get_by_label("Language").select_option("de")
    page.get_by_label("Nummer").fill("112")
    sentence = profile.current().calls.emergency_sentence
    expect(page.locator("#quote")).to_contain_text("Notrufe können wir nicht verbinden.")
    expect(page.locator("#quote")).to_contain_text(sentence)
    page.get_by_role("button", name="Anrufen", exact=True).click()
    expect(page.get_by_role("main").get_by_role("alert")).to_contain_text(sentence)


def test_low_credit_is_told_before_a_number_is_written(guest: Guest) -> None:
    page = guest.sign_in()
    quote = page.locator("#quote")
    expect(quote).to_contain_text("You need some credit before you can call.")
    expect(quote.get_by_role("link", name="Top up")).to_have_attribute("href", "/money")
    guest.person.top_up(5_000_000)
    for seconds in (7200, 4800):
        guest.person.call(ECHO, seconds)
    guest.open()
    expect(quote).to_contain_text("Your credit is below $1.")
