"""Unsubscribing over HTTP: for people by a page, for mail programs by one click (RFC 8058)."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib.core.doors import Reply, door
from chalicelib.privacy import unsubscribing

routes = Blueprint(__name__)
MARKETING_MAIL = "marketing_mail"
PATH = "/api/privacy/unsubscribe/{token}"


@door(
    routes,
    "GET",
    PATH,
    answers={200: str},
    capability=MARKETING_MAIL,
    media_type="text/html",
    refusals=(404,),
)
def show_unsubscribing(token: str) -> Reply:
    """A page with a button. Opening it changes nothing."""
    unsubscribing.account_of(token)
    return _shown(done=False)


@door(
    routes,
    "POST",
    PATH,
    answers={200: str},
    anywhere=True,
    capability=MARKETING_MAIL,
    media_type="text/html",
    refusals=(404,),
)
def unsubscribe(token: str) -> Reply:
    """Get no more marketing, at once and without signing in; may be repeated.

    A mail program posts here by itself when its reader presses its own button.
    """
    unsubscribing.unsubscribe(token)
    return _shown(done=True)


def _shown(*, done: bool) -> Reply:
    return Reply(
        unsubscribing.page(done=done),
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": unsubscribing.content_policy()},
    )
