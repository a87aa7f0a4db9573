"""What ZenVoIP's policy promises, asked of its profile."""

from __future__ import annotations

import pytest

from chalicelib.policy import profile
from chalicelib.policy.profile import Profile
from tests.policy import promises
from tests.policy.promises import LEAP, decided, right

IN_FIVE_YEARS = LEAP.replace(year=2033, day=28)


@pytest.fixture(scope="module")
def zenvoip() -> Profile:
    return profile.load("zenvoip")


def test_what_customers_write_is_held_on_their_word(zenvoip: Profile) -> None:
    for id in ("message_record", "message_content", "voicemail"):
        assert zenvoip.category_of(id).role == "processor"
        assert "counterparty" in zenvoip.category_of(id).subjects


def test_account_data_is_what_the_policy_lists(zenvoip: Profile) -> None:
    assert promises.fields(zenvoip, "profile") == {"name", "business_name", "phone", "billing_address"}
    assert "email" in promises.fields(zenvoip, "account")


def test_visits_and_devices_are_what_the_policy_lists(zenvoip: Profile) -> None:
    assert promises.fields(zenvoip, "device") == {"ip_address", "device_type", "browser"}
    assert promises.fields(zenvoip, "usage") == {"page", "time_spent", "referrer", "browser_family"}


def test_each_kind_of_data_says_where_it_comes_from(zenvoip: Profile) -> None:
    assert all(category.source for category in zenvoip.category)
    assert "carrier" in zenvoip.category_of("call_record").source


def test_there_are_seven_purposes_and_marketing_and_counting_need_consent(zenvoip: Profile) -> None:
    bases = promises.purposes(zenvoip)
    assert set(bases) == {
        *("service", "accounts", "improvement", "communication", "marketing", "protection", "analytics")
    }
    assert bases["marketing"] == bases["analytics"] == "consent"


def test_a_partner_gets_statistics_only_and_only_by_consent(zenvoip: Profile) -> None:
    given = [category.id for category in zenvoip.category if "google" in category.recipients]
    assert given == ["usage"]
    assert zenvoip.category_of("usage").bases == ["consent"]
    assert "google" not in promises.active(zenvoip)


def test_a_sale_would_be_conditional_and_anybody_may_say_no(zenvoip: Profile) -> None:
    assert zenvoip.settings.sale == "conditional"
    assert "P15BD" in right(zenvoip, "opt_out").statutory
    assert {one.role for one in zenvoip.processor}.isdisjoint({"advertiser", "data_broker"})


def test_a_consent_is_kept_five_years_after_it_ends_and_outlives_the_account(zenvoip: Profile) -> None:
    assert zenvoip.expires_at("consent", consent_ended=LEAP) == IN_FIVE_YEARS
    assert zenvoip.expires_at("consent", account_closed=LEAP) is None
    assert zenvoip.category_of("consent").on_erasure.action == "keep"


def test_records_stay_five_years_and_outlive_a_deletion_without_the_person(zenvoip: Profile) -> None:
    assert zenvoip.expires_at("call_record", call_ended=LEAP, account_closed=LEAP) == IN_FIVE_YEARS
    assert zenvoip.expires_at("message_record", created=LEAP, account_closed=LEAP) == IN_FIVE_YEARS
    for id in ("call_record", "message_record"):
        assert zenvoip.category_of(id).on_erasure.action == "pseudonymise"


def test_what_messages_say_stays_five_years_unless_its_owner_asks(zenvoip: Profile) -> None:
    assert zenvoip.expires_at("message_content", created=LEAP, account_closed=LEAP) == IN_FIVE_YEARS
    assert zenvoip.category_of("message_content").on_erasure.action == "delete"
    assert decided(zenvoip, "category.message_content.on_erasure", "contradiction")


def test_everybody_is_answered_in_thirty_days_which_keeps_both_laws(zenvoip: Profile) -> None:
    assert right(zenvoip, "access").due == "P30D"
    assert right(zenvoip, "access").statutory == ["P1M", "P45D"]
    assert promises.rights(zenvoip) >= {"access", "correction", "deletion", "restriction", "portability"}
    assert promises.rights(zenvoip) >= {"objection", "opt_out"}


def test_identity_is_checked_before_data_is_shown(zenvoip: Profile) -> None:
    for type in ("access", "know", "correction", "deletion", "portability"):
        assert right(zenvoip, type).verification != "none"


def test_transfers_have_a_recognised_ground(zenvoip: Profile) -> None:
    assert {one.mechanism for one in zenvoip.processor} <= {"dpf", "scc", "adequacy"}


def test_who_is_under_sixteen_is_refused(zenvoip: Profile) -> None:
    assert zenvoip.settings.minimum_age == 16


def test_changes_are_posted_with_their_date_and_mailed(zenvoip: Profile) -> None:
    notice = zenvoip.settings.change_notice
    assert (set(notice.channels), notice.mode) == ({"page", "mail"}, "all")
    assert zenvoip.effective_at == "2025-06-23"


def test_the_placeholder_of_a_telephone_line_is_decided(zenvoip: Profile) -> None:
    assert decided(zenvoip, "right.complaint", "placeholder")
    assert not any("phone" in one.channels for one in zenvoip.right)
