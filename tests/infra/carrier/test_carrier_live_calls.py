"""Calls that are held live: ended by the far end, by REST or by their time limit."""

from __future__ import annotations

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from infra.local.carrier import Carrier
from infra.local.exchange import Answered
from infra.local.store import Store
from tests.infra.carrier.conftest import Clock
from tests.infra.carrier.receiver import SITE, STATUS, VOICE, Receiver, dial, xml

ANSWERS = "+12025550123"


@pytest.fixture
def live(carrier: Carrier, token: str) -> str:
    """The client leg's sid of an answered call."""
    started = carrier.start_call(token, ANSWERS)
    assert started["outcome"] == "in-progress"
    return str(started["call_sid"])


def statuses(client: Any) -> set[str]:
    return {call.status for call in client.calls.list()}


def test_a_held_call_is_live_until_the_far_end_hangs_up(
    carrier: Carrier, client: Any, receiver: Receiver, live: str, clock: Clock
) -> None:
    assert statuses(client) == {"in-progress"}
    assert receiver.statuses() == ["initiated", "ringing", "in-progress"]
    clock.advance(seconds=92)
    ended = carrier.end_call(live)
    assert (ended["outcome"], ended["duration_seconds"]) == ("completed", 90)
    assert (statuses(client), receiver.statuses()[-1]) == ({"completed"}, "completed")


def test_an_answered_call_lasts_at_least_a_second(carrier: Carrier, live: str) -> None:
    assert carrier.end_call(live)["duration_seconds"] == 1


def test_a_call_ends_once(carrier: Carrier, receiver: Receiver, live: str) -> None:
    assert carrier.end_call(live, 5) == carrier.end_call(live, 50)
    assert receiver.statuses().count("completed") == 1


def test_a_call_that_never_was_cannot_be_ended(carrier: Carrier) -> None:
    with pytest.raises(LookupError):
        carrier.end_call("CA" + "0" * 32)


@pytest.mark.parametrize("leg", ["parent", "child"])
def test_rest_ends_a_live_call_and_its_callbacks_follow(
    *, carrier: Carrier, client: Any, receiver: Receiver, live: str, clock: Clock, leg: str
) -> None:
    clock.advance(seconds=62)
    (child,) = client.calls.list(parent_call_sid=live)
    ended = client.calls(live if leg == "parent" else child.sid).update(status="completed")
    assert (ended.status, ended.duration) == ("completed", "60")
    assert "completed" not in receiver.statuses()
    assert carrier.deliver_due() == 1
    assert receiver.to(STATUS)[-1]["CallDuration"] == "60"
    assert statuses(client) == {"completed"}
    assert carrier.end_call(live)["duration_seconds"] == 60
    assert receiver.statuses().count("completed") == 1


def test_the_action_is_asked_when_rest_ends_the_dialled_leg_but_not_the_clients(
    carrier: Carrier, client: Any, receiver: Receiver, token: str
) -> None:
    receiver.answers[VOICE] = dial(ANSWERS, more='action="/after"')
    receiver.answers[f"{SITE}/after"] = xml("<Hangup/>")
    for leg, asked in (("parent", 0), ("child", 1)):
        sid = carrier.start_call(token, ANSWERS)["call_sid"]
        (child,) = client.calls.list(parent_call_sid=sid)
        client.calls(sid if leg == "parent" else child.sid).update(status="completed")
        carrier.deliver_due()
        assert len(receiver.to(f"{SITE}/after")) == asked
        assert client.calls(sid).fetch().status == "completed"


def test_a_hang_up_while_it_rings_cancels_the_call(
    carrier: Carrier, client: Any, receiver: Receiver, token: str
) -> None:
    def hang_up(params: dict[str, str]) -> Answered:
        if params["CallStatus"] == "ringing":
            client.calls(params["CallSid"]).update(status="canceled")
        return Answered(204)

    receiver.answers[STATUS] = hang_up
    assert carrier.place_call(token, ANSWERS, 60)["outcome"] == "canceled"
    assert carrier.deliver_due() == 1
    assert receiver.statuses() == ["initiated", "ringing", "canceled"]
    assert statuses(client) == {"canceled"}


def test_a_hang_up_before_the_twiml_came_dials_nothing(
    carrier: Carrier, client: Any, receiver: Receiver, token: str
) -> None:
    def hang_up(params: dict[str, str]) -> Answered:
        client.calls(params["CallSid"]).update(status="completed")
        return dial(ANSWERS, more='action="/after"')

    receiver.answers[VOICE] = hang_up
    assert carrier.place_call(token, ANSWERS, 60)["outcome"] == "refused"
    assert [call.status for call in client.calls.list()] == ["canceled"]
    assert receiver.to(f"{SITE}/after") == []


def test_canceling_leaves_an_answered_call_alone(client: Any, live: str) -> None:
    assert client.calls(live).update(status="canceled").status == "in-progress"


def test_a_call_that_is_over_cannot_be_updated(carrier: Carrier, client: Any, live: str) -> None:
    carrier.end_call(live, 5)
    with pytest.raises(TwilioRestException) as refused:
        client.calls(live).update(status="completed")
    assert (refused.value.status, refused.value.code) == (400, 21220)


def test_a_redirection_is_refused_as_not_offered(client: Any, live: str) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.calls(live).update(twiml="<Response/>")
    assert refused.value.status == 400


def test_the_time_limit_ends_a_held_call_when_the_virtual_clock_passes_it(
    carrier: Carrier, client: Any, receiver: Receiver, live: str, clock: Clock
) -> None:
    clock.advance(seconds=601)
    assert carrier.deliver_due() == 0
    clock.advance(seconds=30)
    assert carrier.deliver_due() == 1
    assert receiver.to(STATUS)[-1]["CallDuration"] == "600"
    assert statuses(client) == {"completed"}
    assert carrier.deliver_due() == 0


def test_a_lost_callback_stays_lost_when_rest_ends_the_call(
    carrier: Carrier, client: Any, receiver: Receiver, token: str
) -> None:
    sid = carrier.start_call(token, ANSWERS, ["lose_completed"])["call_sid"]
    client.calls(sid).update(status="completed")
    assert carrier.deliver_due() == 0
    assert receiver.statuses() == ["initiated", "ringing", "in-progress"]


def test_a_deleted_leg_leaves_no_number_behind_though_the_clients_leg_stays(
    carrier: Carrier, client: Any, token: str, store: Store
) -> None:
    sid = carrier.place_call(token, ANSWERS, 5, ["reorder"])["call_sid"]
    (child,) = client.calls.list(parent_call_sid=sid)
    client.calls(child.sid).delete()
    assert ANSWERS not in str(store.all("leg"))
    assert carrier.end_call(sid)["outcome"] == "completed"


def test_nothing_of_a_deleted_call_stays_in_the_store(
    carrier: Carrier, client: Any, live: str, store: Store
) -> None:
    carrier.end_call(live, 5)
    for call in client.calls.list():
        client.calls(call.sid).delete()
    kept = [
        document for kind in ("calls", "session", "leg", "talking", "outbox") for document in store.all(kind)
    ]
    assert ANSWERS not in str(kept)
    assert "acc_1" not in str(kept)
    assert carrier.deliver_due() == 0


def test_a_call_deleted_before_its_twiml_went_on_is_left_alone(
    carrier: Carrier, client: Any, receiver: Receiver, live: str
) -> None:
    (child,) = client.calls.list(parent_call_sid=live)
    client.calls(child.sid).update(status="completed")
    client.calls(live).update(status="completed")
    client.calls(live).delete()
    assert carrier.deliver_due() == 1
    assert receiver.statuses()[-1] == "completed"
