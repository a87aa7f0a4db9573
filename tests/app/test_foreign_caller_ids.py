"""Asking for a code call of a number that is somebody else's: nothing tells who is a customer."""

from __future__ import annotations

import re
from datetime import timedelta

from chalicelib.money import ledger
from tests.conftest import Clock
from tests.harness.lambda_door import run_schedule
from tests.harness.stage import Stage
from tests.numbers.phones import OTHER_PHONE, PHONE, Phones

LONG = timedelta(minutes=11)


def test_nothing_tells_that_a_number_is_another_persons(
    phones: Phones, other_phones: Phones, clock: Clock
) -> None:
    """Asked for by somebody who does not hold the phone, it looks like one that nobody answers."""
    phones.verify()
    for phone in (PHONE, OTHER_PHONE):
        added = other_phones.add(phone)
        assert (added.status, added.json["phone"], added.json["state"]) == (201, phone, "pending")
        assert re.fullmatch("[0-9]{6}", added.json["code"])
        assert other_phones.add(phone).json == added.json
    assert other_phones.states() == {PHONE: "pending", OTHER_PHONE: "pending"}
    clock.advance(timedelta(seconds=24))
    assert other_phones.states()[PHONE] == "pending", "no phone gives up at once"
    clock.advance(timedelta(seconds=37))
    other_phones.type(added.json["id"], None)
    assert other_phones.states() == {PHONE: "failed", OTHER_PHONE: "failed"}
    assert all(item["code"] is None for item in other_phones.shown())
    clock.advance(LONG)
    run_schedule("sweep")
    assert other_phones.shown() == []
    assert ledger.funds(other_phones.account_id).holds == {}
    assert phones.states() == {PHONE: "verified"}
    assert other_phones.at_the_carrier() == [PHONE]


def test_a_number_that_only_looks_called_can_be_asked_for_again_and_removed(
    phones: Phones, other_phones: Phones, clock: Clock
) -> None:
    phones.verify()
    first = other_phones.add().json
    clock.advance(timedelta(minutes=2))
    second = other_phones.add().json
    assert second["id"] != first["id"]
    assert [other_phones.remove(one["id"]) for one in (first, second)] == [204, 204]
    clock.advance(LONG)
    run_schedule("sweep")
    assert ledger.funds(other_phones.account_id).holds == {}
    assert phones.states() == {PHONE: "verified"}


def test_a_number_that_the_carrier_has_and_nobody_here_is_refused(phones: Phones, stage: Stage) -> None:
    stage.carrier.add_caller_id(OTHER_PHONE)
    refused = phones.add(OTHER_PHONE)
    assert (refused.status, refused.json["type"]) == (422, "number-not-verifiable")
    assert phones.shown() == []
