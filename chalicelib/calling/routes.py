"""Calls over HTTP: quote, token, history, and the carrier's webhooks."""

from __future__ import annotations

from typing import Annotated

import msgspec
from chalice import Blueprint

from chalicelib.calling import calls, csv_export, quotes, records
from chalicelib.calling.callbacks import CallEnded, CallStarted
from chalicelib.calling.shapes import (
    Call,
    CallHistory,
    CallQuote,
    CallToken,
    show_live,
    show_quote,
    show_record,
)
from chalicelib.core import clock, cursors
from chalicelib.core.doors import Reply, door
from chalicelib.core.errors import not_found
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.core.shapes import Page
from chalicelib.money import holds, ledger
from chalicelib.providers import twilio

routes = Blueprint(__name__)
TWIML = "text/xml"
SIGNATURE = "X-Twilio-Signature"


class Destination(msgspec.Struct, forbid_unknown_fields=True):
    """The number to call, in E.164."""

    to: Annotated[str, msgspec.Meta(min_length=1, max_length=64, description="The number, in E.164.")]


@door(
    routes,
    "GET",
    "/api/quote",
    session=True,
    capability="calling",
    query=Destination,
    answers={200: CallQuote},
)
def get_quote(signed_in: SignedIn, query: Destination) -> CallQuote:
    """What a call to a number costs, and how long your credit lasts."""
    return show_quote(quotes.quote(query.to, ledger.funds(signed_in.account_id).available_micros))


@door(
    routes,
    "POST",
    "/api/calls/token",
    session=True,
    capability="calling",
    answers={200: CallToken},
    refusals=(402,),
)
def issue_call_token(signed_in: SignedIn) -> CallToken:
    """A token that lets the voice SDK place one call."""
    token = calls.issue_token(signed_in.account_id)
    return CallToken(
        carrier=token.carrier,
        token=token.token,
        identity=token.identity,
        call_id=token.call_id,
        expires_at=clock.render(token.expires_at),
    )


@door(
    routes,
    "GET",
    "/api/calls",
    session=True,
    capability="calling",
    query=Page,
    answers={200: CallHistory},
)
def list_calls(signed_in: SignedIn, query: Page) -> CallHistory:
    """Your calls that have ended, newest first."""
    owner = f"calls:{signed_in.account_id}"
    after = cursors.unseal(owner, query.cursor)["after"] if query.cursor else None
    found = records.page(signed_in.account_id, query.limit + 1, after)
    shown = found[: query.limit]
    more = len(found) > query.limit
    return CallHistory(
        items=[show_record(record) for record in shown],
        next_cursor=cursors.seal(owner, {"after": shown[-1].call_id}) if more else None,
    )


@door(
    routes,
    "GET",
    "/api/calls.csv",
    session=True,
    capability="calling",
    answers={200: str},
    refusals=(413,),
    media_type="text/csv",
)
def export_calls(signed_in: SignedIn) -> Reply:
    """Your whole call history as a spreadsheet."""
    return Reply(
        csv_export.write(signed_in.account_id),
        headers={"Content-Disposition": 'attachment; filename="calls.csv"'},
        media_type="text/csv; charset=utf-8",
    )


@door(
    routes,
    "GET",
    "/api/calls/{id}",
    session=True,
    capability="calling",
    prefixes={"id": "call"},
    answers={200: Call},
)
def get_call(signed_in: SignedIn, id: str) -> Call:
    """One call, live or ended, with the arithmetic of its price."""
    if record := records.find(signed_in.account_id, id):
        return show_record(record)
    if hold := holds.find(signed_in.account_id, id):
        return show_live(id, hold)
    raise not_found("call")


@door(
    routes,
    "POST",
    "/api/webhooks/twilio/voice",
    webhook=SIGNATURE,
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
    delivers=CallEnded,
    prefixes={"account_id": "acc", "id": "call"},
    answers={204: None},
)
def hear_call_status(request: Incoming, account_id: str, id: str) -> None:
    """Twilio says how a call ended."""
    calls.hear(account_id, id, twilio.read_webhook(request))
