"""Placing calls: the voice webhook, the TwiML that is obeyed, the legs and their callbacks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.carrier import Carrier
from infra.local.exchange import Answered
from tests.infra.carrier.conftest import ACCOUNT_SID, APP_SID, Clock
from tests.infra.carrier.receiver import FALLBACK, SITE, STATUS, VOICE, Receiver, dial, xml

ANSWERS = "+12025550123"
START = datetime(2030, 5, 17, 12, 0, 0, tzinfo=UTC)


def child_of(client: Any, call_sid: str) -> Any:
    (child,) = client.calls.list(parent_call_sid=call_sid)
    return child


def test_the_voice_webhook_gets_the_carriers_own_parameters(
    carrier: Carrier, receiver: Receiver, token: str
) -> None:
    placed = carrier.place_call(token, ANSWERS, 30)
    assert receiver.to(VOICE) == [
        {
            "call_id": "call_1",
            "AccountSid": ACCOUNT_SID,
            "ApiVersion": "2010-04-01",
            "ApplicationSid": APP_SID,
            "CallSid": placed["call_sid"],
            "CallStatus": "ringing",
            "Direction": "inbound",
            "From": "client:acc_1",
            "Caller": "client:acc_1",
            "To": ANSWERS,
            "Called": ANSWERS,
        }
    ]


def test_the_browser_overrides_neither_the_token_nor_the_carrier(
    carrier: Carrier, receiver: Receiver, token: str
) -> None:
    forged = {"call_id": "call_2", "From": "client:acc_2", "AccountSid": "ACx", "colour": "blue", "empty": ""}
    carrier.place_call(token, ANSWERS, 30, params=forged)
    (params,) = receiver.to(VOICE)
    assert (params["call_id"], params["From"], params["AccountSid"]) == (
        "call_1",
        "client:acc_1",
        ACCOUNT_SID,
    )
    assert (params["colour"], params["empty"]) == ("blue", "")


def test_an_answered_call_has_two_legs_with_virtual_times(carrier: Carrier, client: Any, token: str) -> None:
    placed = carrier.place_call(token, ANSWERS, 75)
    assert placed == {
        "call_sid": placed["call_sid"],
        "twiml": dial(ANSWERS).body.decode(),
        "outcome": "completed",
        "duration_seconds": 75,
    }
    child, parent = child_of(client, placed["call_sid"]), client.calls(placed["call_sid"]).fetch()
    assert (child.status, child.duration, child.direction) == ("completed", "75", "outbound-dial")
    assert (child._from, child.to) == ("+12025550100", ANSWERS)
    assert (child.start_time, child.end_time) == (START, START.replace(minute=1, second=17))
    assert (parent.status, parent.duration, parent.direction) == ("completed", "75", "inbound")
    assert (parent._from, parent.to, parent.parent_call_sid) == ("client:acc_1", ANSWERS, None)


def test_the_callbacks_of_an_answered_call_tell_each_step(
    carrier: Carrier, client: Any, receiver: Receiver, token: str
) -> None:
    placed = carrier.place_call(token, ANSWERS, 75)
    assert receiver.statuses() == ["initiated", "ringing", "in-progress", "completed"]
    told = receiver.to(STATUS)
    assert [params["SequenceNumber"] for params in told] == ["0", "1", "2", "3"]
    assert [params["Timestamp"] for params in told] == [
        "Fri, 17 May 2030 12:00:00 +0000",
        "Fri, 17 May 2030 12:00:00 +0000",
        "Fri, 17 May 2030 12:00:02 +0000",
        "Fri, 17 May 2030 12:01:17 +0000",
    ]
    assert "CallDuration" not in told[2]
    assert told[3] == {
        "AccountSid": ACCOUNT_SID,
        "ApiVersion": "2010-04-01",
        "CallSid": child_of(client, placed["call_sid"]).sid,
        "ParentCallSid": placed["call_sid"],
        "CallStatus": "completed",
        "CallbackSource": "call-progress-events",
        "Direction": "outbound-dial",
        "From": "+12025550100",
        "Caller": "+12025550100",
        "To": ANSWERS,
        "Called": ANSWERS,
        "SequenceNumber": "3",
        "Timestamp": "Fri, 17 May 2030 12:01:17 +0000",
        "CallDuration": "75",
        "Duration": "2",
    }


@pytest.mark.parametrize(
    ("ending", "outcome", "told", "end_second"),
    [
        ("0001", "busy", ["initiated", "busy"], 0),
        ("0002", "no-answer", ["initiated", "ringing", "no-answer"], 30),
        ("0003", "failed", ["initiated", "failed"], 0),
        ("0004", "canceled", ["initiated", "ringing", "canceled"], 2),
    ],
)
def test_the_dialled_number_decides_the_other_side(
    *,
    carrier: Carrier,
    client: Any,
    receiver: Receiver,
    token: str,
    ending: str,
    outcome: str,
    told: list[str],
    end_second: int,
) -> None:
    placed = carrier.place_call(token, f"+1202555{ending}", 75)
    assert (placed["outcome"], placed["duration_seconds"]) == (outcome, 0)
    assert receiver.statuses() == told
    assert (receiver.to(STATUS)[-1]["CallDuration"], receiver.to(STATUS)[-1]["Duration"]) == ("0", "0")
    child, parent = child_of(client, placed["call_sid"]), client.calls(placed["call_sid"]).fetch()
    assert (child.status, child.duration, child.end_time) == (outcome, "0", START.replace(second=end_second))
    assert (parent.status, parent.duration) == (outcome, "0")


def test_the_time_limit_ends_a_talk(carrier: Carrier, receiver: Receiver, token: str) -> None:
    receiver.answers[VOICE] = dial(ANSWERS, time_limit=42)
    placed = carrier.place_call(token, ANSWERS, 3600)
    assert (placed["outcome"], placed["duration_seconds"]) == ("completed", 42)
    assert receiver.to(STATUS)[-1]["CallDuration"] == "42"


def test_only_the_events_asked_for_are_told_and_completed_by_default(
    carrier: Carrier, receiver: Receiver, token: str
) -> None:
    receiver.answers[VOICE] = dial(ANSWERS, events="answered completed")
    carrier.place_call(token, ANSWERS, 5)
    assert receiver.statuses() == ["in-progress", "completed"]
    number = f'<Number statusCallback="{STATUS}">{ANSWERS}</Number>'
    receiver.answers[VOICE] = xml(f'<Dial callerId="+12025550100">{number}</Dial>')
    carrier.place_call(token, ANSWERS, 5)
    assert receiver.statuses() == ["in-progress", "completed", "completed"]


def test_a_dial_without_a_callback_tells_nothing(carrier: Carrier, receiver: Receiver, token: str) -> None:
    receiver.answers[VOICE] = xml(f'<Dial callerId="+12025550100">{ANSWERS}</Dial>')
    assert carrier.place_call(token, ANSWERS, 5)["outcome"] == "completed"
    assert [url for url, _ in receiver.got] == [VOICE]


@pytest.mark.parametrize(
    ("inside", "status"),
    [
        ("<Say>Your balance is too low.</Say><Hangup/>", "completed"),
        ('<Reject reason="busy"/>', "busy"),
        ("<Reject/>", "no-answer"),
        ("", "completed"),
    ],
)
def test_a_call_that_is_not_dialled_is_refused(
    *, carrier: Carrier, client: Any, receiver: Receiver, token: str, inside: str, status: str
) -> None:
    receiver.answers[VOICE] = xml(inside)
    placed = carrier.place_call(token, ANSWERS, 75)
    assert (placed["outcome"], placed["duration_seconds"]) == ("refused", 0)
    assert [call.status for call in client.calls.list()] == [status]
    assert not receiver.statuses()


def test_nothing_after_a_hangup_is_obeyed(carrier: Carrier, receiver: Receiver, token: str) -> None:
    receiver.answers[VOICE] = xml(f'<Hangup/><Dial callerId="+12025550100">{ANSWERS}</Dial>')
    assert carrier.place_call(token, ANSWERS, 75)["outcome"] == "refused"


def test_a_pause_takes_its_time_before_the_dial(
    carrier: Carrier, client: Any, receiver: Receiver, token: str
) -> None:
    receiver.answers[VOICE] = xml(f'<Pause length="7"/><Dial callerId="+12025550100">{ANSWERS}</Dial>')
    placed = carrier.place_call(token, ANSWERS, 10)
    assert child_of(client, placed["call_sid"]).start_time == START.replace(second=7)
    assert client.calls(placed["call_sid"]).fetch().duration == "19"


@pytest.mark.parametrize("caller_id", ["", "12025550100", "client:acc_1"])
def test_a_dial_without_a_good_caller_id_fails_without_a_leg(
    carrier: Carrier, client: Any, receiver: Receiver, token: str, caller_id: str
) -> None:
    receiver.answers[VOICE] = dial(ANSWERS, caller_id=caller_id)
    placed = carrier.place_call(token, ANSWERS, 5)
    assert (placed["outcome"], receiver.statuses()) == ("failed", [])
    assert client.calls.list(parent_call_sid=placed["call_sid"]) == []


def test_the_dials_action_is_asked_what_comes_next(
    carrier: Carrier, client: Any, receiver: Receiver, token: str
) -> None:
    receiver.answers[VOICE] = dial(ANSWERS, more='action="/after"')
    receiver.answers[f"{SITE}/after"] = xml('<Pause length="3"/>')
    placed = carrier.place_call(token, ANSWERS, 20)
    (after,) = receiver.to(f"{SITE}/after")
    assert (after["DialCallStatus"], after["DialCallDuration"]) == ("completed", "20")
    assert after["DialCallSid"] == child_of(client, placed["call_sid"]).sid
    assert (after["CallSid"], after["CallStatus"]) == (placed["call_sid"], "in-progress")
    assert client.calls(placed["call_sid"]).fetch().duration == "23"


def test_an_action_that_dials_without_end_is_stopped(
    carrier: Carrier, receiver: Receiver, token: str
) -> None:
    receiver.answers[VOICE] = receiver.answers[f"{SITE}/again"] = dial(ANSWERS, more='action="/again"')
    assert carrier.place_call(token, ANSWERS, 1)["outcome"] == "completed"
    assert len(receiver.to(f"{SITE}/again")) == 10


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answered(500, b"oops", {"content-type": "application/xml"}), "11200"),
        (OSError("nobody listens"), "11205"),
        (Answered(200, b"<Response>", {"content-type": "text/xml; charset=utf-8"}), "12100"),
        (Answered(200, b"<Reply/>", {"content-type": "text/xml"}), "12100"),
        (Answered(200, b"<Response/>", {"content-type": "application/json"}), "12300"),
        (xml('<Dial timelimit="5">+12025550123</Dial>'), "12200"),
        (xml('<Dial timeLimit="0">+12025550123</Dial>'), "12200"),
        (xml("<Dial><Client>acc_2</Client></Dial>"), "12200"),
        (xml("<Record/>"), "12200"),
    ],
)
def test_a_failing_voice_url_goes_to_the_fallback(
    carrier: Carrier, receiver: Receiver, token: str, answer: Answered | OSError, code: str
) -> None:
    receiver.answers[VOICE] = answer
    receiver.answers[FALLBACK] = xml("<Say>Please try again later.</Say>")
    placed = carrier.place_call(token, ANSWERS, 75)
    (params,) = receiver.to(FALLBACK)
    assert (params["ErrorCode"], params["ErrorUrl"]) == (code, VOICE)
    assert (params["CallSid"], params["call_id"]) == (placed["call_sid"], "call_1")
    assert placed["outcome"] == "refused"
    assert "try again" in placed["twiml"]


def test_an_answer_after_fifteen_seconds_goes_to_the_fallback(
    carrier: Carrier, receiver: Receiver, token: str, clock: Clock
) -> None:
    def slow(params: dict[str, str]) -> Answered:
        clock.real_seconds += 16
        return dial(params["To"])

    receiver.answers[VOICE] = slow
    receiver.answers[FALLBACK] = xml("<Hangup/>")
    assert carrier.place_call(token, ANSWERS, 75)["outcome"] == "refused"
    assert receiver.to(FALLBACK)[0]["ErrorCode"] == "11205"


def test_a_call_fails_when_the_fallback_fails_too(
    carrier: Carrier, client: Any, receiver: Receiver, token: str
) -> None:
    receiver.answers[VOICE] = receiver.answers[FALLBACK] = OSError("nobody listens")
    placed = carrier.place_call(token, ANSWERS, 75)
    assert (placed["outcome"], placed["twiml"]) == ("refused", "")
    assert client.calls(placed["call_sid"]).fetch().status == "failed"


def test_a_callback_that_nobody_takes_is_not_repeated(
    carrier: Carrier, receiver: Receiver, token: str
) -> None:
    receiver.answers[STATUS] = OSError("nobody listens")
    assert carrier.place_call(token, ANSWERS, 5)["outcome"] == "completed"
    assert len(receiver.statuses()) == 4
    assert carrier.deliver_due() == 0
    assert len(receiver.statuses()) == 4


def test_the_price_comes_minutes_after_the_end(
    carrier: Carrier, client: Any, token: str, clock: Clock
) -> None:
    placed = carrier.place_call(token, ANSWERS, 75)
    clock.advance(minutes=6)
    assert child_of(client, placed["call_sid"]).price is None
    clock.advance(minutes=1)
    child = child_of(client, placed["call_sid"])
    assert (child.price, child.price_unit) == ("-0.02800", "USD")
    assert client.calls(placed["call_sid"]).fetch().price == "-0.00800"
