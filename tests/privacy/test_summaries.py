"""What we hold of a person, by category: right under every policy, theirs alone, at a bounded cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.core import clock as service_clock
from chalicelib.core.subjects import Subject
from chalicelib.policy import profile
from chalicelib.policy.terms import Retention
from chalicelib.privacy import contents, summaries, summary_shapes, wording
from tests.calling import past_calls
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import intercepted
from tests.harness.offering import obeying
from tests.harness.stage import Stage
from tests.privacy.planting import Planted, plant

DATA = "/api/privacy/data"
PLANTED = {
    "account": 2,  # the person, and a number at hand where there are calls
    "google_account": 1,
    "profile": 1,
    "parental_consent": 1,
    "security": 1,
    "caller_id": 1,
    "call_record": 1,
    "call_quality": 0,
    "ledger": 4,  # the balance, a movement, its order and its payment
    "saved_card": 1,
    "privacy_request": 5,  # a request, two events, two entries of the audit chain
    "consent": 2,  # a choice, and its receipt
    "policy_record": 1,
    "mail_suppression": 0,
    "marketing": 0,
}
"""How much of each is planted of one person."""
NOT_BY_PERSON = {"service_log", "last_mail"}
"""What has no person to be looked up by."""


TWO_ENDS = (
    "Until 2 years after the call, or until 30 days after your account is closed, whichever comes first."
)


def told(subject: Subject) -> dict[str, dict[str, Any]]:
    at = service_clock.now().replace(microsecond=0)
    found = summary_shapes.data_summary(summaries.count(subject, None), at)
    return {one["id"]: one for one in msgspec.to_builtins(found)["items"]}


def subject_of(planted: Planted) -> Subject:
    return Subject(planted.user_id, planted.account_id)


@pytest.mark.parametrize("id", profile.known())
def test_every_category_that_is_stored_is_told_with_its_count_and_nothing_of_anothers(
    id: str, stage: Stage
) -> None:
    with obeying(id) as policy:
        own = told(subject_of(plant(stage)))
        homes = {store.id for store in policy.store if store.kind == "table"}
        stored = {
            one.id
            for one in policy.category
            if one.active and "account" in one.subjects and homes & set(one.stores)
        }
        assert stored <= set(own), "a category that lies in a table is told"
        assert stored - NOT_BY_PERSON == {one for one in own if own[one]["count"] is not None}
        for category in stored - NOT_BY_PERSON:
            expected = PLANTED[category] - (category == "account" and "calling" not in policy.offers)
            assert own[category]["count"] == expected, category
        nobody = told(Subject("usr_01JD0000000000000000000000", "acc_01JD0000000000000000000000"))
        assert {one["count"] for one in nobody.values()} <= {0, None}


@pytest.mark.parametrize("id", profile.known())
def test_each_says_in_words_what_why_how_long_and_with_whom(id: str, stage: Stage) -> None:
    with obeying(id) as policy:
        for one in told(subject_of(plant(stage))).values():
            category = policy.category_of(one["id"])
            assert [field["what"] for field in one["fields"]] == [
                category.words[field] for field in category.fields
            ]
            assert {purpose["id"] for purpose in one["purposes"]} == set(category.purposes)
            assert not one["retention"][0].islower()
            assert one["retention"].endswith(".")
            gets = {recipient["id"] for recipient in one["recipients"]}
            active = {processor.id for processor in policy.processor if processor.active}
            assert set(category.recipients) & active <= gets <= active


def test_a_second_person_changes_nothing_of_the_first(stage: Stage, browser: Browser) -> None:
    first = plant(stage)
    before = told(subject_of(first))
    browser.sign_up("eve@example.org").top_up()
    assert told(subject_of(first)) == before


def test_a_page_gets_it_in_one_answer(browser: Browser, clock: Clock) -> None:
    browser.sign_up()
    assert browser.get(DATA).status == 200
    answer = browser.get(DATA).json
    assert answer["policy_version"] == profile.current().version
    counts = {one["id"]: one["count"] for one in answer["items"]}
    assert (counts["account"], counts["call_record"], counts["service_log"]) == (1, 0, None)
    assert Browser(browser.stage, browser.mailbox).get(DATA).status == 401


def test_a_count_ends_at_its_cap_and_costs_no_more(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summaries, "CAP", 20)
    browser.sign_up()
    past_calls.write(*(past_calls.record(browser.account_id) for _ in range(20)))
    with intercepted() as asked:
        [calls] = [one for one in browser.get(DATA).json["items"] if one["id"] == "call_record"]
    assert (calls["count"], calls["more"]) == (20, False)
    past_calls.write(*(past_calls.record(browser.account_id) for _ in range(20)))
    with intercepted() as again:
        [calls] = [one for one in browser.get(DATA).json["items"] if one["id"] == "call_record"]
    assert (calls["count"], calls["more"], calls.get("ends_at")) == (20, True, None)
    assert len(again) == len(asked)


def test_the_day_is_told_on_which_the_last_of_it_goes(browser: Browser, clock: Clock) -> None:
    browser.sign_up()
    ends = [service_clock.now().replace(microsecond=0) + timedelta(days=days) for days in (40, 90)]
    for end in ends:
        past_calls.write(past_calls.record(browser.account_id, expires_at=service_clock.epoch_seconds(end)))
    items = {one["id"]: one for one in browser.get(DATA).json["items"]}
    assert service_clock.parse(items["call_record"]["ends_at"]) == ends[1]
    assert items["account"]["ends_at"] is None, "as long as there is an account"
    closed = browser.post("/api/me/close").json
    items = {one["id"]: one for one in browser.get(DATA).json["items"]}
    assert items["account"]["ends_at"] == closed["ends_at"]


def test_data_is_not_looked_up_while_its_deletion_is_under_way(browser: Browser, clock: Clock) -> None:
    from tests.privacy.requested import Requested

    browser.sign_up()
    asked = Requested(browser, clock, browser.post("/api/privacy/requests", {"type": "deletion"}).json)
    asked.until("grace")
    assert browser.get(DATA).json["type"] == "account-suspended"


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([Retention(clock="account_active")], "As long as you have an account."),
        (
            [Retention(clock="account_active"), Retention(clock="account_closed", maximum="P30D")],
            "As long as you have an account, and until 30 days after your account is closed.",
        ),
        (
            [Retention(clock="created", minimum="P7Y", maximum="P7Y", basis="legal_obligation")],
            "7 years after it was written, as a duty of law asks.",
        ),
        (
            [
                Retention(clock="call_ended", maximum="P2Y"),
                Retention(clock="account_closed", maximum="P30D"),
            ],
            TWO_ENDS,
        ),
        ([], "Not at all."),
    ],
)
def test_how_long_is_one_sentence(rules: list[Retention], said: str) -> None:
    assert wording.kept(rules) == said


def test_what_an_extract_is_also_of_are_fields_that_it_has() -> None:
    for extract in contents.extracts():
        for names in extract.also.values():
            assert set(names) <= set(extract.fields), extract.name
