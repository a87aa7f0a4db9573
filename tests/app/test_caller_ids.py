"""Caller IDs through the doors: added, verified by whoever answers, shown, used and removed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import pytest

from chalicelib.core import clock as core_clock
from chalicelib.core import ids
from chalicelib.money import ledger, limits
from tests.conftest import Clock
from tests.harness.call_books import dials
from tests.harness.environment import ENVIRONMENT, SECRETS
from tests.harness.lambda_door import run_schedule
from tests.harness.signed import LONDON, SignedCall
from tests.harness.stage import Stage
from tests.numbers.phones import OTHER_PHONE, PHONE, Phones

HOUSE = ENVIRONMENT["HOUSE_NUMBER"]
LONG = timedelta(minutes=11)


def test_a_number_is_verified_by_whoever_answers_its_call(phones: Phones) -> None:
    added = phones.add()
    assert added.status == 201
    assert (added.json["phone"], added.json["state"], len(added.json["code"])) == (PHONE, "pending", 6)
    assert phones.shown() == [added.json], "the code is shown as long as it can be typed"
    assert phones.type(added.json["id"], added.json["code"])
    assert phones.shown() == [{**added.json, "state": "verified", "code": None}]
    assert phones.at_the_carrier() == [PHONE]
    again = phones.add()
    assert (again.status, again.json["type"]) == (409, "caller-id-known")


@pytest.mark.parametrize("digits", ["000000x", None])
def test_a_wrong_code_or_nobody_verifies_nothing_and_can_be_tried_again(
    phones: Phones, digits: str | None
) -> None:
    added = phones.add().json
    assert not phones.type(added["id"], digits)
    assert phones.states() == {PHONE: "failed"}
    phones.verify()
    assert sorted(item["state"] for item in phones.shown()) == ["failed", "verified"]


def test_a_number_that_waits_for_its_code_is_not_called_again(phones: Phones, stage: Stage) -> None:
    first = phones.add()
    assert phones.add().json == first.json
    assert len(stage.carrier.calls()) == 1


def test_a_pending_number_expires_and_a_new_call_can_be_had(phones: Phones, clock: Clock) -> None:
    first = phones.add().json
    phones.type(first["id"], None, "lose_completed")
    clock.advance(LONG)
    assert phones.shown() == []
    run_schedule("sweep")
    assert ledger.funds(phones.account_id).holds == {}
    phones.browser.sign_in()
    assert phones.add().json["id"] != first["id"]


def test_a_lost_callback_is_made_up_for(phones: Phones, clock: Clock) -> None:
    added = phones.add().json
    phones.type(added["id"], added["code"], "lose_completed")
    assert phones.states() == {PHONE: "pending"}
    clock.advance(LONG)
    run_schedule("sweep")
    assert phones.states() == {PHONE: "verified"}
    assert ledger.funds(phones.account_id).holds == {}


def test_a_number_is_removed_here_and_at_the_carrier(phones: Phones, stage: Stage, clock: Clock) -> None:
    id = phones.verify()
    assert phones.remove(id) == 204
    assert (phones.shown(), phones.at_the_carrier()) == ([], [])
    assert all("to" not in call for call in stage.carrier.calls()), "its code call is erased, too"
    assert phones.remove(id) == 404
    clock.advance(LONG)
    run_schedule("sweep")
    assert ledger.funds(phones.account_id).holds == {}
    phones.verify()


@pytest.mark.parametrize("fault", ["error500", "rate_limited", "not_yet", "timeout_before", "timeout_after"])
def test_what_the_carrier_refuses_to_remove_now_is_removed_later(
    phones: Phones, stage: Stage, clock: Clock, fault: str
) -> None:
    id = phones.verify()
    stage.carrier.faults.plant("outgoing_caller_ids.delete", fault, 2)
    assert phones.remove(id) == 204
    assert phones.shown() == []
    assert phones.add().json["type"] == "caller-id-leaving"
    assert phones.remove(id) == 204
    clock.advance(LONG)
    run_schedule("sweep")
    assert phones.at_the_carrier() == []
    assert ledger.funds(phones.account_id).holds == {}
    assert phones.remove(id) == 404


def test_a_removal_before_the_code_is_typed_leaves_nothing_behind(phones: Phones, clock: Clock) -> None:
    added = phones.add().json
    assert phones.remove(added["id"]) == 204
    assert phones.type(added["id"], added["code"]), "whoever answers may type it all the same"
    assert (phones.shown(), phones.at_the_carrier()) == ([], [PHONE])
    clock.advance(LONG)
    run_schedule("sweep")
    assert phones.at_the_carrier() == []
    assert ledger.funds(phones.account_id).holds == {}


def test_ten_numbers_are_the_most(phones: Phones) -> None:
    added = [phones.add(f"+1202555{number:04}") for number in range(110, 120)]
    assert {answer.status for answer in added} == {201}
    eleventh = phones.add()
    assert (eleventh.status, eleventh.json["type"]) == (409, "caller-ids-full")
    assert phones.remove(added[0].json["id"]) == 204
    assert phones.add().status == 201


@pytest.mark.parametrize(
    ("phone", "type"),
    [
        ("911", "emergency-number"),
        ("+19005550123", "premium-number"),
        ("+88216512345", "satellite-number"),
        ("+12025550123;ext=1", "number-not-e164"),
        ("2025550123", "number-not-e164"),
        ("+1202555012", "number-not-valid"),
        ("+8508888888888", "number-not-valid"),
        (HOUSE, "number-not-verifiable"),
        ("", "invalid"),
    ],
)
def test_a_number_that_we_do_not_call_is_not_called_for_a_code(
    phones: Phones, stage: Stage, phone: str, type: str
) -> None:
    answer = phones.add(phone)
    assert (answer.status, answer.json["type"]) == (422, type)
    assert (phones.shown(), stage.carrier.calls()) == ([], [])


def test_a_phone_in_a_high_risk_country_rings_once_its_person_wants_that(
    phones: Phones, stage: Stage
) -> None:
    tunis = "+21671234567"
    refused = phones.add(tunis)
    assert (refused.status, refused.json["type"]) == (409, "high-risk-country")
    assert stage.carrier.calls() == []
    limits.put(phones.account_id, None, None, high_risk=True)
    assert phones.add(tunis).status == 201


def test_two_who_have_one_phone_called_get_one_owner(
    phones: Phones, other_phones: Phones, clock: Clock
) -> None:
    hers, his = phones.add().json, other_phones.add().json
    assert other_phones.type(his["id"], his["code"])
    assert phones.type(hers["id"], hers["code"])
    assert (phones.states(), other_phones.states()) == ({PHONE: "failed"}, {PHONE: "verified"})
    clock.advance(LONG)
    run_schedule("sweep")
    assert phones.shown() == []
    assert other_phones.at_the_carrier() == [PHONE], "the other's number stays at the carrier"


def test_a_strangers_number_is_not_found(phones: Phones, other_phones: Phones) -> None:
    id = phones.verify()
    assert other_phones.shown() == []
    assert other_phones.remove(id) == 404
    assert other_phones.remove(ids.new("cid", core_clock.now())) == 404
    assert phones.states() == {PHONE: "verified"}


def test_a_silent_carrier_leaves_a_number_that_can_be_tried_again(
    phones: Phones, stage: Stage, clock: Clock
) -> None:
    stage.carrier.faults.plant("outgoing_caller_ids.create", "timeout_after")
    assert phones.add(idempotency_key="one").status == 503
    assert phones.shown()[0]["code"] is None
    busy = phones.add()
    assert (busy.status, busy.json["type"]) == (409, "in-progress")
    again = phones.add(idempotency_key="one")
    assert again.status == 201
    assert phones.type(again.json["id"], again.json["code"])
    assert phones.states() == {PHONE: "verified"}


def params_of(token: str) -> dict[str, Any]:
    claims = jwt.decode(token, str(SECRETS["twilio_api_key_secret"]), algorithms=["HS256"])
    params: dict[str, Any] = claims["grants"]["voice"]["outgoing"]["params"]
    return params


def test_a_call_shows_the_number_that_was_chosen_or_else_ours(phones: Phones, stage: Stage) -> None:
    phones.browser.top_up()
    id = phones.verify()
    for body, number in (
        ({"caller_id": id}, PHONE),
        ({}, HOUSE),
        (None, HOUSE),
        ({"caller_id": None}, HOUSE),
    ):
        token = phones.browser.post("/api/calls/token", body).json["token"]
        placed = stage.carrier.place_call(token, LONDON, 10)
        assert placed["outcome"] == "completed"
        assert f'callerId="{number}"' in placed["twiml"]
        assert phones.browser.get("/api/calls").json["items"][0]["from"] == number
        assert ("caller_id" in params_of(token)) is (number == PHONE)


def test_a_foreign_number_never_gets_a_token(phones: Phones, other_phones: Phones) -> None:
    hers = phones.verify()
    other_phones.browser.top_up()
    pending = other_phones.add(OTHER_PHONE).json["id"]
    removed = other_phones.verify("+12025550124")
    other_phones.remove(removed)
    for wrong in (hers, pending, removed, PHONE, HOUSE, "cid_x", ids.new("cid", core_clock.now())):
        answer = other_phones.browser.post("/api/calls/token", {"caller_id": wrong})
        assert (answer.status, answer.json["type"]) == (403, "caller-id"), wrong


def test_the_voice_webhook_asks_again_whose_number_it_is(phones: Phones, other_phones: Phones) -> None:
    hers = phones.verify()
    other_phones.browser.top_up()
    pending = other_phones.add(OTHER_PHONE).json["id"]
    removed = other_phones.verify("+12025550124")
    other_phones.remove(removed)
    own = other_phones.verify("+12025550125")
    for named, number in (
        (hers, HOUSE),
        (pending, HOUSE),
        (removed, HOUSE),
        (PHONE, HOUSE),
        ("", HOUSE),
        (f"{own}\n", HOUSE),
        (own, "+12025550125"),
    ):
        call = SignedCall(other_phones.account_id)
        [dial] = dials(call.voice(caller_id=named, callerId=PHONE))
        assert dial.get("callerId") == number, named
        call.status()


def test_a_number_removed_between_token_and_call_is_not_shown(phones: Phones, stage: Stage) -> None:
    phones.browser.top_up()
    id = phones.verify()
    token = phones.browser.post("/api/calls/token", {"caller_id": id}).json["token"]
    phones.remove(id)
    assert f'callerId="{HOUSE}"' in stage.carrier.place_call(token, LONDON, 10)["twiml"]
