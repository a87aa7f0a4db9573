"""Limits through the doors, with real calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.core.errors import Busy
from chalicelib.money import ledger
from chalicelib.money import limits as money_limits
from chalicelib.policy import profile
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.stage import Stage
from tests.money.test_limits import to_hour

LONDON = "+442079460958"
DOLLAR = 1_000_000


@pytest.fixture
def caller(browser: Browser, clock: Clock) -> Browser:
    to_hour(clock, 1)
    return browser.sign_up().top_up(40 * DOLLAR)


def limits(browser: Browser) -> dict[str, Any]:
    answer = browser.get("/api/limits")
    assert answer.status == 200
    return dict(answer.json)


def test_without_limits_of_their_own_nothing_is_set(caller: Browser) -> None:
    told = limits(caller)
    assert (told["call_micros"], told["day_micros"], told["day_spent_micros"]) == (None, None, 0)
    assert (told["live_calls"], told["currency"]) == (2, "USD")


def test_a_limit_that_is_put_is_told_and_one_left_out_is_gone(caller: Browser) -> None:
    put = caller.put("/api/limits", {"call_micros": 2 * DOLLAR, "day_micros": 3 * DOLLAR})
    assert put.status == 200
    assert put.json == limits(caller)
    assert (put.json["call_micros"], put.json["day_micros"]) == (2 * DOLLAR, 3 * DOLLAR)
    caller.put("/api/limits", {"day_micros": 3 * DOLLAR})
    assert (limits(caller)["call_micros"], limits(caller)["day_micros"]) == (None, 3 * DOLLAR)


@pytest.mark.parametrize(
    "body", [{"call_micros": -1}, {"call_micros": 1.5}, {"day_micros": "5"}, {"week_micros": 1}, []]
)
def test_what_is_no_limit_is_refused(caller: Browser, body: Any) -> None:
    assert caller.put("/api/limits", body).status == 422


def test_limits_ask_for_a_session_and_its_token(caller: Browser) -> None:
    caller.csrf_token = None
    assert caller.put("/api/limits", {}).status == 403
    caller.cookies.clear()
    assert caller.put("/api/limits", {}).status == 401
    assert caller.get("/api/limits").status == 401


def test_a_call_is_cut_where_its_limit_ends(caller: Browser) -> None:
    caller.put("/api/limits", {"call_micros": DOLLAR})
    outcome = caller.call(LONDON, 100_000)
    [call] = caller.get("/api/calls").json["items"]
    assert 0 < outcome["duration_seconds"] < 100_000
    assert 0 < call["cost"]["amount_micros"] <= DOLLAR
    assert limits(caller)["day_spent_micros"] == call["cost"]["amount_micros"]


def test_beyond_the_days_limit_a_call_is_refused_aloud(caller: Browser, stage: Stage, clock: Clock) -> None:
    caller.put("/api/limits", {"day_micros": DOLLAR})
    caller.call(LONDON, 100_000)
    refused = caller.call(LONDON, 60)
    assert "limit of your account" in refused["twiml"]
    assert len(caller.get("/api/calls").json["items"]) == 1
    clock.advance(timedelta(days=1))
    assert caller.call(LONDON, 60)["outcome"] == "completed"


def test_the_first_days_cap_stops_calls_whatever_is_paid(caller: Browser, clock: Clock) -> None:
    caller.top_up(40 * DOLLAR)
    while caller.call(LONDON, 7200)["outcome"] == "completed":
        spent = limits(caller)["day_spent_micros"]
        assert spent <= 50 * DOLLAR
    assert spent > 49 * DOLLAR
    assert caller.available_micros() > 29 * DOLLAR


def test_who_calls_without_end_hears_that_it_is_too_much(
    caller: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = msgspec.structs.replace(profile.current(), calls_an_hour=1)
    monkeypatch.setattr(profile, "current", lambda: slow)
    assert caller.call(LONDON, 60)["outcome"] == "completed"
    assert "very many calls this hour" in caller.call(LONDON, 60)["twiml"]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"call_micros": 2 * DOLLAR},
        {"day_micros": 3 * DOLLAR},
        {"call_micros": 2 * DOLLAR + 1, "day_micros": 3 * DOLLAR},
        {"call_micros": 2 * DOLLAR, "day_micros": 3 * DOLLAR, "high_risk_countries": True},
    ],
)
def test_letting_more_be_spent_asks_for_a_fresh_sign_in(
    caller: Browser, clock: Clock, more: dict[str, Any]
) -> None:
    caller.put("/api/limits", {"call_micros": 2 * DOLLAR, "day_micros": 3 * DOLLAR})
    before = limits(caller)
    clock.advance(timedelta(minutes=16))
    refused = caller.put("/api/limits", more)
    assert (refused.status, refused.json["type"]) == (403, "sign-in-again")
    assert limits(caller) == before
    caller.sign_in()
    assert caller.put("/api/limits", more).status == 200


def test_lowering_a_limit_never_asks_for_it(caller: Browser, clock: Clock) -> None:
    clock.advance(timedelta(minutes=16))
    for lower in (
        {"call_micros": 3},
        {"call_micros": 3, "day_micros": 9},
        {"call_micros": 0, "day_micros": 9},
    ):
        assert caller.put("/api/limits", lower).status == 200


def test_limits_that_were_lowered_meanwhile_are_not_raised_by_an_old_sign_in(
    caller: Browser,
) -> None:
    """The request was weighed against no limit at all, and the owner set one in between."""
    before = ledger.funds(caller.account_id)
    caller.put("/api/limits", {"day_micros": DOLLAR})
    with pytest.raises(Busy):
        money_limits.put(caller.account_id, None, 9 * DOLLAR, before=before)
    assert limits(caller)["day_micros"] == DOLLAR


@pytest.mark.parametrize("caps", [{"call_micros": 60_000}, {"day_micros": 200_000}])
def test_a_quote_says_no_more_than_the_call_will_get(caller: Browser, caps: dict[str, int]) -> None:
    caller.put("/api/limits", caps)
    told = caller.get("/api/quote", to=LONDON).json["affordable_seconds"]
    assert 0 < told < profile.current().longest_call_seconds
    assert caller.call(LONDON, 100_000)["duration_seconds"] == told
