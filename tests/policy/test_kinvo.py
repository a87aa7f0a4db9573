"""What Kinvo's policy promises, asked of its profile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.policy import profile
from chalicelib.policy.profile import Profile
from tests.policy import promises
from tests.policy.promises import LEAP, decided, processor, right

CALL = {"destination_number", "duration", "started_at", "ended_at", "cost"}
STATISTICS = {"page", "feature", "browser_family", "visit_country"}


@pytest.fixture(scope="module")
def kinvo() -> Profile:
    return profile.load("kinvo")


def test_of_a_person_only_an_address_and_a_password_are_asked(kinvo: Profile) -> None:
    typed = {"email", "password_hash", "policy_version"}
    own = {"opened_at", "favourite_numbers", "account_state", "account_number"}
    assert promises.fields(kinvo, "account") == typed | own
    assert promises.fields(kinvo, "sign_up") == typed
    assert {category.id for category in kinvo.category}.isdisjoint({"profile", "device", "google_account"})


def test_a_phone_number_is_held_only_of_who_verifies_one(kinvo: Profile) -> None:
    holding = [category.id for category in kinvo.category if "caller_number" in category.fields]
    assert holding == ["caller_id"]


def test_what_is_typed_to_pay_is_never_stored(kinvo: Profile) -> None:
    typed = kinvo.category_of("payment_details")
    assert typed.fields == ["card", "payer"]
    assert typed.stores == []
    assert typed.recipients == ["stripe"]


def test_of_a_call_what_was_promised_is_kept_and_what_is_more_is_an_open_point(kinvo: Profile) -> None:
    record = kinvo.category_of("call_record")
    assert set(record.fields) > CALL
    assert decided(kinvo, "category.call_record.fields", "silence")
    assert set(record.purposes) == {"billing", "history"}


def test_no_call_is_recorded_and_what_is_said_is_not_stored(kinvo: Profile) -> None:
    assert kinvo.settings.recording == "forbidden"
    assert "recording" not in {one.id for one in kinvo.capability}
    assert kinvo.category_of("call").stores == []


def test_encryption_is_promised_from_the_browser_to_the_carrier_only(kinvo: Profile) -> None:
    assert decided(kinvo, "category.call", "untruth")


def test_statistics_hold_nothing_of_calls_and_no_place_finer_than_a_country(kinvo: Profile) -> None:
    assert promises.fields(kinvo, "usage") == STATISTICS
    assert set(processor(kinvo, "posthog").fields_sent) == STATISTICS
    assert not STATISTICS & promises.fields(kinvo, "call_record")
    assert not kinvo.category_of("usage").active


def test_nothing_is_sold(kinvo: Profile) -> None:
    assert kinvo.settings.sale == "never"
    assert {one.role for one in kinvo.processor}.isdisjoint({"advertiser", "data_broker"})


def test_there_are_six_purposes_and_none_of_them_is_marketing(kinvo: Profile) -> None:
    assert promises.purposes(kinvo) == {
        "service": "contract",
        "billing": "contract",
        "history": "contract",
        "mails": "contract",
        "improvement": "consent",
        "law": "legal_obligation",
    }


def test_only_the_partners_of_the_policy_and_the_host_get_anything(kinvo: Profile) -> None:
    assert {one.id for one in kinvo.processor} == {"stripe", "telnyx", "twilio", "posthog", "aws"}
    assert promises.active(kinvo) == {"stripe", "twilio", "aws"}
    assert decided(kinvo, "processor.aws", "untruth")


def test_the_carrier_gets_nothing_of_the_person_but_voice_and_address_of_the_call(kinvo: Profile) -> None:
    calls = {category.id for category in kinvo.category if "twilio" in category.recipients}
    assert calls == {"call", "call_record", "caller_id"}
    assert not promises.sent(kinvo, ["twilio", "telnyx"]) & {"email", "card", "payer", "password_hash"}


def test_account_and_calls_stay_while_the_account_does(kinvo: Profile) -> None:
    for category in ("account", "call_record"):
        assert kinvo.expires_at(category, created=LEAP, call_ended=LEAP, account_active=LEAP) is None
        assert kinvo.expires_at(category, account_closed=LEAP) == LEAP + timedelta(days=30)


def test_a_deletion_leaves_only_what_law_keeps_and_what_names_nobody(kinvo: Profile) -> None:
    assert kinvo.settings.deletion == "P30D"
    staying = {
        category.id
        for category in kinvo.category
        if category.active and category.on_erasure.action != "delete"
    }
    assert staying == {"consent", "ledger", "policy_record", "privacy_request", "service_log"}


def test_the_promised_rights_and_those_of_law_may_be_asked_for_by_mail(kinvo: Profile) -> None:
    assert promises.rights(kinvo) >= {"access", "correction", "deletion", "portability"}
    assert all("mail" in one.channels for one in kinvo.right)
    assert "self_service" in right(kinvo, "deletion").channels


def test_a_right_without_a_promised_deadline_has_the_laws(kinvo: Profile) -> None:
    asked = right(kinvo, "access")
    assert (asked.due, asked.acknowledge) == ("P1M", "P10BD")
    assert sorted(asked.statutory) == ["P1M", "P1M", "P45D"]


def test_only_cookies_of_signing_in_are_set(kinvo: Profile) -> None:
    assert {cookie.name: cookie.category for cookie in kinvo.cookie} == {
        "__Host-vowline": "essential",
        "__Host-vowline-device": "essential",
        "__Host-vowline-choices": "essential",
    }


def test_who_is_under_eighteen_is_refused_and_the_birth_date_dropped(kinvo: Profile) -> None:
    assert kinvo.settings.minimum_age == 18
    assert kinvo.category_of("age_check").stores == []


def test_a_change_is_posted_with_its_date(kinvo: Profile) -> None:
    notice = kinvo.settings.change_notice
    assert (notice.channels, notice.lead) == (["page"], "P0D")
    assert kinvo.effective_at == "2026-03-01"
