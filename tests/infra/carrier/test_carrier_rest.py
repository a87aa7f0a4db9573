"""The REST API through the real client: who may ask, lists and pages, deletion."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from infra.local.carrier import Carrier
from infra.local.carrier.in_process import twilio_client
from infra.local.exchange import Asked
from infra.local.store import Store
from tests.infra.carrier.conftest import ACCOUNT_SID, API_KEY_SECRET, API_KEY_SID, Clock
from tests.infra.carrier.receiver import AUTH_TOKEN, VOICE, Receiver, dial

ANSWERS = "+12025550123"
GONE = "CA" + "0" * 32


@pytest.mark.parametrize(("name", "secret"), [(ACCOUNT_SID, AUTH_TOKEN), (API_KEY_SID, API_KEY_SECRET)])
def test_the_account_and_its_api_key_are_admitted(carrier: Carrier, name: str, secret: str) -> None:
    assert twilio_client(carrier, name, secret).calls.list() == []


@pytest.mark.parametrize(
    ("name", "secret"), [(ACCOUNT_SID, API_KEY_SECRET), (API_KEY_SID, AUTH_TOKEN), ("SKother", AUTH_TOKEN)]
)
def test_other_credentials_are_refused(carrier: Carrier, name: str, secret: str) -> None:
    with pytest.raises(TwilioRestException) as refused:
        twilio_client(carrier, name, secret).calls(GONE).fetch()
    assert (refused.value.status, refused.value.code) == (401, 20003)


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic !"}, {"authorization": "Bearer QTpC"}])
def test_a_request_without_readable_credentials_is_refused(carrier: Carrier, headers: dict[str, str]) -> None:
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Calls.json"
    assert carrier.answer(Asked("GET", path, headers=headers)).status == 401


def test_another_account_is_not_shown(carrier: Carrier, client: Any) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.api.v2010.accounts("AC" + "0" * 32).calls(GONE).fetch()
    assert refused.value.status == 401


def test_another_service_of_the_carrier_is_not_answered(client: Any) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.lookups.v2.phone_numbers(ANSWERS).fetch()
    assert refused.value.status == 404


def test_creating_by_rest_is_refused_as_not_offered(client: Any) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.calls.create(to=ANSWERS, from_="+12025550100", twiml="<Response/>")
    assert refused.value.status == 405


def test_calls_are_filtered_by_each_field(
    carrier: Carrier, client: Any, receiver: Receiver, token: str
) -> None:
    first = carrier.place_call(token, ANSWERS, 5)["call_sid"]
    receiver.answers[VOICE] = dial("+12025550001", caller_id="+12025550111")
    carrier.place_call(token, "+12025550001", 5)
    assert len(client.calls.list()) == 4
    assert [call.to for call in client.calls.list(parent_call_sid=first)] == [ANSWERS]
    assert len(client.calls.list(to="+12025550001")) == 2
    assert [call.status for call in client.calls.list(from_="+12025550111")] == ["busy"]
    assert len(client.calls.list(from_="client:acc_1", status="completed")) == 1
    assert client.calls.list(status="failed") == []


def test_calls_are_filtered_by_start_time(carrier: Carrier, client: Any, token: str, clock: Clock) -> None:
    sids = []
    for _ in range(3):
        sids.append(carrier.place_call(token, ANSWERS, 5)["call_sid"])
        clock.advance(days=1)

    def parents(**bounds: datetime) -> list[str]:
        return [call.sid for call in client.calls.list(from_="client:acc_1", **bounds)]

    noon = datetime(2030, 5, 18, 12, 0, 0, tzinfo=UTC)
    assert parents() == sids[::-1]
    assert parents(start_time=noon.replace(hour=3)) == [sids[1]]
    assert parents(start_time_before=noon) == [sids[0]]
    assert parents(start_time_after=noon) == [sids[2], sids[1]]
    assert parents(start_time_after=noon, start_time_before=noon.replace(day=19)) == [sids[1]]


def test_a_list_is_paged_newest_first(carrier: Carrier, client: Any) -> None:
    made = [carrier.add_caller_id(f"+1202555{number:04}")["sid"] for number in range(100, 107)]
    listed = client.outgoing_caller_ids.list(page_size=3)
    assert [caller_id.sid for caller_id in listed] == made[::-1]
    assert len(client.outgoing_caller_ids.list(limit=4, page_size=3)) == 4


def test_pages_lead_forth_and_back(carrier: Carrier, client: Any) -> None:
    for number in range(100, 105):
        carrier.add_caller_id(f"+1202555{number:04}")
    first = client.outgoing_caller_ids.page(page_size=2)
    seen = [caller_id.sid for caller_id in first]
    second = first.next_page()
    assert second is not None
    assert not set(seen) & {caller_id.sid for caller_id in second}
    again = second.previous_page()
    assert again is not None
    assert [caller_id.sid for caller_id in again] == seen
    third = second.next_page()
    assert third is not None
    assert (len(list(third)), third.next_page(), first.previous_page()) == (1, None, None)


def test_a_newcomer_between_two_pages_shifts_nothing(carrier: Carrier, client: Any) -> None:
    made = [carrier.add_caller_id(f"+1202555{number:04}")["sid"] for number in range(100, 104)]
    first = client.outgoing_caller_ids.page(page_size=2)
    carrier.add_caller_id("+12025550199")
    second = first.next_page()
    assert second is not None
    assert [caller_id.sid for caller_id in [*first, *second]] == made[::-1]


def test_what_is_deleted_while_it_is_listed_leaves_no_one_out(carrier: Carrier, client: Any) -> None:
    for number in range(100, 107):
        carrier.add_caller_id(f"+1202555{number:04}")
    deleted = [caller_id.delete() for caller_id in client.outgoing_caller_ids.stream(page_size=2)]
    assert deleted == [True] * 7
    assert client.outgoing_caller_ids.list() == []


@pytest.mark.parametrize(
    "query", ["PageSize=0", "PageSize=x", "Page=-1", "PageToken=PAnone", "StartTime=soon"]
)
def test_a_query_that_cannot_be_read_is_refused(carrier: Carrier, client: Any, query: str) -> None:
    response = client.request(
        "GET", f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Calls.json?{query}"
    )
    assert response.status_code == 400


def test_a_deleted_call_is_gone_and_its_other_leg_stays(carrier: Carrier, client: Any, token: str) -> None:
    sid = carrier.place_call(token, ANSWERS, 5)["call_sid"]
    (child,) = client.calls.list(parent_call_sid=sid)
    assert client.calls(child.sid).delete() is True
    for act in (client.calls(child.sid).fetch, client.calls(child.sid).delete):
        with pytest.raises(TwilioRestException) as refused:
            act()
        assert (refused.value.status, refused.value.code) == (404, 20404)
    assert [call.sid for call in client.calls.list()] == [sid]


def test_a_call_in_progress_cannot_be_deleted_yet(carrier: Carrier, client: Any, token: str) -> None:
    sid = carrier.start_call(token, ANSWERS)["call_sid"]
    with pytest.raises(TwilioRestException) as refused:
        client.calls(sid).delete()
    assert (refused.value.status, refused.value.code) == (409, 20009)
    carrier.end_call(sid, 5)
    assert client.calls(sid).delete() is True


def test_caller_ids_are_found_by_number_and_deleted(carrier: Carrier, client: Any) -> None:
    carrier.add_caller_id("+442079460123", "Office")
    wanted = carrier.add_caller_id(ANSWERS)
    (found,) = client.outgoing_caller_ids.list(phone_number=ANSWERS)
    assert (found.sid, found.friendly_name) == (wanted["sid"], "(202) 555-0123")
    assert client.outgoing_caller_ids(found.sid).delete() is True
    assert [left.friendly_name for left in client.outgoing_caller_ids.list()] == ["Office"]


def test_recordings_and_messages_are_kept_and_deleted(client: Any, store: Store) -> None:
    recording, message = "RE" + "1" * 32, "SM" + "2" * 32
    store.put("recordings", recording, {"sid": recording, "call_sid": GONE, "status": "processing"})
    store.put(
        "messages", message, {"sid": message, "to": ANSWERS, "from": "+12025550100", "status": "delivered"}
    )
    assert [found.sid for found in client.recordings.list(call_sid=GONE)] == [recording]
    assert [found.sid for found in client.messages.list(to=ANSWERS)] == [message]
    with pytest.raises(TwilioRestException) as refused:
        client.recordings(recording).delete()
    assert refused.value.code == 20009
    store.put("recordings", recording, {"sid": recording, "call_sid": GONE, "status": "completed"})
    assert client.recordings(recording).delete() is True
    assert client.messages(message).fetch().to == ANSWERS
    assert client.messages(message).delete() is True
    assert (client.recordings.list(), client.messages.list()) == ([], [])


def test_what_the_carrier_knows_outlives_a_restart(
    carrier: Carrier, receiver: Receiver, store: Store, token: str, clock: Clock
) -> None:
    sid = carrier.start_call(token, ANSWERS)["call_sid"]
    restarted = Carrier(store, receiver, **vars(carrier.account), now=clock.now)
    assert restarted.end_call(sid, 8)["duration_seconds"] == 8
    assert receiver.statuses() == ["initiated", "ringing", "in-progress", "completed"]


def test_calls_placed_at_once_do_not_mix(
    carrier: Carrier, client: Any, receiver: Receiver, token: str
) -> None:
    numbers = [f"+1202555{number:04}" for number in range(100, 132)]
    with ThreadPoolExecutor(8) as pool:
        placed = list(pool.map(lambda number: carrier.place_call(token, number, int(number[-3:])), numbers))
    assert [call["duration_seconds"] for call in placed] == list(range(100, 132))
    for number, call in zip(numbers, placed, strict=True):
        (child,) = client.calls.list(parent_call_sid=call["call_sid"])
        assert (child.to, child.duration) == (number, number[-3:])
    assert len(receiver.statuses()) == 4 * 32
