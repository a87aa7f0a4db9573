"""Call records that a deletion takes: in rounds, at the carrier first, and safe wherever it dies."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.calling import erasure
from chalicelib.calling.models import CallRecord
from chalicelib.core import clock
from chalicelib.core.errors import ProviderError
from chalicelib.core.subjects import Erased
from chalicelib.providers import twilio
from tests.calling import past_calls
from tests.harness.killpoints import Case, intercepted, survive
from tests.harness.stage import Stage

MONTHS = timedelta(days=31)


@pytest.fixture
def forgotten(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the carrier was asked to forget each call."""
    asked: Counter[str] = Counter()

    def forget(sid: str) -> bool:
        asked[sid] += 1
        return True

    monkeypatch.setattr(twilio, "delete_call", forget)
    return asked


def talked(count: int, months: int = 3) -> str:
    """An account with so many calls, spread over so many months."""
    account_id = past_calls.account()
    now = clock.now()
    past_calls.write(
        *(
            past_calls.record(account_id, now - (number % months) * MONTHS - timedelta(seconds=number))
            for number in range(count)
        )
    )
    return account_id


def left() -> int:
    return sum(1 for _ in CallRecord.scan(consistent_read=True))


def test_every_record_of_every_month_goes_and_the_carrier_is_asked_once_for_each(
    forgotten: Counter[str],
) -> None:
    account_id, other = talked(60), talked(3)
    assert erasure.count(account_id, set()) == 60
    assert erasure.erase(account_id, set()) == Erased("erased", 60)
    assert (left(), erasure.count(account_id, set()), erasure.count(other, set())) == (3, 0, 3)
    assert (len(forgotten), set(forgotten.values())) == (60, {1})


def test_one_request_deletes_twenty_five_whatever_month_they_lie_in(forgotten: Counter[str]) -> None:
    account_id = talked(60)
    with intercepted() as requests:
        erasure.erase(account_id, set())
    assert Counter(requests)["BatchWriteItem"] == 3


def test_a_round_ends_so_that_a_hold_is_asked_for_and_the_next_goes_on_where_it_was(
    forgotten: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "ROUND", 25)
    account_id = talked(60)
    first = erasure.erase(account_id, set())
    assert (first.outcome, first.count, left()) == ("more", 25, 35)
    assert first.go_on
    with intercepted() as requests:
        second = first.go_on()
    assert (second.outcome, second.count, left()) == ("more", 25, 10)
    assert Counter(requests)["Query"] <= 2, "what was read is not read again"
    assert second.go_on
    assert second.go_on() == Erased("erased", 10)
    assert left() == 0


def test_a_slow_carrier_ends_a_round_sooner(forgotten: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "ROUND_SECONDS", 0)
    first = erasure.erase(talked(60), set())
    assert (first.outcome, first.count, left()) == ("more", 25, 35)


def test_what_the_carrier_keeps_for_now_stays_here_and_what_it_forgot_goes(stage: Stage) -> None:
    account_id = talked(30, months=1)
    with mock.patch.object(twilio, "delete_call", side_effect=[True] * 4 + [False]):
        stopped = erasure.erase(account_id, set())
    assert (stopped.outcome, stopped.count, left()) == ("later", 4, 26)
    assert stopped.wait_seconds > 0


def test_a_refusal_of_the_carrier_is_raised_once_what_it_forgot_is_counted(stage: Stage) -> None:
    account_id = talked(30, months=1)
    refusal = ProviderError("twilio", "20500", permanent=False)
    with mock.patch.object(twilio, "delete_call", side_effect=[True] * 4 + [refusal, refusal]):
        stopped = erasure.erase(account_id, set())
        assert (stopped.outcome, stopped.count, left()) == ("more", 4, 26)
        with pytest.raises(ProviderError):
            erasure.erase(account_id, set())
    assert left() == 26


def test_killed_at_any_request_it_leaves_nothing_and_only_what_is_its_own(forgotten: Counter[str]) -> None:
    def make() -> Case:
        account_id = talked(60)
        return Case(
            lambda: erasure.erase(account_id, set()), lambda: (left(), erasure.count(account_id, set()))
        )

    assert "BatchWriteItem" in survive(make)
