"""Consents over HTTP, for who is signed in and for who is not."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib.core.doors import Reply, door
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.core.throttles import Limit
from chalicelib.privacy import choice_shapes, consents
from chalicelib.privacy.choice_shapes import Consent, ConsentDetail, ConsentList, NewConsent

routes = Blueprint(__name__)
CONSENTS = "consents"
CHANGES = Limit("choices", 60, 3600)


@door(
    routes,
    "GET",
    "/api/privacy/consents",
    knows_session=True,
    answers={200: ConsentList},
    capability=CONSENTS,
)
def list_consents(request: Incoming, signed_in: SignedIn | None) -> ConsentList:
    """What you are asked to allow, and what you answered; all that a banner needs.

    Without a session it is about this browser alone.
    """
    return choice_shapes.consent_list(consents.standing(consents.chooser(request, signed_in)))


@door(
    routes,
    "GET",
    "/api/privacy/consents/{purpose}",
    knows_session=True,
    answers={200: ConsentDetail},
    capability=CONSENTS,
    refusals=(404, 409),
)
def get_consent(request: Incoming, signed_in: SignedIn | None, purpose: str) -> ConsentDetail:
    """One of them, with the receipts of what you chose."""
    who, question = consents.chooser(request, signed_in), consents.asked(purpose)
    return choice_shapes.consent_detail(question, consents.standing(who), consents.history(who, purpose))


@door(
    routes,
    "PUT",
    "/api/privacy/consents/{purpose}",
    knows_session=True,
    body=NewConsent,
    answers={200: Consent},
    capability=CONSENTS,
    limits=(CHANGES,),
    refusals=(404, 409, 429),
)
def put_consent(request: Incoming, signed_in: SignedIn | None, purpose: str, body: NewConsent) -> Reply:
    """Give or withdraw your consent; it counts at once, and not backwards.

    Without a session this browser gets a random number to remember it by, which is tied to you only if you
    sign in here.
    """
    consents.limit(request, signed_in)
    who = consents.chooser(request, signed_in)
    standing, cookie = consents.choose(who, purpose, body.granted, "account")
    told = choice_shapes.consent_of(consents.asked(purpose), standing)
    return Reply(told, headers={"Set-Cookie": cookie} if cookie else {})
