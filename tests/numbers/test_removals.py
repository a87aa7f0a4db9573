"""The errand of caller IDs goes with the last that is left to do, and with nothing that came meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core import clock as core_clock
from chalicelib.core import ids
from chalicelib.money import ledger
from chalicelib.money.holds import Hold, Overdue
from chalicelib.numbers import caller_ids, removals, shelves, verifications
from chalicelib.numbers.rules import OwnNumber, State
from chalicelib.providers.twilio_caller_ids import CodeCallEnd
from tests.harness.stage import Stage

PHONE, OTHER_PHONE = "+12025550123", "+442079460958"
SID = "PN" + "1" * 32


@pytest.fixture
def account_id(stage: Stage) -> str:
    """An account with one verified number, whose errand is still there."""
    made = ids.new("acc", core_clock.now())
    id = ids.new("cid", core_clock.now())
    call = caller_ids.add(made, PHONE, id).calls[-1]
    verifications.hear(made, id, CodeCallEnd(call, PHONE, SID))
    assert removals.ERRAND in ledger.funds(made).holds
    return made


def test_a_number_that_is_called_again_remembers_its_earlier_calls(stage: Stage) -> None:
    """Else the carrier would keep what nobody can name any more."""
    account_id, id = ids.new("acc", core_clock.now()), ids.new("cid", core_clock.now())
    [first] = caller_ids.add(account_id, PHONE, id).calls
    verifications.hear(account_id, id, CodeCallEnd(first, PHONE, None))
    verifications.hear(account_id, id, CodeCallEnd("", PHONE, None))
    again = caller_ids.add(account_id, PHONE, id)
    assert again.calls[0] == first
    assert len(set(again.calls)) == 2


def tidy(account_id: str) -> bool:
    return removals.tidy(Overdue(account_id, removals.ERRAND, Hold(0, 0, {})))


def test_an_errand_without_work_goes_and_may_be_done_twice(account_id: str) -> None:
    assert not tidy(account_id)
    assert ledger.funds(account_id).holds == {}
    assert not tidy(account_id)


def test_a_number_that_comes_while_the_errand_goes_keeps_it(
    account_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = ledger.book
    rivals = [lambda: caller_ids.add(account_id, OTHER_PHONE, ids.new("cid", core_clock.now()))]

    def overtaken(*given: Any, **named: Any) -> None:
        if named.get("release") and rivals:
            rivals.pop()()
        book(*given, **named)

    monkeypatch.setattr(ledger, "book", overtaken)
    tidy(account_id)
    assert rivals == []
    assert removals.ERRAND in ledger.funds(account_id).holds
    states = sorted(number.state for number in shelves.read(account_id).numbers.values())
    assert states == [State.PENDING, State.VERIFIED]


def test_a_rival_who_verified_the_phone_meanwhile_keeps_it_at_the_carrier(
    account_id: str, stage: Stage
) -> None:
    sid = stage.carrier.add_caller_id(PHONE)["sid"]
    other = ids.new("acc", core_clock.now())
    stray = OwnNumber(ids.new("cid", core_clock.now()), PHONE, State.REMOVED, 0, sid=sid)
    assert removals.finish(other, stray)
    assert [item["sid"] for item in stage.carrier.caller_ids()] == [sid]
    assert not shelves.is_free(PHONE, other)
