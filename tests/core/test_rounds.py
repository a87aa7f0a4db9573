"""A round that has no time for a whole table goes on where it stopped, until it has been everywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from moto.dynamodb.models import table

from chalicelib.core import clock as service_clock
from chalicelib.core import rounds
from chalicelib.core.rounds import Place
from chalicelib.identity.models import Session
from tests.conftest import Clock
from tests.harness.heard import hearing
from tests.harness.killpoints import intercepted
from tests.harness.stage import Stage

NAMES = [f"SESSION#{number}" for number in range(7)]


@pytest.fixture(autouse=True)
def sessions(stage: Stage) -> None:
    now = service_clock.now()
    later = service_clock.epoch_seconds(now + timedelta(days=9))
    for token_hash in NAMES:
        Session(
            token_hash,
            user_id="usr_1",
            session_id="ses_1",
            created_at=service_clock.render(now),
            expires_at=later,
        ).save()


def go(seconds: float, most: int = 100) -> list[str]:
    """What one run sees; it dies after `most` items."""
    seen = []
    stored = Session.token_hash.startswith("SESSION#")
    for item in rounds.go("test", Session, stored, [], seconds=seconds):
        seen.append(item["token_hash"]["S"])
        if len(seen) == most:
            break
    return seen


def test_a_round_with_time_enough_sees_all_and_writes_nothing() -> None:
    with intercepted() as asked:
        assert go(60) == NAMES
    assert (asked.count("PutItem"), asked.count("DeleteItem")) == (0, 0)


def test_what_is_left_is_the_next_runs_and_then_it_begins_anew() -> None:
    seen = [go(0) for _ in NAMES]
    assert seen == [[one] for one in NAMES]
    assert go(0) == [], "the end is found"
    assert Place.stored("ROUND#test") is None
    assert go(60) == NAMES


def test_a_round_that_is_left_rings() -> None:
    with hearing() as heard:
        go(0)
    assert heard.names == ["round-unfinished"]


def test_it_goes_on_across_pages_and_behind_what_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "RESULT_SIZE_LIMIT", 200)
    assert go(0) == NAMES[:1]
    Session(NAMES[0]).delete()
    Session(NAMES[1]).delete()
    assert go(60) == NAMES[2:]


def test_who_dies_leaves_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "SAVE_EVERY_SECONDS", 0)
    assert go(60, most=3) == NAMES[:3]
    assert go(60) == NAMES[2:], "the last one may not have been done"


def test_a_place_that_nobody_came_back_to_is_forgotten(clock: Clock) -> None:
    go(0)
    clock.advance(rounds.LIFE + timedelta(seconds=1))
    assert go(60) == NAMES
