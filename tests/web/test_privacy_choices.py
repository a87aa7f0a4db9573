"""Rights that count at once, in the privacy centre: consent, its end, objection, restriction."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib.policy import profile
from tests.harness.offering import obeying
from tests.web.site import Guest

CONSENTS = "/api/privacy/consents"


@pytest.fixture
def selling(guest: Guest) -> Iterator[Guest]:
    """A member of a service that may sell data of who allows it."""
    with obeying("zenvoip"):
        guest.person.sign_up()
        yield guest


def allow(guest: Guest, *purposes: str) -> None:
    for purpose in purposes:
        assert guest.person.put(f"{CONSENTS}/{purpose}", {"granted": True}).status == 200


def allowed(guest: Guest) -> set[str]:
    return {one["purpose"] for one in guest.person.get(CONSENTS).json["items"] if one["granted"]}


def consents(page: Page) -> Locator:
    return page.get_by_role("region", name="What you allow").get_by_role("switch")


def test_each_consent_is_given_and_withdrawn_by_its_switch_and_leaves_receipts(selling: Guest) -> None:
    page = selling.sign_in("/privacy/choices")
    asked = [one["purpose"] for one in selling.person.get(CONSENTS).json["items"]]
    expect(consents(page)).to_have_count(len(asked))
    for at, purpose in enumerate(asked):
        switch = consents(page).nth(at)
        expect(switch).not_to_be_checked()
        switch.click()
        expect(switch).to_be_checked()
        assert purpose in allowed(selling)
    selling.open("/privacy/choices")
    expect(consents(page)).to_have_count(len(asked))
    for switch in consents(page).all():
        expect(switch).to_be_checked()
        switch.click()
        expect(switch).not_to_be_checked()
    assert allowed(selling) == set()
    for purpose in asked:
        receipts = selling.person.get(f"{CONSENTS}/{purpose}").json["receipts"]
        assert [one["granted"] for one in receipts] == [False, True]
        assert {one["source"] for one in receipts} == {"account"}


def test_all_consents_are_withdrawn_at_once(selling: Guest) -> None:
    allow(selling, "marketing", "sale")
    page = selling.sign_in("/privacy/requests")
    page.get_by_role("button", name="Withdraw every consent").click()
    entry = page.get_by_role("region", name="Your requests").get_by_role("group")
    expect(entry).to_contain_text("Consent withdrawn")
    expect(entry).to_contain_text("Done")
    assert allowed(selling) == set()
    page.get_by_role("tab", name="Choices").click()
    expect(consents(page).and_(page.get_by_role("switch", checked=False))).to_have_count(3)


def test_the_browsers_own_signal_outweighs_what_was_allowed(selling: Guest) -> None:
    allow(selling, "marketing", "sale")
    selling.page.set_extra_http_headers({"Sec-GPC": "1"})
    page = selling.sign_in("/privacy/choices")
    card = page.get_by_role("region", name="What you allow")
    expect(card.get_by_text("Your browser tells every site not to sell")).to_be_visible()
    sale = card.get_by_role("switch", name="sell data about you")
    expect(sale).not_to_be_checked()
    expect(sale).to_have_attribute("aria-disabled", "true")
    sale.click(force=True)
    expect(sale).not_to_be_checked()
    expect(card.get_by_role("switch", name="news and offers")).to_be_checked()
    assert "PUT /api/privacy/consents/sale" not in selling.site.asked


def test_a_use_in_our_interest_ends_for_who_objects_and_begins_again(selling: Guest) -> None:
    (interest,) = [one for one in profile.load("zenvoip").purpose if one.basis == "legitimate_interest"]
    page = selling.sign_in("/privacy/choices")
    card = page.get_by_role("region", name="What you object to")
    switch = card.get_by_role("switch", name=interest.what)
    switch.click()
    expect(switch).to_be_checked()
    objections = selling.person.get("/api/privacy/objections").json["items"]
    assert [one["purpose"] for one in objections] == [interest.id]
    switch.click()
    expect(switch).not_to_be_checked()
    assert selling.person.get("/api/privacy/objections").json["items"] == []


def test_one_kind_of_data_is_restricted_and_the_rest_goes_on(guest: Guest) -> None:
    guest.person.sign_up().top_up()
    kind = profile.load("kinvo").category_of("call_record")
    page = guest.sign_in("/privacy/choices")
    switch = page.get_by_role("region", name="Only store it").get_by_role(
        "switch", name=kind.title, exact=True
    )
    switch.click()
    expect(switch).to_be_checked()
    told = guest.person.get("/api/privacy/restrictions").json["items"]
    assert [one["category"] for one in told] == ["call_record"]
    guest.open("/privacy/choices")
    expect(switch).to_be_checked()


def test_a_refused_choice_stays_as_it_was_and_is_told(selling: Guest) -> None:
    page = selling.sign_in("/privacy/choices")
    page.route(f"**{CONSENTS}/marketing", lambda route: route.abort())
    switch = page.get_by_role("region", name="What you allow").get_by_role("switch", name="news and offers")
    switch.click()
    expect(page.get_by_text(re.compile("We can't reach the service")).first).to_be_visible()
    expect(switch).not_to_be_checked()
    selling.complaints[:] = [one for one in selling.complaints if "ERR_FAILED" not in one]


def test_what_the_policy_says_is_english_for_who_hears_it_in_german(selling: Guest) -> None:
    page = selling.sign_in("/privacy/choices")
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("heading", name="Was Sie erlauben")).to_be_visible()
    policy = profile.current()
    told = {one["what"] for one in selling.person.get(CONSENTS).json["items"]}
    told |= {one.what for one in policy.purpose} | {one.title for one in policy.category}
    for region in ("Was Sie erlauben", "Wogegen Sie widersprechen", "Nur speichern"):
        expect(page.get_by_role("region", name=region).get_by_role("switch").first).to_be_visible()
    labels = {label.inner_text(): label for label in page.locator(".switch-label").all()}
    assert len(told & set(labels)) > len(policy.purpose) / 2
    for text, label in labels.items():
        assert label.locator("[lang=en]").count() == (text in told), text
    page.get_by_role("button", name="Cookie-Auswahl").last.click()
    page.get_by_text("Jedes Cookie, das dieser Dienst setzen kann").click()
    dialog = page.get_by_role("dialog")
    for cookie in policy.cookie:
        expect(dialog.get_by_text(cookie.purpose).first).to_have_attribute("lang", "en")
