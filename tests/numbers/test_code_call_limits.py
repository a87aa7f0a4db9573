"""How often phones are called for codes: by one account, one phone, numbers side by side, and in all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core import clock as core_clock
from chalicelib.core import ids, settings
from chalicelib.core.errors import Refusal
from chalicelib.core.throttles import Limit
from chalicelib.money import ledger
from chalicelib.numbers import caller_ids, rules, shelves
from tests.conftest import Clock
from tests.harness.stage import Stage


def account() -> str:
    return ids.new("acc", core_clock.now() - timedelta(days=30))


def add(account_id: str, phone: str) -> str | None:
    """The refusal's type; None when the phone rings."""
    try:
        caller_ids.add(account_id, phone, ids.new("cid", core_clock.now()))
    except Refusal as refusal:
        return refusal.type
    return None


def phone(number: int) -> str:
    return f"+1202555{number:04}"


def limit(monkeypatch: pytest.MonkeyPatch, name: str, count: int) -> None:
    changed = Limit(f"few-{name}", count, caller_ids.DAY)
    monkeypatch.setattr(caller_ids, name, changed)


def test_one_account_has_so_many_calls_a_day(
    stage: Stage, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, "OF_ACCOUNT", 3)
    first, second = account(), account()
    assert [add(first, phone(110 + n)) for n in range(4)] == [None, None, None, "too-many-requests"]
    assert add(second, phone(113)) is None, "what was refused to one is free for another"
    assert len(stage.carrier.calls()) == 4
    clock.advance(timedelta(days=1))
    assert add(first, phone(114)) is None


def test_one_phone_rings_so_often_a_day_whoever_asks(stage: Stage) -> None:
    tries = [add(account(), phone(110)) for _ in range(caller_ids.OF_PHONE.count + 1)]
    assert tries == [*[None] * caller_ids.OF_PHONE.count, "too-many-requests"]
    assert len(stage.carrier.calls()) == caller_ids.OF_PHONE.count
    assert add(account(), phone(111)) is None


@pytest.mark.parametrize("name", ["OF_RANGE", "OF_ALL"])
def test_numbers_side_by_side_and_all_together_ring_so_often(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    limit(monkeypatch, name, 2)
    assert [add(account(), phone(110 + n)) for n in range(3)] == [None, None, "too-many-requests"]
    assert (add(account(), "+442079460958") is None) is (name == "OF_RANGE")


def test_what_is_refused_has_not_rung_and_leaves_nothing(stage: Stage) -> None:
    whose = account()
    limits = (caller_ids.OF_ACCOUNT, caller_ids.OF_PHONE, caller_ids.OF_RANGE, caller_ids.OF_ALL)
    assert all(limit.count > 0 and limit.seconds <= caller_ids.DAY for limit in limits)
    house = settings.current().house_number
    assert add(whose, house) == "number-not-verifiable"
    assert caller_ids.of(whose) == []
    assert stage.carrier.calls() == []


def test_what_an_account_may_not_have_is_told_before_it_is_counted(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else who may have no phone called could use up the calls of somebody else's."""
    limit(monkeypatch, "OF_PHONE", 1)
    suspended, cautious, full = account(), account(), account()
    ledger.set_status(suspended, "suspended")
    monkeypatch.setattr(rules, "MOST", 1)
    assert add(full, phone(111)) is None
    tunis = "+21671234567"
    for _ in range(2):
        assert add(suspended, phone(110)) == "account-suspended"
        assert add(cautious, tunis) == "high-risk-country"
        assert add(full, phone(110)) == "caller-ids-full"
    assert add(account(), phone(110)) is None


def test_whose_a_number_is_can_not_be_asked_more_often_than_it_rings(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, "OF_ACCOUNT", 2)
    monkeypatch.setattr(shelves, "is_free", lambda *_: False)
    whose = account()
    assert [add(whose, phone(110 + n)) for n in range(3)] == [None, None, "too-many-requests"]
