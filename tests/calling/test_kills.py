"""A function killed before or after any of its requests: the same input again loses and doubles nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.calling import calls, records, sweeper
from chalicelib.core import clock as core_clock
from chalicelib.core import ids, secrets
from chalicelib.money import ledger
from chalicelib.providers import twilio
from tests.conftest import Clock
from tests.harness.call_books import books, dials
from tests.harness.killpoints import Case, intercepted, survive
from tests.harness.signed import LONDON, SignedCall, fund
from tests.harness.stage import Stage


@pytest.fixture(autouse=True)
def _known_secrets(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no case has to fetch them, and all make the same requests."""
    monkeypatch.setattr(secrets, "_cached", None)
    secrets.current()


def outcome(call: SignedCall) -> Callable[[], object]:
    def look() -> object:
        record = records.find(call.account_id, call.call_id)
        told = (record.state, record.outcome, record.duration_seconds, record.cost_micros) if record else None
        funds = ledger.funds(call.account_id)
        return books(call), told, sorted(hold["amount"] for hold in funds.holds.values())

    return look


def heard(answer: Any) -> None:
    assert answer.status in (200, 204), answer.text


def test_the_voice_webhook_may_die_anywhere(stage: Stage) -> None:
    def make() -> Case:
        call = SignedCall()
        return Case(lambda: dials(call.voice())[0], outcome(call))

    requests = survive(make)
    assert requests == ["GetItem", "GetItem", "GetItem", "UpdateItem"]


@pytest.mark.parametrize(("status", "duration"), [("completed", "61"), ("busy", "0")])
def test_a_status_callback_may_die_anywhere(stage: Stage, status: str, duration: str) -> None:
    def make() -> Case:
        call = SignedCall()
        call.voice()
        return Case(lambda: heard(call.status(status, duration)), outcome(call))

    assert survive(make).count("TransactWriteItems") == 1


def test_the_fallback_may_die_anywhere(stage: Stage) -> None:
    def make() -> Case:
        call = SignedCall()
        call.voice()
        return Case(lambda: heard(call.fallback()), outcome(call))

    assert survive(make).count("TransactWriteItems") == 1


def test_a_late_charge_may_die_anywhere(stage: Stage) -> None:
    def make() -> Case:
        call = SignedCall()
        call.voice()
        call.fallback()
        return Case(lambda: heard(call.status("completed", "61")), outcome(call))

    assert survive(make).count("TransactWriteItems") == 1


def unheard(stage: Stage) -> SignedCall:
    """A call of 61 seconds that the carrier knows, whose end nobody told us."""
    call = SignedCall(fund(), ids.new("call", core_clock.now()))
    params = {"call_id": call.call_id, "signature": calls.sign(call.account_id, call.call_id)}
    token = twilio.access_token(call.account_id, params, 600)
    call.sid = stage.carrier.place_call(token, LONDON, 61, ["lose_completed"])["call_sid"]
    leg = twilio.fetch_leg(call.sid)
    assert leg
    assert leg.sid
    call.leg_sid = leg.sid
    return call


def test_the_sweep_may_die_anywhere(stage: Stage, clock: Clock) -> None:
    def make() -> Case:
        call = unheard(stage)
        clock.advance(timedelta(hours=3))
        return Case(sweeper.sweep, outcome(call))

    requests = survive(make)
    assert requests.count("TransactWriteItems") == 1
    assert requests.count("twilio GET") == 2


def test_every_order_of_what_may_end_a_call_charges_it_once(stage: Stage, clock: Clock) -> None:
    charged = set()
    for order in itertools.permutations(["callback", "sweep", "fallback", "voice again"]):
        call = unheard(stage)
        clock.advance(timedelta(hours=3))
        steps: dict[str, Callable[[], object]] = {
            "callback": lambda call=call: call.status("completed", "61"),  # type: ignore[misc]
            "sweep": sweeper.sweep,
            "fallback": call.fallback,
            "voice again": call.voice,
        }
        for step in order:
            steps[step]()
            books(call)
        _, held, [(kind, amount)] = books(call)
        assert held == 0, order
        assert kind == ("late_charge" if _given_up_first(order) else "call"), order
        charged.add(amount)
    assert len(charged) == 1


def _given_up_first(order: tuple[str, ...]) -> bool:
    """Whether the fallback came before whoever knows that the call was answered."""
    return order.index("fallback") < min(order.index("callback"), order.index("sweep"))


@pytest.mark.parametrize("last", ["callback", "sweep"])
def test_a_hold_placed_beside_its_own_settlement_is_let_go(stage: Stage, clock: Clock, last: str) -> None:
    """A copy of the voice webhook sees no record; the call is settled; then the copy sees no hold."""
    call = unheard(stage)
    overlapped: list[int] = []

    def overlap(number: int, _: str) -> None:
        if number == 1 and not overlapped:
            overlapped.append(number)
            heard(call.status("completed", "61"))

    with intercepted(overlap):
        call.voice()
    available, held, [(kind, amount)] = books(call)
    assert (kind, held > 0) == ("call", True)
    clock.advance(timedelta(hours=3))
    call.status("completed", "61") if last == "callback" else sweeper.sweep()
    assert books(call) == (available + held, 0, [(kind, amount)])


def test_a_sweep_that_meets_a_broken_account_frees_the_others(stage: Stage, clock: Clock) -> None:
    calls = [unheard(stage) for _ in range(3)]
    clock.advance(timedelta(hours=3))
    settled: list[str] = []

    def break_second(_: int, name: str) -> None:
        if name == "TransactWriteItems":
            settled.append(name)
            if len(settled) == 2:
                raise ValueError("canary")

    with intercepted(break_second):
        sweeper.sweep()
    assert sorted(books(call)[1] > 0 for call in calls) == [False, False, True]
    sweeper.sweep()
    assert [[kind for kind, _ in books(call)[2]] for call in calls] == [["call"]] * 3
