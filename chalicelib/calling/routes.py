"""Calls over HTTP: quote, token, quality, and the carrier's webhooks."""

from __future__ import annotations

from typing import Annotated

import msgspec
from chalice import Blueprint

from chalicelib.calling import calls, quality, quotes
from chalicelib.calling.callbacks import CallEnded, CallStarted
from chalicelib.calling.quality import CallQuality
from chalicelib.calling.shapes import CallQuote, CallToken, show_quote
from chalicelib.core import clock
from chalicelib.core.doors import Reply, door
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.money import ledger
from chalicelib.providers import twilio

routes = Blueprint(__name__)
TWIML = "text/xml"
SIGNATURE = twilio.SIGNATURE
CallerId = Annotated[str, msgspec.Meta(pattern=r"^\+[1-9][0-9]{6,14}$")]


class PlannedCall(msgspec.Struct, forbid_unknown_fields=True, rename={"from_": "from"}):
    """The number to call, and the caller ID to call it from; without one it is ours."""

    to: Annotated[str, msgspec.Meta(min_length=1, max_length=64, description="The number, in E.164.")]
    from_: Annotated[CallerId | None, msgspec.Meta(description="Your caller ID, in E.164.")] = None


@door(
    routes,
    "GET",
    "/api/quote",
    session=True,
    capability="calling",
    query=PlannedCall,
    answers={200: CallQuote},
    refusals=(409,),
)
def get_quote(signed_in: SignedIn, query: PlannedCall) -> CallQuote:
    """What a call to a number costs now, in which steps it is counted, and how long your credit lasts."""
    return show_quote(quotes.quote(query.to, ledger.funds(signed_in.account_id), query.from_))


class WantedCall(msgspec.Struct, forbid_unknown_fields=True):
    """A call to be placed; `caller_id` is the id of a verified number of yours to show, else ours is."""

    caller_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None


@door(
    routes,
    "POST",
    "/api/calls/token",
    session=True,
    uses="call",
    capability="calling",
    body=WantedCall,
    body_optional=True,
    answers={200: CallToken},
    refusals=(402,),
)
def issue_call_token(signed_in: SignedIn, body: WantedCall) -> CallToken:
    """A token that lets the voice SDK place one call."""
    token = calls.issue_token(signed_in.account_id, body.caller_id)
    return CallToken(
        carrier=token.carrier,
        token=token.token,
        identity=token.identity,
        call_id=token.call_id,
        expires_at=clock.render(token.expires_at),
    )


@door(
    routes,
    "POST",
    "/api/calls/{id}/quality",
    session=True,
    capability="call_quality",
    body=CallQuality,
    prefixes={"id": "call"},
    answers={204: None},
    refusals=(409,),
)
def note_call_quality(signed_in: SignedIn, id: str, body: CallQuality) -> None:
    """Tell how well the line carried one of your calls: once it has ended, within a day, and once.

    While the call is live it is 409 `call-live`: send the same again after `Retry-After`.
    """
    quality.note(signed_in.account_id, id, body)


@door(
    routes,
    "POST",
    "/api/webhooks/twilio/voice",
    webhook=SIGNATURE,
    capability="calling",
    delivers=CallStarted,
    answers={200: str},
    media_type=TWIML,
)
def answer_call(request: Incoming) -> Reply:
    """Twilio asks what to do with a call: the answer is TwiML, a refusal is spoken."""
    return Reply(calls.answer(twilio.read_webhook(request)), media_type=TWIML)


@door(
    routes,
    "POST",
    "/api/webhooks/twilio/fallback",
    webhook=SIGNATURE,
    capability="calling",
    delivers=CallStarted,
    answers={200: str},
    media_type=TWIML,
)
def give_up_call(request: Incoming) -> Reply:
    """Twilio could not use our answer: the hold is let go, and the caller is told."""
    return Reply(calls.give_up(twilio.read_webhook(request)), media_type=TWIML)


@door(
    routes,
    "POST",
    "/api/webhooks/twilio/status/{account_id}/{id}",
    webhook=SIGNATURE,
    capability="calling",
    delivers=CallEnded,
    prefixes={"account_id": "acc", "id": "call"},
    answers={204: None},
)
def hear_call_status(request: Incoming, account_id: str, id: str) -> None:
    """Twilio says how a call ended."""
    calls.hear(account_id, id, twilio.read_webhook(request))
