"""The records that law asks for hold every activity and every processor of a policy."""

from __future__ import annotations

import pytest

from chalicelib.policy import profile
from chalicelib.policy.profile import Profile
from infra.policy import records

PROFILES = ("kinvo", "business", "kiwiphone", "zenvoip", "ownnumber")


@pytest.fixture(params=PROFILES)
def policy(request: pytest.FixtureRequest) -> Profile:
    return profile.load(request.param)


def rows(lines: list[str]) -> list[list[str]]:
    """The cells of a table, without its head."""
    return [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")][2:]


def test_every_activity_of_today_has_a_row_with_purpose_recipients_and_time(policy: Profile) -> None:
    told = {row[0]: row for row in rows(list(records.activities(policy)))}
    held = [category for category in policy.category if category.active]
    assert list(told) == [category.title for category in held]
    why = {purpose.id: purpose.what for purpose in policy.purpose}
    working = {processor.id: processor.title for processor in policy.processor if processor.active}
    for category in held:
        row = told[category.title]
        assert len(row) == len(records.ACTIVITIES)
        assert all(category.words[field] in row[2] for field in category.fields)
        assert row[3] == " ".join(why[purpose] for purpose in category.purposes)
        expected = [working[id] for id in category.recipients if id in working]
        assert row[5] == (", ".join(expected) or "-")
        assert (row[6] == "not stored") == (not category.stores)


def test_every_processor_of_the_policy_has_a_row_with_what_binds_it(policy: Profile) -> None:
    told = {row[0]: row for row in rows(list(records.agreements(policy)))}
    assert list(told) == [processor.title for processor in policy.processor]
    for processor in policy.processor:
        row = told[processor.title]
        assert len(row) == len(records.AGREEMENTS)
        assert row[4] != "none"
        assert row[5] == "never"
        assert row[7] == ("yes" if processor.active else "no")
