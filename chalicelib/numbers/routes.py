"""Caller IDs over HTTP, and the carrier's word on what a code call came to."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib.core.doors import door
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.numbers import caller_ids, verifications
from chalicelib.numbers.shapes import CallerId, CallerIdList, CodeCallEnded, NewCallerId, show
from chalicelib.providers import twilio, twilio_caller_ids

routes = Blueprint(__name__)
CAPABILITY = "caller_ids"


@door(
    routes,
    "POST",
    "/api/caller-ids",
    session=True,
    idempotent=True,
    capability=CAPABILITY,
    body=NewCallerId,
    answers={201: CallerId},
    refusals=(409, 429),
)
def add_caller_id(request: Incoming, signed_in: SignedIn, body: NewCallerId) -> CallerId:
    """Have a number of your own called: type the code there, and calls can show it."""
    id = request.idempotency.derive(caller_ids.PREFIX)
    return show(caller_ids.add(signed_in.account_id, body.phone, id))


@door(routes, "GET", "/api/caller-ids", session=True, capability=CAPABILITY, answers={200: CallerIdList})
def list_caller_ids(signed_in: SignedIn) -> CallerIdList:
    """Your numbers: verified, waiting for their code, or just failed."""
    return CallerIdList([show(number) for number in caller_ids.of(signed_in.account_id)])


@door(
    routes,
    "DELETE",
    "/api/caller-ids/{id}",
    session=True,
    capability=CAPABILITY,
    prefixes={"id": caller_ids.PREFIX},
    answers={204: None},
)
def remove_caller_id(signed_in: SignedIn, id: str) -> None:
    """Call with this number no more; the carrier forgets it, too."""
    caller_ids.remove(signed_in.account_id, id)


@door(
    routes,
    "POST",
    "/api/webhooks/twilio/caller-id/{account_id}/{id}",
    webhook=twilio.SIGNATURE,
    capability=CAPABILITY,
    delivers=CodeCallEnded,
    prefixes={"account_id": "acc", "id": caller_ids.PREFIX},
    answers={204: None},
)
def hear_code_call(request: Incoming, account_id: str, id: str) -> None:
    """Twilio says whether the code was typed."""
    end = twilio_caller_ids.read_end(twilio.read_webhook(request))
    if end:
        verifications.hear(account_id, id, end)
