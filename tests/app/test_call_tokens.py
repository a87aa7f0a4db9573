"""What lets a browser call: whose it is, for how long, and what stops it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import ANY

import jwt
import msgspec
import pytest

from chalicelib.calling import calls
from chalicelib.core import clock as core_clock
from chalicelib.core import ids, secrets
from chalicelib.money import holds, ledger
from chalicelib.policy import profile
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.environment import SECRETS
from tests.harness.mailbox import Mailbox
from tests.harness.signed import SignedCall, post_twilio
from tests.harness.stage import Stage
from tests.privacy.requested import Requested

LONDON = "+442079460958"
VOICE = "/api/webhooks/twilio/voice"


@pytest.fixture
def caller(browser: Browser) -> Browser:
    return browser.sign_up().top_up()


def claims(token: str) -> dict[str, Any]:
    read: dict[str, Any] = jwt.decode(token, str(SECRETS["twilio_api_key_secret"]), algorithms=["HS256"])
    return read


def test_a_token_is_its_sessions_own_and_allows_one_call_out(caller: Browser) -> None:
    answer = caller.post("/api/calls/token").json
    read = claims(answer["token"])
    assert read["iss"] == SECRETS["twilio_api_key_sid"]
    assert read["sub"] == SECRETS["twilio_account_sid"]
    assert read["grants"]["identity"] == answer["identity"] == caller.account_id
    assert read["grants"]["voice"] == {
        "outgoing": {
            "application_sid": SECRETS["twilio_app_sid"],
            "params": {"call_id": answer["call_id"], "signature": ANY},
        },
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": ""},
        {"signature": "x"},
        {"signature": "\u00e9"},
        {"signature": "A" * 43},
        {"caller_id": "cid_01JD0000000000000000000000"},
    ],
)
def test_what_the_carrier_hands_on_is_dialled_only_as_we_signed_it(
    stage: Stage, changed: dict[str, str]
) -> None:
    call = SignedCall()
    signed = call.form()
    answered = post_twilio(VOICE, {**signed, **changed})
    assert (answered.status, "<Dial" in answered.text) == (200, False)
    assert ledger.funds(call.account_id).holds == {}
    other = SignedCall(call.account_id)
    swapped = post_twilio(VOICE, {**signed, "call_id": other.call_id})
    assert "<Dial" not in swapped.text, "one call's signature is no other's"
    stranger = SignedCall()
    taken = post_twilio(VOICE, {**signed, "From": f"client:{stranger.account_id}"})
    assert "<Dial" not in taken.text, "one account's signature is no other's"
    assert "<Dial" in post_twilio(VOICE, signed).text
    assert ledger.funds(stranger.account_id).holds == {}


def test_a_token_signed_before_the_keys_were_changed_still_works(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = SignedCall()
    form = call.form()
    known = secrets.current()
    changed = msgspec.structs.replace(known, signing_keys=["a new key", *known.signing_keys])
    monkeypatch.setattr(secrets, "current", lambda: changed)
    assert "<Dial" in post_twilio(VOICE, form).text
    forgotten = msgspec.structs.replace(known, signing_keys=["a new key"])
    monkeypatch.setattr(secrets, "current", lambda: forgotten)
    assert (
        "<Dial" not in post_twilio(VOICE, SignedCall(call.account_id).form(signature=form["signature"])).text
    )


def test_nobody_asks_for_another_identity(caller: Browser, stage: Stage, mailbox: Mailbox) -> None:
    stranger = Browser(stage, mailbox).sign_up("eve@example.org").top_up()
    wishes: list[Any] = [{"identity": caller.account_id}, {"account_id": caller.account_id}, {"params": {}}]
    for body in wishes:
        assert stranger.post("/api/calls/token", body).status == 422
    got = stranger.post("/api/calls/token", {}).json
    assert claims(got["token"])["grants"]["identity"] == stranger.account_id != caller.account_id


def test_a_token_lives_for_minutes(caller: Browser, stage: Stage, clock: Clock) -> None:
    issued = caller.post("/api/calls/token").json
    assert timedelta(minutes=10) >= calls.TOKEN_LIFE
    assert core_clock.parse(issued["expires_at"]) - core_clock.now() <= calls.TOKEN_LIFE
    clock.advance(calls.TOKEN_LIFE + timedelta(seconds=1))
    assert stage.carrier.place_call(issued["token"], LONDON, 5)["outcome"] == "refused"
    assert holds.live_calls(caller.account_id) == {}


def test_the_carrier_knows_a_token_until_its_call_is_over_and_never_longer_than_it_may(
    caller: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = profile.current()
    for longest in ("PT2H", "PT24H"):
        changed = msgspec.structs.replace(policy, longest_call=longest)
        monkeypatch.setattr(profile, "current", lambda changed=changed: changed)
        read = claims(caller.post("/api/calls/token").json["token"])
        known_seconds = read["exp"] - read["nbf"]
        least = calls.TOKEN_LIFE.total_seconds() + changed.longest_call_seconds
        assert min(least, 86_400) <= known_seconds <= 86_400


def test_without_a_session_there_is_no_token(caller: Browser) -> None:
    assert caller.post("/api/auth/logout").status == 204
    assert caller.post("/api/calls/token").status == 401


def test_a_token_of_before_a_sign_out_places_its_one_call_and_no_other(caller: Browser, stage: Stage) -> None:
    """The carrier keeps its ten minutes; what it may spend is held like any call's."""
    token = caller.post("/api/calls/token").json["token"]
    caller.post("/api/auth/logout")
    assert stage.carrier.place_call(token, LONDON, 5)["outcome"] == "completed"
    assert stage.carrier.place_call(token, LONDON, 5)["outcome"] == "refused"


def test_a_token_of_before_a_deletion_places_none(caller: Browser, stage: Stage, clock: Clock) -> None:
    token = caller.post("/api/calls/token").json["token"]
    asked = caller.post("/api/privacy/requests", {"type": "deletion"})
    Requested(caller, clock, asked.json).until("grace")
    assert stage.carrier.place_call(token, LONDON, 5)["outcome"] == "refused"


@pytest.mark.parametrize("body", [[], "x", {"caller_id": 1}, {"caller_id": ""}, {"caller_id": "x" * 65}])
def test_a_wish_of_the_wrong_shape_is_refused(caller: Browser, body: Any) -> None:
    assert caller.post("/api/calls/token", body).status == 422


def test_each_token_is_for_another_call(caller: Browser) -> None:
    made = [caller.post("/api/calls/token").json["call_id"] for _ in range(3)]
    assert len(set(made)) == 3
    assert all(ids.valid("call", id) for id in made)
