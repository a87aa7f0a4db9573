"""A call from the token to its record, through the doors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.calling import sweeper
from chalicelib.core import ids
from chalicelib.policy import profile
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.stage import Stage

LONDON = "+442079460958"
MARRAKESH = "+212612345678"
BUSY = "+442079460001"


@pytest.fixture
def caller(browser: Browser) -> Browser:
    return browser.sign_up().top_up(10_000_000)


def books_balance(browser: Browser) -> bool:
    """Invariant M: what is free and held is what the entries add up to."""
    balance = browser.get("/api/balance").json
    entries = browser.get("/api/ledger", limit=100).json["items"]
    total = sum(entry["amount"]["amount_micros"] for entry in entries)
    return bool(balance["available"]["amount_micros"] + balance["held"]["amount_micros"] == total)


def only_call(browser: Browser) -> dict[str, Any]:
    [call] = browser.get("/api/calls").json["items"]
    return dict(call)


def test_an_answered_call_is_charged_what_its_arithmetic_says(caller: Browser) -> None:
    quote = caller.get("/api/quote", to=LONDON).json
    outcome = caller.call(LONDON, 125)
    assert (outcome["outcome"], outcome["duration_seconds"]) == ("completed", 125)
    call = only_call(caller)
    billed = call["billed_seconds"]
    assert billed >= 125
    expected = quote["connect_fee_micros"] + -(-quote["price_micros"] * billed // 60)
    assert call["cost"] == {"amount_micros": expected, "currency": "USD"}
    assert caller.available_micros() == 10_000_000 - expected
    assert (call["state"], call["outcome"], call["to"]) == ("charged", "completed", LONDON)
    assert f"x {billed} s = {expected / 1_000_000:g} USD" in call["arithmetic"]
    assert caller.get(f"/api/calls/{call['id']}").json == call
    assert books_balance(caller)


def test_an_unanswered_call_costs_nothing(caller: Browser) -> None:
    assert caller.call(BUSY, 60)["outcome"] == "busy"
    assert caller.available_micros() == 10_000_000
    call = only_call(caller)
    assert (call["state"], call["outcome"], call["cost"]["amount_micros"]) == ("voided", "busy", 0)
    assert books_balance(caller)


def test_a_call_is_cut_where_the_credit_ends(browser: Browser) -> None:
    caller = browser.sign_up().top_up(5_000_000)
    quote = caller.get("/api/quote", to=MARRAKESH).json
    assert quote["affordable_seconds"] < profile.current().longest_call_seconds
    outcome = caller.call(MARRAKESH, 100_000)
    assert outcome["duration_seconds"] == quote["affordable_seconds"]
    assert caller.available_micros() >= 0
    assert books_balance(caller)


def test_a_call_without_credit_is_refused_before_it_is_dialled(browser: Browser) -> None:
    caller = browser.sign_up()
    answer = caller.post("/api/calls/token")
    assert (answer.status, answer.json["type"]) == (402, "no-credit")


@pytest.mark.parametrize("faults", [("duplicate",), ("reorder",), ("duplicate", "reorder")])
def test_callbacks_that_come_twice_or_in_another_order_bill_once(
    caller: Browser, faults: tuple[str, ...]
) -> None:
    caller.call(LONDON, 60, *faults)
    assert [entry["kind"] for entry in caller.get("/api/ledger").json["items"]] == ["call", "topup"]
    assert books_balance(caller)


def test_a_lost_callback_is_swept_after_its_deadline(caller: Browser, clock: Clock) -> None:
    caller.call(LONDON, 60, "lose_completed")
    assert caller.get("/api/balance").json["held"]["amount_micros"] > 0
    assert caller.get("/api/calls").json["items"] == []
    assert sweeper.sweep() == {"settled": 0, "postponed": 0}
    clock.advance(timedelta(hours=3))
    assert sweeper.sweep() == {"settled": 1, "postponed": 0}
    call = only_call(caller)
    assert (call["duration_seconds"], call["state"]) == (60, "charged")
    assert caller.get("/api/balance").json["held"]["amount_micros"] == 0
    assert sweeper.sweep() == {"settled": 0, "postponed": 0}
    assert books_balance(caller)


def test_a_carrier_that_does_not_answer_keeps_the_hold_for_later(
    caller: Browser, stage: Stage, clock: Clock
) -> None:
    caller.call(LONDON, 60, "lose_completed")
    clock.advance(timedelta(hours=3))
    stage.carrier.faults.plant("calls.fetch", "error500", 1)
    assert sweeper.sweep() == {"settled": 0, "postponed": 1}
    assert caller.get("/api/balance").json["held"]["amount_micros"] > 0
    clock.advance(timedelta(minutes=2))
    assert sweeper.sweep() == {"settled": 1, "postponed": 0}
    assert books_balance(caller)


def test_a_live_call_shows_its_hold_and_nothing_else(caller: Browser, stage: Stage) -> None:
    token = caller.post("/api/calls/token").json
    live = stage.carrier.start_call(token["token"], LONDON)
    shown = caller.get(f"/api/calls/{token['call_id']}").json
    assert (shown["state"], shown["cost"]["amount_micros"], shown["outcome"]) == ("live", 0, None)
    assert books_balance(caller)
    stage.carrier.end_call(live["call_sid"], 30)
    assert caller.get(f"/api/calls/{token['call_id']}").json["state"] == "charged"


def test_no_more_calls_at_once_than_the_profile_allows(caller: Browser, stage: Stage) -> None:
    for _ in range(2):
        stage.carrier.start_call(caller.post("/api/calls/token").json["token"], LONDON)
    third = caller.call(LONDON, 60)
    assert third["outcome"] == "refused"
    assert "at once" in third["twiml"]
    assert books_balance(caller)


def test_one_token_places_one_call(caller: Browser, stage: Stage) -> None:
    token = caller.post("/api/calls/token").json["token"]
    assert stage.carrier.place_call(token, LONDON, 60)["outcome"] == "completed"
    again = stage.carrier.place_call(token, LONDON, 60)
    assert again["outcome"] == "refused"
    assert "ended" in again["twiml"]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("+19002345678", "premium-number"),
        ("+447045678901", "personal-number"),
        ("+881612345678", "satellite-number"),
        ("112", None),
        ("</Dial><Dial>+19002345678", None),
    ],
)
def test_a_number_that_is_not_connected_is_refused_in_the_quote_and_by_voice(
    caller: Browser, number: str, kind: str | None
) -> None:
    answer = caller.get("/api/quote", to=number)
    assert 400 <= answer.status < 500
    if kind:
        assert answer.json["type"] == kind
    outcome = caller.call(number, 60)
    assert outcome["outcome"] == "refused"
    assert "<Dial" not in outcome["twiml"]
    assert caller.available_micros() == 10_000_000


def test_a_strangers_call_is_not_found(caller: Browser, stage: Stage) -> None:
    caller.call(LONDON, 60)
    call = only_call(caller)
    stranger = Browser(stage, caller.mailbox).sign_up("eve@example.org")
    assert stranger.get(f"/api/calls/{call['id']}").status == 404
    assert stranger.get("/api/calls").json["items"] == []
    assert stranger.get("/api/calls/nonsense").status == 404


def test_history_goes_on_where_the_cursor_left_off(caller: Browser, clock: Clock) -> None:
    for _ in range(5):
        caller.call(LONDON, 10)
        clock.advance(timedelta(days=9))
        caller.sign_in()
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query: dict[str, str | int] = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = caller.get("/api/calls", **query).json
        seen += [call["id"] for call in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == 5
    assert seen == sorted(seen, key=ids.made_at, reverse=True)


def test_a_cursor_is_good_only_for_its_owner(caller: Browser, stage: Stage) -> None:
    for _ in range(2):
        caller.call(LONDON, 10)
    cursor = caller.get("/api/calls", limit=1).json["next_cursor"]
    stranger = Browser(stage, caller.mailbox).sign_up("eve@example.org")
    assert stranger.get("/api/calls", cursor=cursor).status == 422
    assert caller.get("/api/calls", cursor=cursor + "x").status == 422


def test_the_csv_has_every_call_and_keeps_its_numbers(caller: Browser) -> None:
    caller.call(LONDON, 60)
    caller.call(BUSY, 60)
    answer = caller.get("/api/calls.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    header, *rows = answer.text.strip().splitlines()
    columns = "id,started_at,ended_at,to,from,country,outcome,duration_seconds,billed_seconds,cost,currency"
    assert header == columns
    assert sorted(row.split(",")[3] for row in rows) == [BUSY, LONDON]
