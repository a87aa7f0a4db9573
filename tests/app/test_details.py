"""What each policy lets sign-up ask for, through the doors: kept, shown, changed and erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.core.subjects import Subject
from chalicelib.identity import personal_data
from chalicelib.policy import profile
from tests.app.person import ADA, everything_stored, form, log_in, newest_token, sign_up, verify
from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox
from tests.harness.offering import obeying

TOLD = {
    "name": "Ada Lovelace",
    "business_name": "Analytical Engines Ltd",
    "phone": "+442079460958",
    "billing_address": "12 St James's Square\nLondon SW1Y 4JH\nUnited Kingdom",
    "country": "GB",
}
EVE = {
    "email": "eve@example.org",
    "name": "Eve",
    "business_name": "Others",
    "phone": "+12025550123",
    "billing_address": "Elsewhere",
    "country": "US",
}
COLLECTED = {
    "business": ({"name", "business_name", "phone", "billing_address"}, set()),
    "kinvo": (set(), set()),
    "kiwiphone": ({"name", "country"}, {"phone"}),
    "zenvoip": ({"name", "phone", "billing_address"}, {"business_name"}),
}
"""What each policy with passwords needs beside address and password, and what may be left out."""


@pytest.fixture(params=sorted(COLLECTED))
def policy(request: pytest.FixtureRequest) -> Iterator[str]:
    with obeying(request.param):
        yield request.param


def needed(policy: str) -> dict[str, Any]:
    return {field: TOLD[field] for field in COLLECTED[policy][0]}


def full(policy: str) -> dict[str, Any]:
    return {field: TOLD[field] for field in set.union(*COLLECTED[policy])}


def sign_in(browser: Browser, mailbox: Mailbox, **told: Any) -> Browser:
    assert sign_up(browser, **told).status == 202
    email = told.get("email", ADA)
    assert verify(browser, newest_token(mailbox, email)) == 204
    return browser.sign_in(email)


def test_the_schema_is_exactly_what_the_policy_collects(browser: Browser, policy: str) -> None:
    schema = browser.get("/api/auth/signup").json
    required, optional = COLLECTED[policy]
    assert set(schema["required"]) == {*form(), *required}
    parents = {"parent_email"} if policy == "kiwiphone" else set()
    assert set(schema["properties"]) == {*form(), *required, *optional, *parents}
    assert schema["additionalProperties"] is False


def test_what_is_needed_is_asked_for_and_what_is_not_collected_refused(browser: Browser, policy: str) -> None:
    required, optional = COLLECTED[policy]
    errors = sign_up(browser).json["errors"] if required else []
    assert {(error["field"], error["message"]) for error in errors} == {
        (field, "This is missing.") for field in required
    }
    for field in set(TOLD) - required - optional:
        refused = sign_up(browser, **needed(policy), **{field: TOLD[field]})
        assert (refused.status, refused.json["errors"]) == (
            422,
            [{"field": field, "message": "We do not ask for this."}],
        )
    assert "EMAIL#" not in everything_stored()


def test_what_is_told_is_kept_shown_to_its_person_and_nobody_else(
    browser: Browser, mailbox: Mailbox, policy: str
) -> None:
    me = sign_in(browser, mailbox, **full(policy)).get("/api/me").json
    assert {field: me[field] for field in full(policy)} == full(policy)
    assert not set(me) & (set(TOLD) - set(full(policy)))
    other = Browser(browser.stage, mailbox)
    sign_in(other, mailbox, **{field: EVE[field] for field in ("email", *needed(policy))})
    assert all(other.get("/api/me").json.get(field) != value for field, value in full(policy).items())


def test_what_may_be_left_out_is_null_until_it_is_told_and_again_when_taken_back(
    browser: Browser, mailbox: Mailbox, policy: str
) -> None:
    sign_in(browser, mailbox, **needed(policy))
    for field in COLLECTED[policy][1]:
        assert browser.get("/api/me").json[field] is None
        for value in (TOLD[field], None):
            changed = browser.patch("/api/me", {field: value})
            assert (changed.status, changed.json[field]) == (200, value)
            assert browser.get("/api/me").json == changed.json
    assert browser.patch("/api/me", {}).status == 200


def test_what_is_needed_can_be_changed_and_not_taken_back(
    browser: Browser, mailbox: Mailbox, policy: str
) -> None:
    sign_in(browser, mailbox, **needed(policy))
    others = {"name": "Ada King", "phone": "+49 30 1234567", "country": "DE"}
    for field in COLLECTED[policy][0]:
        assert browser.patch("/api/me", {field: None}).status == 422
        told = others.get(field, "Another")
        assert browser.patch("/api/me", {field: told}).json[field] == told.replace(
            " ", "" if field == "phone" else " "
        )
    refused = browser.patch("/api/me", {"email": "eve@example.org"})
    assert refused.json["errors"] == [{"field": "email", "message": "We do not ask for this."}]


def test_a_value_that_does_not_fit_is_told_by_its_field_and_changes_nothing(
    browser: Browser, mailbox: Mailbox, policy: str
) -> None:
    wrong: dict[str, list[Any]] = {
        "name": ["", " ", "x" * 101, 7, ["x"], "Ada\x00"],
        "business_name": ["", "x" * 101, {}],
        "phone": ["020 7946 0958", "+", "x" * 33, 442079460958],
        "billing_address": ["\n", "x" * 301, "\n".join("1234567"), []],
        "country": ["gb", "United Kingdom", "ZZ", ""],
    }
    sign_in(browser, mailbox, **full(policy))
    for field in full(policy):
        for value in wrong[field]:
            answer = browser.patch("/api/me", {field: value})
            assert (answer.status, [one["field"] for one in answer.json["errors"]]) == (422, [field]), value
            again = sign_up(browser, **{**full(policy), field: value, "email": "new@example.org"})
            assert (again.status, [one["field"] for one in again.json["errors"]]) == (422, [field]), value
    assert {field: browser.get("/api/me").json[field] for field in full(policy)} == full(policy)


def test_everything_told_goes_with_the_person(browser: Browser, mailbox: Mailbox, policy: str) -> None:
    me = sign_in(browser, mailbox, **full(policy)).get("/api/me").json
    subject = Subject(me["user_id"], me["account_id"])
    for row in personal_data.ROWS:
        while row.erase(subject).outcome == "more":
            pass
    left = everything_stored()
    # A country's two letters are in many a hash; as a whole value they are not.
    told = [json.dumps(value)[1:-1] if len(value) > 2 else f'"{value}"' for value in full(policy).values()]
    assert [value for value in (*told, ADA) if value in left] == []


def test_a_change_that_meets_an_erasure_brings_nobody_back(browser: Browser, mailbox: Mailbox) -> None:
    from chalicelib.identity import accounts

    with obeying("zenvoip"):
        me = sign_in(browser, mailbox, **needed("zenvoip")).get("/api/me").json
        users = next(row for row in personal_data.ROWS if row.name == "users")
        assert users.erase(Subject(me["user_id"], me["account_id"])).outcome == "erased"
        accounts.change_details(me["user_id"], {"name": "A ghost"})
        assert "A ghost" not in everything_stored()


def test_an_overwritten_sign_up_leaves_nothing_of_the_first(browser: Browser, mailbox: Mailbox) -> None:
    with obeying("zenvoip"):
        sign_up(browser, **full("zenvoip"))
        later = {**needed("zenvoip"), "name": "Somebody Else"}
        sign_up(browser, **later)
        assert verify(browser, newest_token(mailbox)) == 204
        assert log_in(browser) == 200
        assert TOLD["business_name"] not in everything_stored()
        assert TOLD["name"] not in everything_stored()


def test_a_policy_of_another_service_does_not_reach_this_one(browser: Browser) -> None:
    assert profile.current().id == "kinvo"
    assert sign_up(browser, name="Ada").status == 422
    browser.sign_up()
    assert browser.patch("/api/me", {"name": "Ada"}).json["errors"][0]["field"] == "name"
    assert not set(TOLD) & set(browser.get("/api/me").json)
