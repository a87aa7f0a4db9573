"""Forgotten and changed passwords, and changed addresses."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib.core import settings
from chalicelib.core.doors import Reply, door
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.identity import changes, me, recovery, shapes
from chalicelib.identity.routes import PASSWORDS
from chalicelib.identity.sessions import Opened

routes = Blueprint(__name__)


@door(
    routes,
    "POST",
    "/api/auth/password/forgot",
    body=shapes.ForgottenPassword,
    answers={202: None},
    capability=PASSWORDS,
    refusals=(429,),
)
def forget_password(request: Incoming, body: shapes.ForgottenPassword) -> None:
    """Ask for a mail with a link to a new password.

    The answer is always the same; whether there is an account is told by the mail only.
    """
    recovery.ask(request, body.email)


@door(
    routes,
    "POST",
    "/api/auth/password/reset",
    body=shapes.PasswordReset,
    answers={204: None},
    capability=PASSWORDS,
    refusals=(404, 429),
)
def reset_password(request: Incoming, body: shapes.PasswordReset) -> Reply:
    """Set a new password, with the token of the newest mail.

    Every session ends, and a change of the address that was not confirmed is off.
    """
    return Reply(headers={"Set-Cookie": recovery.reset(request, body.token, body.password)})


@door(
    routes,
    "POST",
    "/api/me/password",
    body=shapes.PasswordChange,
    answers={200: shapes.Login},
    session=True,
    fresh=True,
    capability=PASSWORDS,
    refusals=(429,),
)
def change_password(request: Incoming, signed_in: SignedIn, body: shapes.PasswordChange) -> Reply:
    """Change your password.

    Needs a sign-in of the last 15 minutes. Every other session ends; this one goes on under a fresh cookie.
    """
    return _login(changes.set_password(request, signed_in, body.current_password, body.password))


@door(
    routes,
    "POST",
    "/api/me/email",
    body=shapes.AddressChange,
    answers={202: None},
    session=True,
    fresh=True,
    capability=PASSWORDS,
    refusals=(429,),
)
def change_address(signed_in: SignedIn, body: shapes.AddressChange) -> None:
    """Ask for another address; a mail to it has the link that confirms it.

    Needs a sign-in of the last 15 minutes. The old address is told at once.
    """
    changes.ask_for_address(signed_in, body.email, body.password)


@door(
    routes,
    "POST",
    "/api/me/email/confirm",
    body=shapes.AddressToken,
    answers={200: shapes.Login},
    session=True,
    capability=PASSWORDS,
    refusals=(404, 409, 429),
)
def confirm_address(request: Incoming, signed_in: SignedIn, body: shapes.AddressToken) -> Reply:
    """Confirm your new address, with the token of the newest mail to it.

    Every other session ends; this one goes on under a fresh cookie.
    """
    return _login(changes.confirm_address(request, signed_in, body.token))


@door(routes, "GET", "/.well-known/change-password", answers={303: None}, capability=PASSWORDS)
def find_password_change() -> Reply:
    """Where a password manager sends its person to change the password."""
    return Reply(headers={"Location": f"{settings.current().public_url}/account"})


def _login(opened: Opened) -> Reply:
    login = shapes.Login(opened.signed_in.csrf_token, me.tell(opened.signed_in, opened.account))
    return Reply(login, headers={"Set-Cookie": opened.cookies})
