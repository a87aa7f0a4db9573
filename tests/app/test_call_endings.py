"""How a call ends: whatever comes twice, late, out of order or wrong moves the money once."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from chalicelib.calling import records
from chalicelib.core import clock as core_clock
from chalicelib.core import ids
from chalicelib.money import ledger
from tests.harness.call_books import books, dials, untouched
from tests.harness.signed import (
    CREDIT,
    SignedCall,
    fund,
    post_twilio,
)
from tests.harness.stage import Stage

ENDINGS = ["busy", "no-answer", "failed", "canceled"]


@pytest.fixture
def call(stage: Stage) -> SignedCall:
    return SignedCall()


def test_each_unanswered_end_costs_nothing(stage: Stage) -> None:
    account_id = fund()
    for status, duration in itertools.product(ENDINGS, ("0", None, "600")):
        call = SignedCall(account_id)
        call.voice()
        assert call.status(status, duration).status == 204
        assert books(call) == (CREDIT, 0, [])
        record = records.find(call.account_id, call.call_id)
        assert record
        assert (record.state, record.outcome, record.duration_seconds) == (
            "voided",
            status.replace("-", "_"),
            0,
        )


def test_a_call_of_one_second_is_charged(call: SignedCall) -> None:
    call.voice()
    assert call.status("completed", "1").status == 204
    [(kind, amount)] = books(call)[2]
    record = records.find(call.account_id, call.call_id)
    assert record
    assert (kind, record.state, record.duration_seconds) == ("call", "charged", 1)
    assert amount == -record.cost_micros < 0


def test_what_is_not_an_end_leaves_the_hold(call: SignedCall) -> None:
    call.voice()
    held = books(call)
    for status in ("queued", "initiated", "ringing", "in-progress", "answered", "", "COMPLETED", "done"):
        assert call.status(status).status == 204
        assert books(call) == held, status


SENSELESS = [
    *(None, "", " ", "-1", "-60", "+60", "60.0", "6e1", "1e9", "NaN", "0x3c", "60,60"),
    *("\u0666\u0660", "9" * 7, "9" * 400),
]


def test_an_end_without_a_duration_that_makes_sense_is_left_to_the_sweeper(call: SignedCall) -> None:
    call.voice()
    held = books(call)
    for duration in SENSELESS:
        assert call.status("completed", duration).status == 204
        assert books(call) == held, duration
    assert call.status("completed", "60").status == 204
    assert [kind for kind, _ in books(call)[2]] == ["call"]


def test_a_callback_beyond_the_calls_limit_is_not_believed(call: SignedCall) -> None:
    call.voice()
    held = books(call)
    assert call.status("completed", "86400").status == 204
    assert books(call) == held


def test_of_contradictory_durations_the_first_stays(call: SignedCall) -> None:
    call.voice()
    call.status("completed", "61")
    settled = books(call)
    for duration in ("1", "0", "3600", "61"):
        assert call.status("completed", duration).status == 204
        assert books(call) == settled
    for status in ENDINGS:
        call.status(status, "0")
    assert books(call) == settled


PROGRESS = [("ringing", None), ("in-progress", None), ("completed", "61"), ("completed", "61")]


def test_callbacks_in_every_order_bill_once(stage: Stage) -> None:
    costs: set[tuple[Any, ...]] = set()
    for order in sorted(set(itertools.permutations(PROGRESS, len(PROGRESS)))):
        call = SignedCall()
        call.voice()
        for status, duration in order:
            assert call.status(status, duration).status == 204
        available, held, [(kind, amount)] = books(call)
        assert held == 0
        costs.add((available, kind, amount))
    assert len(costs) == 1


def test_a_callback_that_overtakes_its_voice_webhook_changes_nothing(call: SignedCall) -> None:
    assert call.status("completed", "60").status == 204
    assert untouched(call)
    assert dials(call.voice())
    call.status("completed", "60")
    assert [kind for kind, _ in books(call)[2]] == ["call"]


def test_an_answer_told_after_the_call_was_given_up_is_a_late_charge_once(call: SignedCall) -> None:
    call.voice()
    assert not dials(call.fallback())
    assert books(call) == (CREDIT, 0, [])
    for _ in range(3):
        assert call.status("completed", "61").status == 204
    [(kind, amount)] = books(call)[2]
    assert kind == "late_charge"
    assert amount < 0
    record = records.find(call.account_id, call.call_id)
    assert record
    assert (record.state, record.duration_seconds, record.cost_micros) == ("charged", 61, -amount)
    assert record.leg_sid == call.leg_sid, "else the carrier's record of it could not be erased"


def test_a_fallback_of_another_call_leaves_the_hold(call: SignedCall) -> None:
    call.voice()
    held = books(call)
    for changed in ({"CallSid": "CA" + "0" * 32}, {"call_id": "x"}, {"From": "client:x"}):
        assert not dials(call.fallback(**changed))
    assert books(call) == held
    assert not dials(SignedCall(account_id=call.account_id).fallback())
    assert books(call) == held


def test_a_status_for_a_stranger_is_heard_without_effect(call: SignedCall) -> None:
    call.voice()
    held = books(call)
    other = SignedCall()
    unknown = ["acc_x", ids.new("acc", core_clock.now()), "x" * 300, "acc_%2e%2e", other.account_id]
    for account_id in unknown:
        path = f"/api/webhooks/twilio/status/{account_id}/{call.call_id}"
        assert post_twilio(path, call.ending()).status == 204, account_id
    for call_id in (
        "call_x",
        ids.new("call", core_clock.now()),
        "call_7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        other.call_id,
    ):
        path = f"/api/webhooks/twilio/status/{call.account_id}/{call_id}"
        assert post_twilio(path, call.ending()).status == 204, call_id
    for parent in ("", "CA" + "0" * 32, other.sid, call.leg_sid):
        assert call.status(ParentCallSid=parent).status == 204
    assert books(call) == held
    assert untouched(other)


def test_a_call_already_held_is_settled_in_a_suspended_account(call: SignedCall) -> None:
    call.voice()
    ledger.set_status(call.account_id, "suspended")
    assert call.status().status == 204
    assert [kind for kind, _ in books(call)[2]] == ["call"]
