"""What Kiwiphone's policy promises, asked of its profile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.policy import calendar, profile
from chalicelib.policy.profile import Profile
from tests.policy import promises
from tests.policy.promises import LEAP, decided, processor, right

PHONES = {"phone", "phone_load", "phone_content"}


@pytest.fixture(scope="module")
def kiwiphone() -> Profile:
    return profile.load("kiwiphone")


def test_no_call_is_offered_and_no_phone_yet(kiwiphone: Profile) -> None:
    usual = ["consents", "objections", "restrictions", "marketing_mail"]
    assert kiwiphone.offers == ["business_profiles", "parental_consent", "password_sign_in", *usual]
    assert "cloud_phones" in promises.planned(kiwiphone)
    assert not any(kiwiphone.category_of(id).active for id in PHONES)


def test_account_data_is_what_the_policy_lists(kiwiphone: Profile) -> None:
    assert promises.fields(kiwiphone, "profile") == {"name", "country", "phone"}
    assert {"email", "password_hash"} <= promises.fields(kiwiphone, "account")


def test_of_payments_only_plan_and_confirmation_are_kept(kiwiphone: Profile) -> None:
    assert promises.fields(kiwiphone, "subscription") == {"plan", "charge"}
    assert processor(kiwiphone, "stripe").fields_sent == ["plan"]


def test_a_phones_load_serves_its_running_and_nothing_else(kiwiphone: Profile) -> None:
    load = kiwiphone.category_of("phone_load")
    assert set(load.fields) == {"processor_load", "memory_load", "bandwidth"}
    assert set(load.purposes) == {"service", "improvement"}


def test_of_two_ways_into_a_phone_the_one_without_access_is_taken(kiwiphone: Profile) -> None:
    assert kiwiphone.settings.environment_access == "minimal"
    assert decided(kiwiphone, "settings.environment_access", "contradiction")
    content = kiwiphone.category_of("phone_content")
    assert (content.purposes, content.recipients) == (["service"], [])


def test_of_what_is_installed_only_names_are_looked_at(kiwiphone: Profile) -> None:
    assert promises.fields(kiwiphone, "phone") == {"phone_state", "installed_packages", "traffic"}


def test_there_are_the_eight_purposes_and_marketing_apart(kiwiphone: Profile) -> None:
    bases = promises.purposes(kiwiphone)
    assert set(bases) - {"marketing"} == {
        *("service", "payments", "improvement", "security"),
        *("support", "communication", "law", "analytics"),
    }
    assert bases["marketing"] == "consent"
    assert decided(kiwiphone, "purpose.marketing", "contradiction")


def test_all_four_bases_are_declared_and_each_interest_is_said(kiwiphone: Profile) -> None:
    assert set(kiwiphone.bases) == {"contract", "legitimate_interest", "consent", "legal_obligation"}
    for purpose in kiwiphone.purpose:
        assert bool(purpose.legitimate_interest) == (purpose.basis == "legitimate_interest")


def test_every_processor_works_under_an_agreement_and_gets_named_fields(kiwiphone: Profile) -> None:
    assert all(one.dpa for one in kiwiphone.processor)
    assert all(one.fields_sent for one in kiwiphone.processor)


def test_every_criterion_of_retention_has_become_a_number(kiwiphone: Profile) -> None:
    for category in kiwiphone.category:
        ends = [term.maximum for term in category.retention if term.maximum]
        assert bool(ends) == bool(category.stores), category.id
    assert kiwiphone.expires_at("account", account_closed=LEAP) == LEAP + timedelta(days=30)
    assert decided(kiwiphone, "category.account.retention", "placeholder")


def test_a_phone_that_nobody_uses_goes_after_a_set_time(kiwiphone: Profile) -> None:
    assert kiwiphone.expires_at("phone_content", last_activity=LEAP) == LEAP + timedelta(days=180)


def test_transfers_have_a_country_and_a_recognised_ground(kiwiphone: Profile) -> None:
    assert {one.country for one in kiwiphone.processor} == {"US"}
    assert {one.mechanism for one in kiwiphone.processor} <= {"adequacy", "dpf", "scc"}
    assert decided(kiwiphone, "processor.aws.country", "placeholder")
    assert decided(kiwiphone, "processor.aws.mechanism", "contradiction")


def test_every_right_of_the_policy_is_there(kiwiphone: Profile) -> None:
    assert promises.rights(kiwiphone) == {
        *("access", "know", "correction", "deletion", "restriction", "portability"),
        *("objection", "withdraw_consent", "opt_out", "complaint"),
    }


def test_requests_are_due_within_the_shortest_law(kiwiphone: Profile) -> None:
    assert promises.regimes(kiwiphone) == {"gdpr", "uk_gdpr", "fadp", "ccpa", "pipl"}
    shortest = min(calendar.days(length)[0] for length in right(kiwiphone, "access").statutory)
    assert calendar.days(right(kiwiphone, "access").due)[0] == shortest == 28
    assert kiwiphone.settings.deletion == right(kiwiphone, "deletion").due == "P28D"


def test_every_law_has_an_authority_to_complain_to(kiwiphone: Profile) -> None:
    assert all(regime.authority and regime.authority_url for regime in kiwiphone.regimes)


def test_between_the_two_ages_of_the_policy_a_parent_must_agree(kiwiphone: Profile) -> None:
    assert kiwiphone.settings.minimum_age == 18
    assert kiwiphone.settings.parental_consent_from == 16
    assert decided(kiwiphone, "settings.minimum_age", "placeholder")
    assert "parental_consent" in kiwiphone.offers


def test_a_sign_up_waits_a_week_for_a_parent_and_no_parents_address_is_kept(kiwiphone: Profile) -> None:
    assert kiwiphone.expires_at("parent_request", created=LEAP) == LEAP + timedelta(days=7)
    assert promises.fields(kiwiphone, "parental_consent") == {"agreed_at", "parent_fingerprint"}
    assert kiwiphone.expires_at("parental_consent", account_closed=LEAP) == LEAP + timedelta(days=30)
    assert decided(kiwiphone, "category.parent_request", "silence")


def test_changes_are_told_by_one_way_at_least(kiwiphone: Profile) -> None:
    notice = kiwiphone.settings.change_notice
    assert (set(notice.channels), notice.mode) == ({"page", "mail", "service"}, "any")


def test_every_placeholder_of_the_policy_is_decided(kiwiphone: Profile) -> None:
    for rule in ("effective_at", "settings.minimum_age", "processor.aws.country", "planned.statistics"):
        assert decided(kiwiphone, rule, "placeholder"), rule
