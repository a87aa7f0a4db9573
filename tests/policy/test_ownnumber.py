"""What OwnNumber's policy promises, asked of its profile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.policy import profile
from chalicelib.policy.profile import Profile
from tests.policy import promises
from tests.policy.promises import LEAP, decided


@pytest.fixture(scope="module")
def ownnumber() -> Profile:
    return profile.load("ownnumber")


def test_no_password_is_held_anywhere(ownnumber: Profile) -> None:
    assert "password_sign_in" not in ownnumber.offers
    attributes = {
        attribute
        for category in ownnumber.category
        for stored in category.attributes.values()
        for attribute in stored
    }
    assert "google_sign_in" in ownnumber.offers
    assert not {name for name in attributes if "password" in name}


def test_of_google_number_and_name_are_kept_and_no_picture(ownnumber: Profile) -> None:
    assert promises.fields(ownnumber, "google_account") == {"google_identity", "google_name"}
    assert decided(ownnumber, "category.google_account.fields", "untruth")


def test_of_a_call_numbers_times_status_and_quality_may_be_kept(ownnumber: Profile) -> None:
    record = promises.fields(ownnumber, "call_record")
    assert {"destination_number", "shown_number", "started_at", "ended_at", "duration", "outcome"} <= record
    quality = {"jitter", "packet_loss", "round_trip", "score", "connection"}
    assert promises.fields(ownnumber, "call_quality") == quality
    assert "voice" not in record


def test_no_card_number_is_held(ownnumber: Profile) -> None:
    holding = [category.id for category in ownnumber.category if "card" in category.fields]
    assert holding == ["payment_details"]
    assert ownnumber.category_of("payment_details").stores == []


def test_telemetry_is_what_the_policy_lists_and_runs_for_nobody_yet(ownnumber: Profile) -> None:
    assert promises.fields(ownnumber, "usage") == {"page", "error", "performance", "browser_family"}
    assert ownnumber.category_of("usage").bases == ["consent"]
    assert "microsoft" not in promises.active(ownnumber)


def test_there_are_five_purposes_on_four_bases(ownnumber: Profile) -> None:
    bases = promises.purposes(ownnumber)
    assert set(bases) == {"service", "security", "billing", "improvement", "law"}
    assert set(bases.values()) == set(ownnumber.bases)
    assert len(ownnumber.bases) == 4


def test_only_the_four_of_the_policy_and_the_host_get_anything(ownnumber: Profile) -> None:
    assert {one.id for one in ownnumber.processor} == {"google", "twilio", "stripe", "microsoft", "aws"}
    assert decided(ownnumber, "processor.aws", "untruth")


def test_transfers_have_a_recognised_ground(ownnumber: Profile) -> None:
    assert {one.mechanism for one in ownnumber.processor} <= {"dpf", "scc", "adequacy"}


def test_each_kind_of_data_has_a_time_of_its_own(ownnumber: Profile) -> None:
    assert ownnumber.expires_at("call_record", call_ended=LEAP) == LEAP.replace(year=2030, day=28)
    assert ownnumber.expires_at("call_record", call_ended=LEAP, account_closed=LEAP) == LEAP + timedelta(
        days=30
    )
    assert ownnumber.expires_at("account", account_closed=LEAP) == LEAP + timedelta(days=30)
    for rule in ("category.account.retention", "category.call_record.retention"):
        assert decided(ownnumber, rule, "placeholder")


def test_every_right_of_the_policy_is_there_and_may_be_asked_for_by_mail(ownnumber: Profile) -> None:
    assert promises.rights(ownnumber) >= {
        *("access", "correction", "deletion", "objection", "restriction"),
        *("portability", "withdraw_consent", "complaint"),
    }
    assert all("mail" in one.channels for one in ownnumber.right)


def test_telemetrys_cookies_wait_for_consent_instead_of_the_browsers_settings(ownnumber: Profile) -> None:
    assert {cookie.category for cookie in ownnumber.cookie} == {"essential"}
    assert decided(ownnumber, "planned.statistics", "contradiction")


def test_whatever_the_policy_is_silent_on_is_decided_and_told(ownnumber: Profile) -> None:
    for rule in ("settings.minimum_age", "settings.change_notice", "settings.sale", "right.access.due"):
        assert decided(ownnumber, rule, "silence"), rule
