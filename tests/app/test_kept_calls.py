"""Call records that a policy keeps after a deletion: cut off from the person, here and at the carrier."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import msgspec
import pytest

from chalicelib.calling import quality
from chalicelib.calling.models import CallRecord
from chalicelib.calling.personal_data import ROWS
from chalicelib.calling.quality import CallQuality
from chalicelib.core.subjects import Subject
from chalicelib.policy import profile
from chalicelib.privacy import manifest
from tests.harness.browser import Browser
from tests.harness.offering import offering

LONDON = "+442079460000"


@pytest.fixture
def subject(browser: Browser) -> Iterator[Subject]:
    """Somebody with two measured calls, under the business policy's rule for call records."""
    keeping = profile.load("business").category_of("call_record")
    browser.sign_up().top_up()
    for _ in range(2):
        browser.call(LONDON, 61)
    me = browser.get("/api/me").json
    with offering("call_quality") as usual:
        categories = [keeping if one.id == "call_record" else one for one in usual.category]
        made = msgspec.structs.replace(usual, category=categories)
        with mock.patch.object(profile, "current", return_value=made):
            yield Subject(me["user_id"], me["account_id"])


def records() -> list[CallRecord]:
    return list(CallRecord.scan(consistent_read=True))


def test_what_the_policy_keeps_of_a_call_stays_and_all_else_goes(subject: Subject) -> None:
    row = ROWS[0]
    assert row.find(subject) == 2
    measured = CallQuality(4, 12, 80, 421, "steady")
    for record in records():
        quality.note(subject.account_id, record.call_id, measured)
    assert (row.erase(subject).outcome, row.find(subject)) == ("erased", 0)
    for record in records():
        assert (record.to, record.cost_micros > 0, record.duration_seconds) == (LONDON, True, 61)
        assert (record.caller_id, record.call_sid) == ("", "")
        assert not record.leg_sid
        assert not record.carrier_micros
        assert quality.of(record) is None
        assert record.connection is None
    assert len(records()) == 2


def test_a_call_that_the_carrier_has_forgotten_by_its_time_loses_its_caller_too(subject: Subject) -> None:
    for record in records():
        record.update(actions=[CallRecord.call_sid.set(""), CallRecord.leg_sid.remove()])
    assert ROWS[0].find(subject) == 2
    assert (ROWS[0].erase(subject).count, ROWS[0].find(subject)) == (2, 0)
    assert {record.caller_id for record in records()} == {""}


def test_the_carrier_forgets_the_calls_all_the_same(subject: Subject) -> None:
    with mock.patch("chalicelib.providers.twilio.delete_call", return_value=True) as forgotten:
        ROWS[0].erase(subject)
    assert forgotten.call_count == 4


def test_a_carrier_that_is_not_ready_leaves_the_record_whole_for_the_next_try(
    subject: Subject,
) -> None:
    with mock.patch("chalicelib.providers.twilio.delete_call", return_value=False):
        assert ROWS[0].erase(subject).outcome == "later"
    assert all(record.call_sid for record in records())
    assert ROWS[0].erase(subject).count == 2


def test_cutting_off_again_changes_nothing(subject: Subject) -> None:
    ROWS[0].erase(subject)
    before = [record.attribute_values for record in records()]
    assert ROWS[0].erase(subject).count == 0
    assert [record.attribute_values for record in records()] == before


def test_the_certificate_says_that_calls_were_cut_off_and_until_when_they_stay(
    subject: Subject,
) -> None:
    told = {line["store"]: line["action"] for line in manifest.actions({})}
    assert (told["cdrs"], told["exports"], told["users"]) == ("pseudonymised", "deleted", "deleted")
