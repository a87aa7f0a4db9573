"""What goes wrong on purpose: callbacks lost, doubled, turned round or late, and a REST API that fails."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from infra.local.carrier import Carrier
from tests.infra.carrier.conftest import Clock
from tests.infra.carrier.receiver import STATUS, Receiver

ANSWERS = "+12025550123"
IN_ORDER = ["initiated", "ringing", "in-progress", "completed"]


def test_a_lost_last_callback_leaves_the_truth_with_rest(
    carrier: Carrier, client: Any, receiver: Receiver, token: str
) -> None:
    placed = carrier.place_call(token, ANSWERS, 33, ["lose_completed"])
    assert receiver.statuses() == ["initiated", "ringing", "in-progress"]
    (child,) = client.calls.list(parent_call_sid=placed["call_sid"])
    assert (child.status, child.duration) == ("completed", "33")


def test_a_lost_last_callback_is_lost_for_an_unanswered_call_too(
    carrier: Carrier, receiver: Receiver, token: str
) -> None:
    assert carrier.place_call(token, "+12025550001", 33, ["lose_completed"])["outcome"] == "busy"
    assert receiver.statuses() == ["initiated"]


def test_a_duplicated_callback_comes_twice_and_is_the_same(
    carrier: Carrier, receiver: Receiver, token: str
) -> None:
    carrier.place_call(token, ANSWERS, 33, ["duplicate"])
    told = receiver.to(STATUS)
    assert receiver.statuses() == [status for status in IN_ORDER for _ in range(2)]
    assert told[0::2] == told[1::2]


def test_reordered_callbacks_come_last_first(carrier: Carrier, receiver: Receiver, token: str) -> None:
    started = carrier.start_call(token, ANSWERS, ["reorder"])
    assert receiver.statuses() == []
    carrier.end_call(started["call_sid"], 33)
    assert receiver.statuses() == IN_ORDER[::-1]
    assert [params["SequenceNumber"] for params in receiver.to(STATUS)] == ["3", "2", "1", "0"]


def test_delayed_callbacks_come_two_real_seconds_later(
    carrier: Carrier, receiver: Receiver, token: str, clock: Clock
) -> None:
    carrier.place_call(token, ANSWERS, 33, ["delay"])
    clock.advance(days=1)
    clock.real_seconds += 1.9
    assert (carrier.deliver_due(), receiver.statuses()) == (0, [])
    clock.real_seconds += 0.1
    assert (carrier.deliver_due(), receiver.statuses()) == (4, IN_ORDER)
    assert carrier.deliver_due() == 0


def test_faults_combine(carrier: Carrier, receiver: Receiver, token: str, clock: Clock) -> None:
    carrier.place_call(token, ANSWERS, 33, ["delay", "reorder", "duplicate", "lose_completed"])
    clock.real_seconds += 2
    assert carrier.deliver_due() == 6
    assert receiver.statuses() == ["in-progress"] * 2 + ["ringing"] * 2 + ["initiated"] * 2


def test_an_unknown_fault_is_refused_before_anything_happens(
    carrier: Carrier, receiver: Receiver, token: str
) -> None:
    with pytest.raises(ValueError, match="no fault thunder"):
        carrier.place_call(token, ANSWERS, 33, ["thunder"])
    assert receiver.got == []


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("error500", 500, 20500),
        ("rate_limited", 429, 20429),
        ("not_yet", 409, 20009),
        ("not_found", 404, 20404),
    ],
)
def test_a_planted_refusal_comes_as_often_as_planted_and_acts_on_nothing(
    *, carrier: Carrier, client: Any, token: str, kind: str, status: int, code: int
) -> None:
    sid = carrier.place_call(token, ANSWERS, 5)["call_sid"]
    carrier.faults.plant("calls.delete", kind, 2)
    for _ in range(2):
        with pytest.raises(TwilioRestException) as refused:
            client.calls(sid).delete()
        assert (refused.value.status, refused.value.code) == (status, code)
        assert client.calls(sid).fetch().sid == sid
    assert client.calls(sid).delete() is True


def test_a_timeout_before_acts_on_nothing_and_one_after_has_acted(
    carrier: Carrier, client: Any, token: str
) -> None:
    sid = carrier.place_call(token, ANSWERS, 5)["call_sid"]
    carrier.faults.plant("calls.delete", "timeout_before")
    carrier.faults.plant("calls.delete", "timeout_after")
    with pytest.raises(requests.ReadTimeout):
        client.calls(sid).delete()
    assert client.calls(sid).fetch().sid == sid
    with pytest.raises(requests.ReadTimeout):
        client.calls(sid).delete()
    with pytest.raises(TwilioRestException, match="not found"):
        client.calls(sid).fetch()


def test_a_planted_fault_hits_its_operation_only(carrier: Carrier, client: Any, token: str) -> None:
    carrier.faults.plant("calls.fetch", "error500")
    sid = carrier.place_call(token, ANSWERS, 5)["call_sid"]
    assert len(client.calls.list()) == 2
    with pytest.raises(TwilioRestException, match="Internal Server Error"):
        client.calls(sid).fetch()


@pytest.mark.parametrize(("operation", "kind"), [("calls.create", "error500"), ("calls.fetch", "thunder")])
def test_a_fault_that_there_is_not_cannot_be_planted(carrier: Carrier, operation: str, kind: str) -> None:
    with pytest.raises(ValueError, match="unknown"):
        carrier.faults.plant(operation, kind)
