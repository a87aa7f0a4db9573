"""Twilio: tokens, TwiML, signed webhooks and the truth about a call, in our words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from chalicelib.core import secrets, settings
from chalicelib.core.errors import ProviderError, Refusal
from chalicelib.core.logs import log
from chalicelib.core.requests import Incoming
from chalicelib.policy import egress
from chalicelib.providers import twiml

if TYPE_CHECKING:
    from twilio.http import HttpClient
    from twilio.rest import Client

SIGNATURE = "X-Twilio-Signature"
TIMEOUT_SECONDS = 8
NOT_YET = "20009"
SECONDS = re.compile(r"[0-9]{1,6}")
LONGEST_CALL_SECONDS = 86_400
OUTCOMES = {
    "completed": "completed",
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
    "canceled": "canceled",
}


@dataclass(frozen=True)
class Leg:
    """The dialled side of a call once it has ended; `duration_seconds` counts from the answer."""

    outcome: str
    duration_seconds: int
    ended_at: datetime | None
    sid: str | None


def access_token(identity: str, params: dict[str, str], life_seconds: int) -> str:
    """What the browser's SDK signs in with; `params` come back with the voice webhook."""
    from twilio.jwt.access_token import AccessToken
    from twilio.jwt.access_token.grants import VoiceGrant

    egress.check("twilio", (f"token.{name}" for name in ("identity", *params)))
    keys = secrets.current()
    token = AccessToken(
        keys.twilio_account_sid,
        keys.twilio_api_key_sid,
        keys.twilio_api_key_secret,
        identity=identity,
        ttl=life_seconds,
    )
    token.add_grant(
        VoiceGrant(
            incoming_allow=False,
            outgoing_application_sid=keys.twilio_app_sid,
            outgoing_application_params=params,
        )
    )
    return str(token.to_jwt())


def read_webhook(request: Incoming) -> dict[str, str]:
    """The form of a webhook that Twilio signed over our public URL, for our account; refuses any other."""
    from twilio.request_validator import RequestValidator

    signature = request.headers.get("x-twilio-signature", "")
    form = _Form(request.body)
    url = settings.current().public_url + request.path
    tokens = secrets.current().twilio_auth_tokens
    # Our addresses have no query, and what one says is signed by nobody who was given them.
    genuine = signature and not request.query
    if not genuine or not any(RequestValidator(key).validate(url, form, signature) for key in tokens):
        raise Refusal(403, "signature", "This request is not signed by Twilio.")
    if form.get("AccountSid") != secrets.current().twilio_account_sid:
        raise Refusal(403, "account", "This request is for another Twilio account.")
    return dict(form)


class _Form(dict[str, str]):
    """A form's last values, and all of them for the signature, which covers every one."""

    def __init__(self, body: bytes) -> None:
        self._pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        super().__init__(self._pairs)

    def getall(self, name: str) -> list[str]:
        return [value for key, value in self._pairs if key == name]


def dial(number: str, caller_id: str, limit_seconds: int, ring_seconds: int, status_url: str) -> str:
    """TwiML that dials one number, cuts the call at its limit, and reports its end once."""
    from twilio.twiml.voice_response import VoiceResponse

    response = VoiceResponse()
    leg = response.dial(
        caller_id=caller_id, time_limit=limit_seconds, timeout=ring_seconds, answer_on_bridge=True
    )
    leg.number(number, status_callback=status_url, status_callback_event="completed")
    return twiml.tell(response)


def say(sentence: str) -> str:
    """TwiML that speaks one sentence and hangs up."""
    from twilio.twiml.voice_response import VoiceResponse

    response = VoiceResponse()
    response.say(sentence)
    response.hangup()
    return twiml.tell(response)


def read_leg(form: dict[str, str]) -> Leg | None:
    """What a status callback says of the end of the dialled side; None when it is not an end, or unclear."""
    return leg_of(
        form.get("CallStatus"), form.get("CallDuration"), _moment(form.get("Timestamp")), form.get("CallSid")
    )


