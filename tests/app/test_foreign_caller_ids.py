"""Asking for a code call of a number that is somebody else's: nothing tells who is a customer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from chalicelib.money import ledger
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.lambda_door import run_schedule
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.numbers.phones import OTHER_PHONE, PHONE, Phones

LONG = timedelta(minutes=11)


@pytest.fixture
def phones(browser: Browser, stage: Stage) -> Phones:
    return Phones(browser.sign_up(), stage)


@pytest.fixture
def stranger(stage: Stage, mailbox: Mailbox, phones: Phones) -> Phones:
    return Phones(Browser(stage, mailbox).sign_up("eve@example.org"), stage)


def test_nothing_tells_that_a_number_is_another_persons(
    phones: Phones, stranger: Phones, clock: Clock
) -> None:
    """Asked for by somebody who does not hold the phone, it looks like one that nobody answers."""
    phones.verify()
    for phone in (PHONE, OTHER_PHONE):
        added = stranger.add(phone)
        assert (added.status, added.json["phone"], added.json["state"]) == (201, phone, "pending")
        assert re.fullmatch("[0-9]{6}", added.json["code"])
        assert stranger.add(phone).json == added.json
    assert stranger.states() == {PHONE: "pending", OTHER_PHONE: "pending"}
    clock.advance(timedelta(seconds=24))
    assert stranger.states()[PHONE] == "pending", "no phone gives up at once"
    clock.advance(timedelta(seconds=37))
    stranger.type(added.json["id"], None)
    assert stranger.states() == {PHONE: "failed", OTHER_PHONE: "failed"}
    assert all(item["code"] is None for item in stranger.shown())
    clock.advance(LONG)
    run_schedule("sweep")
    assert stranger.shown() == []
    assert ledger.funds(stranger.account_id).holds == {}
    assert phones.states() == {PHONE: "verified"}
    assert stranger.at_the_carrier() == [PHONE]


def test_a_number_that_only_looks_called_can_be_asked_for_again_and_removed(
    phones: Phones, stranger: Phones, clock: Clock
) -> None:
    phones.verify()
    first = stranger.add().json
    clock.advance(timedelta(minutes=2))
    second = stranger.add().json
    assert second["id"] != first["id"]
    assert [stranger.remove(one["id"]) for one in (first, second)] == [204, 204]
    clock.advance(LONG)
    run_schedule("sweep")
    assert ledger.funds(stranger.account_id).holds == {}
    assert phones.states() == {PHONE: "verified"}


def test_a_number_that_the_carrier_has_and_nobody_here_is_refused(phones: Phones, stage: Stage) -> None:
    stage.carrier.add_caller_id(OTHER_PHONE)
    refused = phones.add(OTHER_PHONE)
    assert (refused.status, refused.json["type"]) == (422, "number-not-verifiable")
    assert phones.shown() == []
