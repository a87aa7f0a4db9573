"""Code calls through the real client: the code makes a caller ID, and the callback tells of it."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from infra.local.carrier import Carrier, NoCodeCall
from tests.infra.carrier.conftest import ACCOUNT_SID, Clock
from tests.infra.carrier.receiver import SITE, Receiver

PHONE = "+12025550123"
CALLBACK = f"{SITE}/api/webhooks/twilio/caller-id/acc_1/cid_1"


def ask(client: Any, name: str = "cid_1", phone: str = PHONE) -> Any:
    return client.validation_requests.create(phone, friendly_name=name, status_callback=CALLBACK)


def test_the_right_code_makes_a_caller_id_and_is_told(
    carrier: Carrier, client: Any, receiver: Receiver
) -> None:
    asked = ask(client)
    assert (asked.phone_number, asked.friendly_name, len(asked.validation_code)) == (PHONE, "cid_1", 6)
    assert client.outgoing_caller_ids.list() == []
    answer = carrier.answer_code("cid_1", asked.validation_code)
    assert answer == {"phone": PHONE, "verified": True, "call_sid": asked.call_sid}
    [made] = client.outgoing_caller_ids.list(friendly_name="cid_1")
    [told] = receiver.to(CALLBACK)
    assert (told["VerificationStatus"], told["OutgoingCallerIdSid"]) == ("success", made.sid)
    assert (told["CallSid"], told["To"], told["AccountSid"]) == (asked.call_sid, PHONE, ACCOUNT_SID)
    assert made.phone_number == PHONE


@pytest.mark.parametrize("digits", ["", "12345", "abcdef", None])
def test_any_other_code_or_none_fails(
    carrier: Carrier, client: Any, receiver: Receiver, digits: str | None
) -> None:
    asked = ask(client)
    assert not carrier.answer_code(asked.call_sid, digits)["verified"]
    [told] = receiver.to(CALLBACK)
    assert told["VerificationStatus"] == "failed"
    assert "OutgoingCallerIdSid" not in told
    assert told["CallStatus"] == ("no-answer" if digits is None else "completed")
    assert client.outgoing_caller_ids.list() == []
    with pytest.raises(NoCodeCall):
        carrier.answer_code("cid_1", asked.validation_code)


def test_a_code_call_that_nobody_answers_ends_by_itself(
    carrier: Carrier, client: Any, receiver: Receiver, clock: Clock
) -> None:
    ask(client)
    clock.advance(seconds=100)
    assert carrier.deliver_due() == 0
    clock.advance(seconds=30)
    assert carrier.deliver_due() == 1
    [told] = receiver.to(CALLBACK)
    assert (told["VerificationStatus"], told["CallStatus"]) == ("failed", "no-answer")


def test_a_number_that_is_verified_is_not_called_again(carrier: Carrier, client: Any) -> None:
    made = carrier.add_caller_id(PHONE)
    with pytest.raises(TwilioRestException) as refused:
        ask(client)
    assert (refused.value.status, refused.value.code) == (400, 21450)
    client.outgoing_caller_ids(made["sid"]).delete()
    assert ask(client).validation_code


@pytest.mark.parametrize(("phone", "name"), [("12025550123", "x"), ("+1", "x"), (PHONE, "x" * 65)])
def test_what_cannot_be_called_or_named_is_refused(client: Any, phone: str, name: str) -> None:
    with pytest.raises(TwilioRestException) as refused:
        ask(client, name, phone)
    assert refused.value.status == 400


def test_two_calls_at_once_make_one_caller_id(carrier: Carrier, client: Any) -> None:
    first, second = ask(client, "cid_1"), ask(client, "cid_2")
    assert carrier.answer_code("cid_1", first.validation_code)["verified"]
    assert carrier.answer_code("cid_2", second.validation_code)["verified"]
    [made] = client.outgoing_caller_ids.list()
    assert made.friendly_name == "cid_1"


def test_a_code_call_is_a_call_that_can_be_erased_once_it_is_over(carrier: Carrier, client: Any) -> None:
    asked = ask(client)
    with pytest.raises(TwilioRestException) as refused:
        client.calls(asked.call_sid).delete()
    assert refused.value.code == 20009
    carrier.answer_code("cid_1", None)
    assert client.calls(asked.call_sid).fetch().direction == "outbound-api"
    assert client.calls(asked.call_sid).delete()


@pytest.mark.parametrize(("faults", "copies"), [(["lose_completed"], 0), (["duplicate"], 2)])
def test_a_callback_is_lost_or_comes_twice(
    carrier: Carrier, client: Any, receiver: Receiver, faults: list[str], copies: int
) -> None:
    carrier.answer_code("cid_1", ask(client).validation_code, faults)
    assert len(receiver.to(CALLBACK)) == copies
    with pytest.raises(ValueError, match="no fault"):
        carrier.answer_code("cid_1", None, ["none"])


def test_a_delayed_callback_comes_two_real_seconds_later(
    carrier: Carrier, client: Any, receiver: Receiver, clock: Clock
) -> None:
    carrier.answer_code("cid_1", ask(client).validation_code, ["delay"])
    assert (carrier.deliver_due(), receiver.to(CALLBACK)) == (0, [])
    clock.real_seconds += 2
    assert (carrier.deliver_due(), len(receiver.to(CALLBACK))) == (1, 1)


def test_an_answer_may_be_lost_after_the_call_was_placed(carrier: Carrier, client: Any) -> None:
    carrier.faults.plant("outgoing_caller_ids.create", "timeout_after")
    with pytest.raises(requests.ReadTimeout):
        ask(client)
    assert not carrier.answer_code("cid_1", None)["verified"]