def fetch_leg(call_sid: str) -> Leg | None:
    """Ask the carrier how a call ended; None while it is still going on. Raises ProviderError."""
    with asking() as client:
        call = client.calls(call_sid).fetch()
        if str(call.status) not in OUTCOMES:
            return None
        legs = client.calls.list(parent_call_sid=call_sid, limit=1)
    if not legs:
        return Leg("failed", 0, call.end_time, None)
    return leg_of(legs[0].status, legs[0].duration, legs[0].end_time, legs[0].sid)


def leg_of(status: object, duration: object, ended_at: datetime | None, sid: str | None) -> Leg | None:
    """None for what has not ended, and for an answered call without a duration that a call can have."""
    outcome, seconds = OUTCOMES.get(str(status)), str(duration)
    if outcome != "completed":
        return Leg(outcome, 0, ended_at, sid) if outcome else None
    if not SECONDS.fullmatch(seconds) or int(seconds) > LONGEST_CALL_SECONDS:
        return None
    return Leg(outcome, int(seconds), ended_at, sid)


def end_call(call_sid: str) -> None:
    """Hang up; a call that has ended or is unknown is fine. Raises ProviderError."""
    with asking(ignore={"20404", "21220"}) as client:
        client.calls(call_sid).update(status="completed")


def delete_call(call_sid: str) -> bool:
    """Erase the carrier's record of a call; False while it can't be erased yet. Raises ProviderError."""
    try:
        with asking(ignore={"20404"}) as client:
            client.calls(call_sid).delete()
    except ProviderError as error:
        if error.code == NOT_YET:
            return False
        raise
    return True


def has_call(call_sid: str) -> bool:
    """Whether the carrier still has a record of a call. Raises ProviderError."""
    with asking(ignore={"20404"}) as client:
        client.calls(call_sid).fetch()
        return True
    return False


def _moment(text: str | None) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


@contextmanager
def asking(ignore: frozenset[str] | set[str] = frozenset()) -> Iterator[Client]:
    """The client, its exceptions in our words; their messages may quote a number, so they stay here."""
    from requests import RequestException
    from twilio.base.exceptions import TwilioException, TwilioRestException

    try:
        yield _client()
    except TwilioRestException as error:
        code = str(error.code or error.status)
        if code in ignore:
            return
        permanent = error.status in (400, 401, 403, 404) and code != NOT_YET
        log.warning("twilio refused", extra={"code": code, "permanent": permanent})
        raise ProviderError("twilio", code, permanent=permanent) from None
    except (RequestException, TwilioException) as error:
        log.warning("twilio did not answer", extra={"error": type(error).__name__})
        raise ProviderError("twilio", "no-answer", permanent=False) from None


def _client() -> Client:
    keys = secrets.current()
    return _client_of(keys.twilio_account_sid, keys.twilio_auth_tokens[0], settings.current().twilio_api_base)


@cache
def _client_of(account_sid: str, auth_token: str, base: str | None) -> Client:
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    class Local(TwilioHttpClient):
        """The carrier on a laptop; it is told which of Twilio's hosts was meant."""

        def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]
            host = url.split("/")[2]
            kwargs["headers"] = {**(kwargs.get("headers") or {}), "x-original-host": host}
            return super().request(method, url.replace(f"https://{host}", str(base), 1), *args, **kwargs)

    http = Local(timeout=TIMEOUT_SECONDS) if base else TwilioHttpClient(timeout=TIMEOUT_SECONDS)
    return Client(account_sid, auth_token, http_client=guarded(http))


def guarded(http: HttpClient) -> HttpClient:
    """Have every request looked at before it is sent: the policy says what Twilio may get."""
    send = http.request

    def request(method: str, uri: str, params: Any = None, data: Any = None, **more: Any) -> Any:
        egress.check_request("twilio", uri, params, data)
        return send(method, uri, params=params, data=data, **more)

    http.request = request  # type: ignore[assignment, method-assign]
    return http
