"""Consents: off until given, given and withdrawn at any time, each with a receipt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest import mock

import msgspec
import pytest

from chalicelib.core import clock as service_clock
from chalicelib.identity import accounts
from chalicelib.policy import consent, permissions, profile
from chalicelib.policy.consent import MARKETING
from chalicelib.policy.profile import Profile
from chalicelib.privacy import choices
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import intercepted
from tests.harness.offering import obeying
from tests.privacy.chosen import CONSENTS, choose, granted, receipts

COOKIE = "vowline-choices"


def may_market(account_id: str) -> bool:
    return permissions.may(account_id, "marketing", MARKETING)


def test_everything_is_off_until_somebody_says_yes(zenvoip: Profile, browser: Browser) -> None:
    told = browser.get(CONSENTS)
    assert told.status == 200
    assert told.cookies == []
    assert granted(browser) == {"marketing": False, "analytics": False, "sale": False}
    assert granted(browser.sign_up()) == {"marketing": False, "analytics": False, "sale": False}
    assert receipts() == []


def test_a_yes_counts_at_once_and_a_no_too_and_both_are_on_record(
    zenvoip: Profile, browser: Browser, clock: Clock
) -> None:
    account_id = browser.sign_up().account_id
    assert choose(browser, MARKETING, True).json["granted"] is True
    assert consent.granted(zenvoip, choices.standing(account_id), MARKETING)
    clock.advance(timedelta(minutes=1))
    assert choose(browser, MARKETING, False).json["granted"] is False
    assert not consent.granted(zenvoip, choices.standing(account_id), MARKETING)
    first, second = receipts(account_id)
    assert [first["stands"], second["stands"]] == [True, False]
    for receipt in (first, second):
        assert receipt["policy_version"] == zenvoip.version
        assert receipt["banner_version"] == consent.banner_version(zenvoip)
        assert receipt["source"] == "account"
    told = browser.get(f"{CONSENTS}/{MARKETING}").json["receipts"]
    assert [one["granted"] for one in told] == [False, True]


def test_saying_the_same_again_writes_nothing(zenvoip: Profile, browser: Browser) -> None:
    account_id = browser.sign_up().account_id
    for granted_now in (True, True, False, False):
        assert choose(browser, MARKETING, granted_now).status == 200
    assert [one["stands"] for one in receipts(account_id)] == [True, False]


def test_a_receipt_names_no_person(zenvoip: Profile, browser: Browser) -> None:
    browser.sign_up("ada@example.org")
    choose(browser, MARKETING, True)
    [receipt] = receipts()
    user_id = browser.get("/api/me").json["user_id"]
    assert "ada@" not in str(receipt)
    assert user_id not in str(receipt)


def test_a_yes_is_kept_while_it_stands_and_five_years_after_it_ended(
    zenvoip: Profile, browser: Browser, clock: Clock
) -> None:
    account_id = browser.sign_up().account_id
    choose(browser, MARKETING, True)
    [standing] = receipts(account_id)
    assert "expires_at" not in standing
    before = service_clock.now().replace(microsecond=0)
    choose(browser, MARKETING, False)
    for receipt in receipts(account_id):
        ends_at = datetime.fromtimestamp(int(receipt["expires_at"]), UTC)
        assert timedelta(0) <= ends_at - before.replace(year=before.year + 5) < timedelta(minutes=5)


def test_a_new_yes_to_other_words_ends_the_old_one(zenvoip: Profile, browser: Browser) -> None:
    account_id = browser.sign_up().account_id
    choose(browser, MARKETING, True)
    reworded = consent.Question(MARKETING, "Other words.", "other", in_use=True)
    choices.record(
        account_id,
        lambda _: [consent.Choice("consent", MARKETING, True, service_clock.now(), reworded.version)],
        source="account",
    )
    old, new = receipts(account_id)
    assert "expires_at" in old
    assert "expires_at" not in new
    assert granted(browser)[MARKETING] is False
    assert (
        next(one for one in browser.get(CONSENTS).json["items"] if one["purpose"] == MARKETING)["answered_at"]
        is None
    )


@pytest.mark.parametrize(
    ("purpose", "status", "type"),
    [("nothing", 404, "not-found"), ("service", 409, "not-by-consent"), ("%00", 404, "not-found")],
)
def test_only_what_rests_on_consent_can_be_consented_to(
    zenvoip: Profile, browser: Browser, purpose: str, status: int, type: str
) -> None:
    browser.sign_up()
    for answer in (choose(browser, purpose, True), browser.get(f"{CONSENTS}/{purpose}")):
        assert (answer.status, answer.json["type"]) == (status, type)
    assert receipts() == []


def test_a_policy_that_rests_nothing_on_consent_asks_for_none(browser: Browser) -> None:
    with obeying("business"):
        for answer in (browser.get(CONSENTS), choose(browser, "improvement", True)):
            assert (answer.status, answer.json["type"]) == (404, "not-offered")


def test_who_believes_to_be_signed_in_is_told_when_they_are_not(zenvoip: Profile, browser: Browser) -> None:
    browser.sign_up()
    assert choose(browser, MARKETING, True).status == 200
    browser.cookies.pop("vowline")
    answer = choose(browser, MARKETING, False)
    assert (answer.status, answer.json["type"]) == (401, "sign-in")
    assert browser.get(CONSENTS).status == 401
    browser.csrf_token = None
    assert granted(browser)[MARKETING] is False


def test_an_account_at_rest_chooses_nothing(zenvoip: Profile, browser: Browser) -> None:
    browser.sign_up()
    assert browser.post("/api/privacy/requests", {"type": "deletion"}).status == 201
    accounts.suspend(browser.get("/api/me").json["user_id"])
    assert choose(browser, MARKETING, True).json["type"] == "account-suspended"


def test_a_banner_is_needed_only_for_what_is_in_use_and_unanswered(browser: Browser) -> None:
    assert browser.get(CONSENTS).json["ask"] is False
    kinvo = profile.current()
    kinds = [msgspec.structs.replace(one, active=True) for one in kinvo.category]
    counting = msgspec.structs.replace(kinvo, category=kinds)
    with mock.patch.object(profile, "current", return_value=counting):
        assert browser.get(CONSENTS).json["ask"] is True
        choose(browser, "improvement", False)
        assert browser.get(CONSENTS).json["ask"] is False


def test_reading_what_one_chose_is_one_request(zenvoip: Profile, browser: Browser) -> None:
    account_id = browser.sign_up().account_id
    choose(browser, MARKETING, True)
    with intercepted() as requests:
        choices.standing(account_id)
    assert requests == ["GetItem"]


def test_nothing_is_chosen_for_a_closed_account_and_its_receipts_wait_for_their_end(
    zenvoip: Profile, browser: Browser
) -> None:
    account_id = browser.sign_up().account_id
    choose(browser, MARKETING, True)
    choices.close(account_id)
    choices.close(account_id)
    assert not may_market(account_id)
    answer = choose(browser, MARKETING, True)
    assert (answer.status, answer.json["type"]) == (409, "account-closed")
    [receipt] = receipts(account_id)
    assert "expires_at" in receipt


def test_who_never_chose_cannot_begin_once_the_account_is_closed(zenvoip: Profile, browser: Browser) -> None:
    account_id = browser.sign_up().account_id
    choices.close(account_id)
    assert choose(browser, MARKETING, True).status == 409
    assert receipts(account_id) == []
