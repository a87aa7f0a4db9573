"""Twilio's questions: only its own are heard, and what it is answered dials one number or nobody."""

from __future__ import annotations

import base64
import itertools
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from chalicelib.core import clock as core_clock
from chalicelib.core import ids
from chalicelib.money import ledger
from tests.harness.call_books import books, dials, untouched
from tests.harness.environment import ENVIRONMENT, SECRETS
from tests.harness.gateway_events import enter, event
from tests.harness.killpoints import intercepted
from tests.harness.lambda_door import ask
from tests.harness.signed import (
    ACCOUNT_SID,
    FORM,
    LONDON,
    SignedCall,
    fund,
    post_twilio,
    twilio_signature,
)
from tests.harness.stage import Stage

VOICE, FALLBACK = "/api/webhooks/twilio/voice", "/api/webhooks/twilio/fallback"
SITE = ENVIRONMENT["PUBLIC_URL"]
OTHER_TOKENS = ["f" * 32, "", str(SECRETS["twilio_api_key_secret"])]


@pytest.fixture
def call(stage: Stage) -> SignedCall:
    return SignedCall()


def test_a_signed_call_is_dialled_with_a_limit_and_our_own_number(call: SignedCall) -> None:
    [dial] = dials(call.voice())
    [number] = dial.iter("Number")
    assert number.text == LONDON
    assert dial.get("callerId") == ENVIRONMENT["HOUSE_NUMBER"]
    assert dial.get("record") is None
    assert dial.get("answerOnBridge") == "true"
    assert number.get("statusCallback") == ENVIRONMENT["PUBLIC_URL"] + call.status_path
    hold = ledger.funds(call.account_id).holds[call.call_id]
    assert int(dial.get("timeLimit") or 0) == hold["limit"] > 0
    assert books(call)[1] == hold["amount"] > 0


def test_a_forged_webhook_is_refused_and_changes_nothing(call: SignedCall) -> None:
    posts = [(VOICE, call.form()), (FALLBACK, call.form()), (call.status_path, call.ending())]
    for (path, form), token in itertools.product(posts, OTHER_TOKENS):
        forged = twilio_signature(path, form, token)
        with intercepted() as requests:
            answer = post_twilio(path, form, signature=forged)
        assert (answer.status, answer.json["type"]) == (403, "signature")
        assert requests == [], "refused before anything is read or written"
    assert untouched(call)


def test_a_missing_or_odd_signature_is_refused(call: SignedCall) -> None:
    body = urlencode(call.form()).encode()
    right = twilio_signature(VOICE, call.form())
    odd: list[dict[str, str]] = [{}, {"x-twilio-signature": ""}, {"x-twilio-signature": " "}]
    odd += [
        {"x-twilio-signature": text}
        for text in (right[:-1], right.lower(), f"{right}=", "\u00e9", "x" * 5000)
    ]
    for headers in odd:
        answer = ask("POST", VOICE, headers={"content-type": FORM, **headers}, body=body)
        assert (answer.status, answer.json["type"]) == (403, "signature"), headers
    assert untouched(call)


def test_every_part_of_a_webhook_is_signed(call: SignedCall) -> None:
    form = call.form()
    signature = twilio_signature(VOICE, form)
    for name in form:
        for changed in (
            {**form, name: f"{form[name]}0"},
            {**form, name: ""},
            {**form, f"{name}x": form[name]},
        ):
            assert post_twilio(VOICE, changed, signature=signature).status == 403, name
        without = {key: value for key, value in form.items() if key != name}
        assert post_twilio(VOICE, without, signature=signature).status == 403, name
    assert post_twilio(FALLBACK, form, signature=signature).status == 403
    assert untouched(call)


def test_a_rotated_token_is_good_until_it_is_taken_away(call: SignedCall) -> None:
    previous = SECRETS["twilio_auth_tokens"][1]
    assert (
        post_twilio(VOICE, call.form(), signature=twilio_signature(VOICE, call.form(), previous)).status
        == 200
    )
    assert books(call)[1] > 0


def test_another_accounts_webhook_is_refused(call: SignedCall) -> None:
    for sid in ("AC" + "f" * 32, "", ACCOUNT_SID.upper(), f" {ACCOUNT_SID}"):
        answers = [call.voice(AccountSid=sid), call.fallback(AccountSid=sid), call.status(AccountSid=sid)]
        assert [(answer.status, answer.json["type"]) for answer in answers] == [(403, "account")] * 3
    assert untouched(call)


def test_only_our_own_public_url_is_signed_whatever_the_host_header_says(call: SignedCall) -> None:
    evil = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    for headers in (evil, {"forwarded": "host=evil.example"}, {"host": "evil.example:8000"}):
        assert post_twilio(VOICE, call.form(), headers=headers).status == 200
        for site in (
            "http://evil.example",
            "https://127.0.0.1:8000",
            f"{SITE}/live",
            "http://127.0.0.1:8001",
        ):
            elsewhere = twilio_signature(VOICE, call.form(), site=site)
            assert post_twilio(VOICE, call.form(), signature=elsewhere, headers=headers).status == 403, site


def test_a_replayed_voice_webhook_gives_the_same_words_and_one_hold(call: SignedCall) -> None:
    first = call.voice()
    held = books(call)
    assert {call.voice().text for _ in range(10)} == {first.text}
    assert books(call) == held


