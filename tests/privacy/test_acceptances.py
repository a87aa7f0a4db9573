"""Accepting the policy is recorded by version, once, apart from every consent, and keeps nobody out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import boto3
import msgspec
import pytest

from chalicelib.core.errors import Busy
from chalicelib.policy import profile
from chalicelib.policy.profile import Profile
from chalicelib.privacy import acceptances
from chalicelib.privacy.policy_models import Acceptance
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import Case, intercepted, survive
from tests.privacy.chosen import receipts

YEARS = timedelta(days=3 * 366)


@pytest.fixture
def newer() -> Iterator[Profile]:
    """A new version holds, by which signing in accepts it."""
    other = msgspec.structs.replace(profile.current(), version="0123456789abcdef")
    with mock.patch.object(profile, "current", return_value=other):
        yield other


def accepted() -> list[dict[str, Any]]:
    """Every acceptance that is on record."""
    found = boto3.client("dynamodb").scan(TableName="vowline-local-registry")["Items"]
    items: list[dict[str, Any]] = [
        {name: next(iter(value.values())) for name, value in item.items()} for item in found
    ]
    return [one for one in items if one["sk"].startswith("ACCEPTED#")]


def test_who_signs_up_has_accepted_what_was_shown_then(browser: Browser) -> None:
    me = browser.sign_up().get("/api/me").json
    [receipt] = accepted()
    assert (receipt["policy_version"], receipt["where"]) == (profile.current().version, "sign_up")
    assert receipt["pk"] == f"SUBJECT#{me['account_id']}"
    assert me["email"] not in str(receipt)


def test_the_next_sign_in_accepts_a_new_version_once(browser: Browser, newer: Profile) -> None:
    with mock.patch.object(profile, "current", return_value=profile.load("kinvo")):
        browser.sign_up()
    for _ in range(3):
        browser.sign_in()
    [first, second] = sorted(accepted(), key=lambda one: one["where"])
    assert (first["where"], first["policy_version"]) == ("sign_in", newer.version)
    assert second["where"] == "sign_up"
    assert browser.get("/api/me").json["policy_version"] == newer.version


def test_it_is_a_consent_to_nothing(browser: Browser, newer: Profile) -> None:
    browser.sign_up().sign_in()
    assert receipts() == []


def test_where_the_policy_does_not_say_so_signing_in_accepts_nothing(browser: Browser) -> None:
    silent = msgspec.structs.replace(profile.load("business").settings.change_notice)
    assert silent.acceptance == "none"
    usual = profile.current()
    rules = msgspec.structs.replace(usual.settings, change_notice=silent)
    other = msgspec.structs.replace(usual, settings=rules)
    with mock.patch.object(profile, "current", return_value=other):
        browser.sign_up()
    assert accepted() == []


def test_a_busy_register_keeps_nobody_out(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any) -> None:
        raise Busy

    with monkeypatch.context() as patched:
        patched.setattr(Acceptance, "living", busy)
        browser.sign_up()
        assert browser.get("/api/me").status == 200
    assert accepted() == []
    browser.sign_in()
    assert len(accepted()) == 1


def test_the_record_ends_by_the_profile(browser: Browser, clock: Clock) -> None:
    me = browser.sign_up().get("/api/me").json
    assert acceptances.find(me["account_id"], profile.current().version)
    clock.advance(YEARS)
    assert acceptances.find(me["account_id"], profile.current().version) is None


def test_it_survives_every_death_and_says_the_same(browser: Browser, newer: Profile) -> None:
    me = browser.sign_up().get("/api/me").json
    versions = iter(f"{number:016x}" for number in range(100))

    def make() -> Case:
        version = next(versions)

        def outcome() -> object:
            found = acceptances.find(me["account_id"], version)
            told = browser.get("/api/me").json["policy_version"]
            return found and found.where, told == version

        return Case(lambda: acceptances.record(me["account_id"], version), outcome)

    assert "TransactWriteItems" in survive(make)


def test_of_two_sign_ins_at_once_one_is_on_record(browser: Browser, newer: Profile) -> None:
    me = browser.sign_up().get("/api/me").json
    met: list[str] = []

    def overtake(_: int, name: str) -> None:
        if name == "TransactWriteItems" and not met:
            met.append(name)
            acceptances.record(me["account_id"], "another")

    with intercepted(before=overtake):
        acceptances.record(me["account_id"], "another")
    assert [one["where"] for one in accepted() if one["policy_version"] == "another"] == ["sign_in"]


def test_who_is_erased_accepts_nothing(browser: Browser) -> None:
    acceptances.record("acc_01M80BAJWE4FPDA20XC81GYRTQ", "another")
    assert accepted() == []
