"""Signing up, signing in and linking by Google."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib.core.doors import Reply, door
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.identity import google_sign_in, shapes
from chalicelib.identity.google_sign_in import Way

routes = Blueprint(__name__)
GOOGLE = "google_sign_in"


@door(
    routes,
    "POST",
    "/api/auth/google",
    body=shapes.GoogleSignUp,
    answers={200: shapes.GooglePage},
    capability=GOOGLE,
    refusals=(409, 429),
)
def sign_up_with_google(request: Incoming, body: shapes.GoogleSignUp) -> Reply:
    """Accept the policy and get the page of Google's where the account is chosen.

    Who has an account already is signed in to it all the same.
    """
    return _page(google_sign_in.sign_up(body, request))


@door(
    routes,
    "GET",
    "/api/auth/google",
    query=shapes.GoogleWish,
    answers={302: None},
    capability=GOOGLE,
    refusals=(429,),
)
def sign_in_with_google(request: Incoming, query: shapes.GoogleWish) -> Reply:
    """Go to Google, to sign in to an account that exists."""
    return _redirect(google_sign_in.sign_in(query.return_to, request))


@door(
    routes,
    "POST",
    "/api/me/google",
    answers={200: shapes.GooglePage},
    session=True,
    fresh=True,
    capability=GOOGLE,
    refusals=(429,),
)
def link_google(request: Incoming, signed_in: SignedIn) -> Reply:
    """Get the page of Google's where the account is chosen that is to open yours, too.

    Needs a sign-in of the last 15 minutes, and this session again when the browser comes back.
    """
    return _page(google_sign_in.link(signed_in, request))


@door(
    routes,
    "GET",
    "/api/auth/google/callback",
    query=shapes.GoogleReturn,
    answers={302: None},
    capability=GOOGLE,
)
def come_back_from_google(request: Incoming, query: shapes.GoogleReturn) -> Reply:
    """Where Google sends the browser. It goes on to the page, signed in or told why not (`?google=...`)."""
    return _redirect(google_sign_in.come_back(query, request))


def _page(way: Way) -> Reply:
    return Reply(shapes.GooglePage(way.url), headers={"Set-Cookie": way.cookies})


def _redirect(way: Way) -> Reply:
    return Reply(headers={"Location": way.url, "Set-Cookie": way.cookies})