def test_another_call_cannot_use_a_call_id_again(call: SignedCall) -> None:
    call.voice()
    held = books(call)
    assert not dials(call.voice(CallSid="CA" + "0" * 32))
    assert not dials(call.voice(CallSid=""))
    assert books(call) == held
    call.status()
    settled = books(call)
    for sid in (call.sid, "CA" + "0" * 32):
        refused = call.voice(CallSid=sid)
        assert not dials(refused)
        assert "ended" in refused.text
    assert books(call) == settled


def test_a_stale_call_id_is_refused(stage: Stage) -> None:
    account_id = fund()
    for minutes in (10.1, 24 * 60, 40 * 24 * 60, -10.1):
        call = SignedCall(account_id, ids.new("call", core_clock.now() - timedelta(minutes=minutes)))
        assert not dials(call.voice()), minutes
        assert untouched(call)


def test_a_call_of_nobody_is_refused_by_voice(call: SignedCall) -> None:
    for caller in ("+442079460958", "client:", "client:acc_0", f"sip:{call.account_id}", ""):
        assert not dials(call.voice(From=caller)), caller
    for call_id in ("", "call_7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "x" * 5000, call.account_id):
        assert not dials(call.voice(call_id=call_id)), call_id
    assert untouched(call)


NAUGHTY = [
    "",
    " ",
    "</Number></Dial><Dial><Number>+19002345678",
    '+442079460958"/><Redirect>http://evil.example</Redirect>',
    "<![CDATA[+442079460958]]>",
    "&#43;442079460958",
    "sip:eve@evil.example",
    "client:acc_0",
    "conference",
    "442079460958",
    "00442079460958",
    "+442079460958,1234",
    "+442079460958;ext=1",
    "+442079460958\n",
    "+44 20 7946 0958",
    "+\uff14\uff142079460958",
    "+0",
    "+" + "9" * 15,
    "+" + "9" * 5000,
    "112",
    "911",
    "+19002345678",
    "\x00",
    "\u202e+442079460958",
    "../../etc/passwd",
    "' OR 1=1 --",
]


def test_whatever_else_is_dialled_gives_words_and_no_dial(stage: Stage) -> None:
    account_id = fund()
    for to in NAUGHTY:
        call = SignedCall(account_id=account_id, to=to)
        answer = call.voice()
        assert not dials(answer), to
        assert re.fullmatch(
            r'<\?xml version="1.0" encoding="UTF-8"\?><Response><Say>[^<]+</Say><Hangup ?/></Response>',
            answer.text,
        ), to
        assert untouched(call), to


def test_a_browsers_own_parameters_are_not_believed(call: SignedCall) -> None:
    twiml = call.voice(
        callerId="+19005550100", timeLimit="86400", record="true", account_id="acc_x", limit="9"
    )
    assert twiml.text == call.voice().text
    assert ENVIRONMENT["HOUSE_NUMBER"] in twiml.text
    assert "86400" not in twiml.text


def test_a_suspended_or_closed_account_is_told_so_and_dials_nothing(stage: Stage) -> None:
    for status in ("suspended", "closed"):
        call = SignedCall()
        ledger.set_status(call.account_id, status)
        assert not dials(call.voice())
        assert untouched(call)


def hand_over(path: str, body: bytes, signature: str, *, is_base64: bool) -> int:
    """The gateway hands a body over as base64 where it takes it for binary."""
    text = base64.b64encode(body).decode() if is_base64 else body.decode()
    headers = {"Content-Type": FORM, "X-Twilio-Signature": signature}
    return enter(event("POST", path, body=text, isBase64Encoded=is_base64, headers=headers)).status


@pytest.mark.parametrize("is_base64", [False, True])
def test_a_body_is_read_however_the_gateway_hands_it_over(call: SignedCall, is_base64: bool) -> None:
    form = call.form(name="Zoë + Søn", blank="")
    assert (
        hand_over(VOICE, urlencode(form).encode(), twilio_signature(VOICE, form), is_base64=is_base64) == 200
    )
    assert books(call)[1] > 0


def test_repeated_names_are_signed_by_all_their_values(call: SignedCall) -> None:
    """As the carrier's own test vectors have it: values of one name sorted, each once."""

    class Many(dict[str, str]):
        def getall(self, name: str) -> list[str]:
            return ["2", "1", "1"] if name == "Digits" else [self[name]]

    signature = twilio_signature(VOICE, Many(call.form(Digits="1")))
    body = urlencode([*call.form().items(), ("Digits", "2"), ("Digits", "1"), ("Digits", "1")]).encode()
    assert hand_over(VOICE, body, signature, is_base64=False) == 200
    assert hand_over(VOICE, body.replace(b"Digits=2", b"Digits=3"), signature, is_base64=False) == 403


def test_odd_bodies_are_refused_and_never_a_failure(call: SignedCall) -> None:
    right = twilio_signature(VOICE, call.form())
    for body in (
        b"",
        b"{}",
        b"\xff\xfe",
        b"&&&===",
        b"a=%ff%00",
        b"<xml/>",
        b"x" * 60_000,
        b"=&" * 30_000,
    ):
        answer = ask("POST", VOICE, headers={"content-type": FORM, "x-twilio-signature": right}, body=body)
        assert answer.status == 403
    assert untouched(call)
