"""Throttles: so many tries a window and no more, whatever the order, and nothing of whose they are."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core import clock as clocks
from chalicelib.core import throttles
from chalicelib.core.doors import DOORS
from chalicelib.core.errors import Busy, Refusal
from chalicelib.core.throttles import Limit
from chalicelib.money.routes import ORDERS_AN_HOUR
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import intercepted, refusal, refusing
from tests.harness.lambda_door import application, ask
from tests.harness.stage import Stage

THREE = Limit("three", 3, 3600)


def passes(limit: Limit, key: str = "") -> bool:
    try:
        throttles.take(limit, key)
    except Refusal as refusal:
        return (refusal.status, refusal.type) != (429, "too-many-requests")
    return True


@pytest.fixture
def window(clock: Clock) -> Clock:
    """The clock, at the very beginning of an hour."""
    clock.advance(timedelta(seconds=3600 - clocks.epoch_seconds(clocks.now()) % 3600))
    return clock


def test_as_many_tries_as_allowed_pass_and_no_more(stage: Stage, window: Clock) -> None:
    assert [passes(THREE, "ada") for _ in range(6)] == [True] * 3 + [False] * 3


def test_each_key_and_each_limit_has_its_own_count(stage: Stage, window: Clock) -> None:
    assert [passes(THREE, "ada") for _ in range(4)][-1] is False
    assert passes(THREE, "eve")
    assert passes(THREE)
    assert passes(Limit("other", 3, 3600), "ada")


def test_the_next_window_is_told_in_seconds_and_is_free(stage: Stage, window: Clock) -> None:
    window.advance(timedelta(minutes=10))
    for _ in range(3):
        throttles.take(THREE, "ada")
    with pytest.raises(Refusal) as refused:
        throttles.take(THREE, "ada")
    wait_seconds = refused.value.retry_after_seconds
    assert wait_seconds
    assert 2990 <= wait_seconds <= 3000
    assert refused.value.detail == "That was too often. Please try again in 50 minutes."
    window.advance(timedelta(seconds=wait_seconds - 10))
    assert not passes(THREE, "ada")
    window.advance(timedelta(seconds=10))
    assert passes(THREE, "ada")


def test_who_waits_is_told_in_words_that_fit(stage: Stage, window: Clock) -> None:
    for seconds, words in ((60, "a minute"), (5400, "90 minutes"), (86400, "24 hours")):
        assert words in throttles._refuse(seconds).detail


def test_only_what_many_share_is_wider_on_a_laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (Limit("one", 3, 60).allowed, Limit("many", 3, 60, shared=True).allowed) == (3, 30)
    import dataclasses

    from chalicelib.core import settings as stages

    deployed = dataclasses.replace(stages.current(), stage="kinvo")
    monkeypatch.setattr(stages, "current", lambda: deployed)
    assert Limit("many", 3, 60, shared=True).allowed == 3


def test_a_try_is_one_write_and_no_read_whatever_comes_of_it(stage: Stage, window: Clock) -> None:
    throttles.take(THREE, "ada")
    with intercepted() as requests:
        for _ in range(10):
            passes(THREE, "ada")
    assert requests == ["UpdateItem"] * 10


def test_a_counter_names_nobody_and_leaves_with_its_window(stage: Stage, window: Clock) -> None:
    throttles.take(THREE, "ada@example.org")
    window.advance(timedelta(hours=1))
    throttles.take(THREE, "ada@example.org")
    items = boto3.client("dynamodb").scan(TableName="vowline-local-sessions")["Items"]
    assert "ada@" not in json.dumps(items)
    assert len({item["token_hash"]["S"] for item in items}) == 2
    for item in items:
        assert set(item) == {"token_hash", "tries", "expires_at"}
        assert int(item["expires_at"]["N"]) - clocks.epoch_seconds(clocks.now()) <= 3600


@pytest.mark.parametrize(
    "error",
    [refusal("ProvisionedThroughputExceededException"), ReadTimeoutError(endpoint_url="https://dynamodb")],
    ids=["throttled", "silent"],
)
def test_a_table_that_does_not_answer_opens_nothing(stage: Stage, window: Clock, error: Exception) -> None:
    with intercepted(refusing("UpdateItem", error, 1)), pytest.raises(Busy):
        throttles.take(THREE, "ada")
    assert passes(THREE, "ada")


class Memory:
    """What a counter is, without a table."""

    def __init__(self) -> None:
        self.tries: dict[str, int] = {}

    def count(self, whose: str, allowed: int, _expires_at: int) -> bool:
        if self.tries.get(whose, 0) >= allowed:
            return False
        self.tries[whose] = self.tries.get(whose, 0) + 1
        return True


rows = itertools.count()
tries = st.tuples(st.sampled_from("abc"), st.integers(1, 4))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(tries, max_size=25))
def test_any_row_of_tries_is_counted_as_memory_would(stage: Stage, made: list[tuple[str, int]]) -> None:
    memory, row = Memory(), next(rows)
    for whose, allowed in made:
        expected = memory.count(whose, allowed, 0)
        assert throttles._count(f"{row} {whose}", allowed, 2**33) is expected


def test_a_door_counts_an_account_and_says_so(browser: Browser, window: Clock) -> None:
    browser.sign_up()
    eve = Browser(browser.stage, browser.mailbox).sign_up("eve@example.org")
    order = {"amount_micros": 5_000_000}
    assert browser.post("/api/topups", order, idempotency_key="one").status == 201
    for _ in range(ORDERS_AN_HOUR.count - 1):
        assert browser.post("/api/topups", order).status == 201
    answer = browser.post("/api/topups", order)
    assert (answer.status, answer.json["type"]) == (429, "too-many-requests")
    assert 0 < int(answer.headers["retry-after"]) <= 3600
    assert browser.post("/api/topups", order, idempotency_key="one").status == 201, "remembered, not done"
    assert browser.get("/api/balance").status == 200
    assert eve.post("/api/topups", order).status == 201


def test_a_door_with_a_limit_asks_for_a_session_and_tells_of_429(stage: Stage) -> None:
    application()
    operations = ask("GET", "/api/openapi.json").json["paths"]
    limited = [door for door in DOORS if door.limits]
    assert {"/api/topups", "/api/auto-topup"} <= {door.path for door in limited}
    for door in limited:
        assert door.session or door.knows_session
        assert "429" in operations[door.path][door.method.lower()]["responses"]
