"""What the business policy promises, asked of its profile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.policy import calendar, profile
from chalicelib.policy.profile import Profile
from tests.policy import promises
from tests.policy.promises import LEAP, decided, right

COMMUNICATIONS = {"message_record", "message_content", "voicemail", "recording"}


@pytest.fixture(scope="module")
def business() -> Profile:
    return profile.load("business")


def test_nothing_is_sold_and_no_partner_advertises(business: Profile) -> None:
    assert business.settings.sale == "never"
    assert {one.role for one in business.processor} == {"hosting", "payments", "carrier", "analytics"}


def test_account_data_is_what_the_policy_lists(business: Profile) -> None:
    assert promises.fields(business, "profile") == {"name", "business_name", "phone", "billing_address"}
    assert "email" in promises.fields(business, "account")


def test_every_kind_of_communication_has_its_own_retention_before_it_is_offered(business: Profile) -> None:
    for id in COMMUNICATIONS:
        assert business.category_of(id).retention
        assert not business.category_of(id).active


def test_a_devices_log_has_the_four_things_of_the_policy(business: Profile) -> None:
    assert promises.fields(business, "device") == {"ip_address", "device_type", "browser", "operating_system"}


def test_recording_is_off_until_somebody_switches_it_on_and_is_not_offered_yet(business: Profile) -> None:
    assert business.settings.recording == "opt_in"
    assert "recording" in promises.planned(business)


def test_voicemail_serves_no_purpose_but_the_service(business: Profile) -> None:
    assert business.category_of("voicemail").purposes == ["service"]
    assert business.category_of("recording").purposes == ["service"]


def test_no_partner_trains_models(business: Profile) -> None:
    assert {one.trains_on_data for one in business.processor} == {"never"}


def test_there_are_five_purposes(business: Profile) -> None:
    assert set(promises.purposes(business)) == {"service", "billing", "support", "improvement", "law"}


def test_data_lies_in_the_united_states(business: Profile) -> None:
    assert business.settings.residency == ["US"]
    assert business.settings.region.startswith("us-")
    assert all(one.country == "US" for one in business.processor if one.role == "hosting")


def test_account_data_stays_ninety_days_after_closing(business: Profile) -> None:
    for id in ("account", "profile"):
        assert business.expires_at(id, account_closed=LEAP) == LEAP + timedelta(days=90)


def test_call_records_stay_seven_years_and_outlive_a_deletion_without_the_person(business: Profile) -> None:
    record = business.category_of("call_record")
    assert business.expires_at("call_record", call_ended=LEAP) == LEAP.replace(year=2035, day=28)
    assert business.expires_at("call_record", call_ended=LEAP, account_closed=LEAP) == LEAP.replace(
        year=2035, day=28
    )
    assert record.on_erasure.action == "pseudonymise"
    assert not {"shown_number", "carrier_reference"} & set(record.on_erasure.keep_fields)


def test_voicemail_and_recordings_go_when_their_owner_says_and_from_backups_in_thirty_days(
    business: Profile,
) -> None:
    for id in ("voicemail", "recording"):
        assert business.expires_at(id, user_deleted=LEAP) == LEAP
        limits = [term.backup_maximum for term in business.category_of(id).retention if term.backup_maximum]
        assert limits == ["P30D"]
    assert calendar.days(business.settings.person_backup)[1] <= 30


def test_every_right_of_the_policy_is_answered_in_thirty_days_without_an_extension(business: Profile) -> None:
    for type in ("access", "correction", "deletion", "portability", "restriction", "objection", "know"):
        assert (right(business, type).due, right(business, type).extend) == ("P30D", "P0D")
        assert "mail" in right(business, type).channels


def test_californians_may_know_delete_and_opt_out(business: Profile) -> None:
    assert "ccpa" in promises.regimes(business)
    assert promises.rights(business) >= {"know", "deletion", "opt_out"}
    assert "P15BD" in right(business, "opt_out").statutory
    assert right(business, "opt_out").extend is None, "the law knows no later day for it"
    assert right(business, "know").extend


def test_a_third_basis_carries_the_seven_years(business: Profile) -> None:
    assert set(business.bases) == {"contract", "legitimate_interest", "legal_obligation"}
    assert decided(business, "bases.legal_obligation", "contradiction")
    assert {term.basis for term in business.category_of("call_record").retention} == {"legal_obligation"}


def test_health_data_waits_for_an_agreement(business: Profile) -> None:
    assert "health_agreements" in promises.planned(business)
    assert decided(business, "planned.health_agreements", "placeholder")


def test_who_is_under_sixteen_is_refused(business: Profile) -> None:
    assert business.settings.minimum_age == 16


def test_changes_are_posted_and_mailed_thirty_days_ahead(business: Profile) -> None:
    notice = business.settings.change_notice
    assert (set(notice.channels), notice.mode, notice.lead) == ({"page", "mail"}, "all", "P30D")
