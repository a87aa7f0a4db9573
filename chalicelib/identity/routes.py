"""Sign-up, sign-in, sessions and GET /api/me."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.core.doors import Reply, door
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.identity import accounts, details, me, parents, sessions, shapes

routes = Blueprint(__name__)
PASSWORDS = "password_sign_in"


@door(routes, "GET", "/api/auth/signup", answers={200: dict[str, Any]}, capability=PASSWORDS)
def describe_sign_up() -> dict[str, Any]:
    """What sign-up asks for, as a JSON schema."""
    return shapes.sign_up_schema()


@door(
    routes,
    "POST",
    "/api/auth/signup",
    body=shapes.new_account,
    answers={202: None},
    capability=PASSWORDS,
    refusals=(409, 429),
)
def sign_up(request: Incoming, body: shapes.NewAccount) -> None:
    """Ask for an account.

    The answer is always the same; what is next is in a mail to the address.
    """
    accounts.sign_up(body, request)


@door(
    routes,
    "POST",
    "/api/auth/verify",
    body=shapes.VerificationToken,
    answers={204: None, 202: None},
    capability=PASSWORDS,
    refusals=(404, 429),
)
def verify_address(request: Incoming, body: shapes.VerificationToken) -> Reply:
    """Open the account, with the token of the newest verification mail.

    202: it is for somebody who is too young to decide alone, and a parent was written to.
    """
    return Reply(status=204 if accounts.verify(body.token, request) else 202)


@door(
    routes,
    "POST",
    "/api/auth/parent",
    body=shapes.ParentAnswer,
    answers={204: None},
    capability=shapes.PARENTS,
    refusals=(404, 429),
)
def answer_for_child(request: Incoming, body: shapes.ParentAnswer) -> None:
    """Allow a child's account, or not, with the token of the mail to a parent.

    What is not allowed is deleted at once.
    """
    parents.answer(body.token, request, agreed=body.agreed)


@door(
    routes,
    "POST",
    "/api/auth/login",
    body=shapes.Credentials,
    answers={200: shapes.Login},
    capability=PASSWORDS,
    refusals=(401, 429),
)
def sign_in(request: Incoming, body: shapes.Credentials) -> Reply:
    """Sign in. A session that the browser had before ends."""
    opened = sessions.sign_in(body.email, body.password, request)
    login = shapes.Login(opened.signed_in.csrf_token, me.tell(opened.signed_in, opened.account))
    return Reply(login, headers={"Set-Cookie": opened.cookies})


@door(routes, "POST", "/api/auth/logout", answers={204: None}, session=True, while_suspended=True)
def sign_out(request: Incoming) -> Reply:
    """Sign out of this browser."""
    return Reply(headers={"Set-Cookie": sessions.sign_out(request)})


@door(
    routes,
    "GET",
    "/api/auth/sessions",
    answers={200: shapes.SessionList},
    session=True,
    while_suspended=True,
)
def list_sessions(signed_in: SignedIn) -> shapes.SessionList:
    """Every browser that is signed in, newest first."""
    return sessions.of(signed_in)


@door(routes, "DELETE", "/api/auth/sessions", answers={204: None}, session=True, while_suspended=True)
def end_sessions(signed_in: SignedIn) -> Reply:
    """Sign out everywhere, in this browser too.

    Links that were mailed before no longer work either.
    """
    return Reply(headers={"Set-Cookie": sessions.end_all(signed_in.user_id)})


@door(
    routes,
    "DELETE",
    "/api/auth/sessions/{id}",
    answers={204: None},
    session=True,
    while_suspended=True,
    prefixes={"id": "ses"},
)
def end_session(signed_in: SignedIn, id: str) -> None:
    """Sign another browser out, or this one."""
    sessions.end(signed_in, id)


@door(routes, "GET", "/api/me", answers={200: shapes.Me}, session=True, while_suspended=True)
def get_me(signed_in: SignedIn) -> shapes.Me:
    """Who is signed in, and what their client needs to know."""
    return me.tell(signed_in)


@door(routes, "PATCH", "/api/me", body=shapes.me_change, answers={200: shapes.Me}, session=True)
def change_me(signed_in: SignedIn, body: shapes.MeChange) -> shapes.Me:
    """Change what the policy lets the service keep of you, field by field.

    A field that the policy does not collect is refused; address and password have routes of their own.
    """
    accounts.change_details(signed_in.user_id, details.told(body))
    return me.tell(signed_in)
