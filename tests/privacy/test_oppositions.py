"""Objections and restrictions: they count at once, wherever data is used, until they are taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.policy import permissions
from chalicelib.policy.consent import EVERYTHING, MARKETING
from chalicelib.policy.profile import Profile
from tests.harness.browser import Browser
from tests.harness.offering import obeying
from tests.harness.signed import LONDON
from tests.privacy.asked import Asked, work
from tests.privacy.chosen import choose, granted, receipts

OBJECTIONS, RESTRICTIONS = "/api/privacy/objections", "/api/privacy/restrictions"


@pytest.fixture
def business() -> Iterator[Profile]:
    with obeying("business") as policy:
        yield policy


def test_an_objection_ends_a_use_at_once_and_can_be_taken_back(zenvoip: Profile, browser: Browser) -> None:
    account_id = browser.sign_up().account_id
    placed = browser.post(OBJECTIONS, {"purpose": "improvement"})
    assert placed.status == 201
    assert browser.post(OBJECTIONS, {"purpose": "improvement"}).status == 200
    assert [one["purpose"] for one in browser.get(OBJECTIONS).json["items"]] == ["improvement"]
    assert browser.delete(f"{OBJECTIONS}/improvement").status == 204
    assert browser.delete(f"{OBJECTIONS}/improvement").status == 404
    assert browser.get(OBJECTIONS).json["items"] == []
    kept = [(one["kind"], one["stands"]) for one in receipts(account_id) if one["about"] == "improvement"]
    assert kept == [("objection", True), ("objection", False)]


def test_whoever_objects_to_marketing_cannot_be_taken_to_consent_to_it(
    zenvoip: Profile, browser: Browser
) -> None:
    browser.sign_up()
    assert browser.post(OBJECTIONS, {"purpose": MARKETING}).status == 201
    answer = choose(browser, MARKETING, True)
    assert (answer.status, answer.json["type"]) == (409, "objected")
    assert browser.delete(f"{OBJECTIONS}/{MARKETING}").status == 204
    assert granted(browser)[MARKETING] is False, "what is taken back allows nothing by itself"
    assert choose(browser, MARKETING, True).status == 200


@pytest.mark.parametrize(
    ("purpose", "status", "type"),
    [("service", 409, "not-opposable"), ("analytics", 409, "not-opposable"), ("nothing", 404, "not-found")],
)
def test_nobody_can_object_to_a_contract_to_consent_or_to_what_is_not_known(
    zenvoip: Profile, browser: Browser, purpose: str, status: int, type: str
) -> None:
    answer = browser.sign_up().post(OBJECTIONS, {"purpose": purpose})
    assert (answer.status, answer.json["type"]) == (status, type)
    assert receipts() == []


def test_what_is_restricted_is_stored_and_read_and_used_for_nothing(browser: Browser) -> None:
    browser.sign_up().top_up()
    browser.call(LONDON, 60)
    assert browser.post(RESTRICTIONS, {"category": "call_record"}).status == 201
    for path in ("/api/calls/summary", "/api/calls.csv"):
        answer = browser.get(path)
        assert (answer.status, answer.json["type"]) == (409, "restricted"), path
    assert len(browser.get("/api/calls").json["items"]) == 1
    assert browser.post("/api/calls/token").status == 200, "another kind of data"
    assert browser.delete(f"{RESTRICTIONS}/call_record").status == 204
    assert browser.get("/api/calls/summary").status == 200
    assert browser.get("/api/calls.csv").status == 200


def test_who_restricts_everything_keeps_the_account_and_no_call_is_made(browser: Browser) -> None:
    browser.sign_up().top_up()
    placed = browser.post(RESTRICTIONS, {})
    assert (placed.status, placed.json["category"]) == (201, EVERYTHING)
    for answer in (
        browser.post("/api/calls/token"),
        browser.put("/api/favourites", {"numbers": [LONDON]}),
        browser.get("/api/calls/summary"),
    ):
        assert (answer.status, answer.json["type"]) == (409, "restricted")
    assert browser.get("/api/me").status == 200
    assert browser.get("/api/balance").status == 200
    assert browser.get("/api/favourites").json == {"numbers": []}
    assert browser.delete(f"{RESTRICTIONS}/{EVERYTHING}").status == 204
    assert browser.post("/api/calls/token").status == 200


@pytest.mark.parametrize("category", ["nothing", "age_check", "voicemail"])
def test_only_what_is_stored_of_people_can_be_restricted(browser: Browser, category: str) -> None:
    answer = browser.sign_up().post(RESTRICTIONS, {"category": category})
    assert (answer.status, answer.json["type"]) == (404, "not-found")


def test_a_restriction_is_one_persons_own(browser: Browser) -> None:
    browser.sign_up("ada@example.org")
    assert browser.post(RESTRICTIONS, {}).status == 201
    eve = Browser(browser.stage, browser.mailbox).sign_up("eve@example.org")
    assert eve.get(RESTRICTIONS).json["items"] == []
    assert eve.get("/api/calls/summary").status == 200


def test_a_policy_without_consents_knows_both(business: Profile, browser: Browser) -> None:
    account_id = browser.sign_up().account_id
    assert browser.post(OBJECTIONS, {"purpose": "improvement"}).status == 201
    assert browser.post(RESTRICTIONS, {"category": "call_record"}).status == 201
    assert permissions.may(account_id, "call_record", "law")
    assert not permissions.may(account_id, "call_record", "billing")


def test_a_token_that_is_out_places_no_call_once_everything_is_restricted(browser: Browser) -> None:
    browser.sign_up().top_up()
    token = browser.post("/api/calls/token").json["token"]
    assert browser.post(RESTRICTIONS, {}).status == 201
    call = browser.stage.carrier.start_call(token, LONDON)
    assert "only store this data" in call["twiml"]
    assert "<Dial" not in call["twiml"]
    assert browser.get("/api/balance").json["held"]["amount_micros"] == 0
    assert browser.delete(f"{RESTRICTIONS}/{EVERYTHING}").status == 204
    again = browser.stage.carrier.start_call(browser.post("/api/calls/token").json["token"], LONDON)
    assert "<Dial" in again["twiml"]


def test_a_restriction_stops_no_file_of_ones_own_data(browser: Browser) -> None:
    """Access is a right: one that is asked for is made, and may be asked for."""
    asked = Asked(browser.sign_up())
    assert browser.post(RESTRICTIONS, {}).status == 201
    assert work()["ready"] == 1
    assert asked.fetch().rows("account")
    later = Asked(browser, "portability")
    assert work()["ready"] == 1
    assert later.fetch().rows("account")
