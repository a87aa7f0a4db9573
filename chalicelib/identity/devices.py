"""Known devices: browsers that a person has signed in with, so that strangers' tries do not keep them out.

Nothing is stored. The cookie's signature is over the person and their password's hash, so it is good for
nobody else, and for nobody at all after another password.
"""

from __future__ import annotations

from chalicelib.core import clock, ids, keys
from chalicelib.core.requests import Incoming
from chalicelib.identity import cookies
from chalicelib.identity.models import User
from chalicelib.policy import calendar

COOKIE = "__Host-vowline-device"


def cookie(user: User) -> str:
    """A Set-Cookie header that makes this browser known; each time under another id."""
    id = ids.new("dev", clock.now())
    return cookies.write(COOKIE, f"{id}.{keys.sign('device', _bound(id, user))}")


def known(request: Incoming, user: User | None) -> str | None:
    """The id of the browser that sent this, if it is one that this person has signed in with."""
    id, _, signature = (cookies.read(COOKIE, request) or "").partition(".")
    if not user or not ids.valid("dev", id) or not keys.signed("device", _bound(id, user), signature):
        return None
    return id if clock.now() < calendar.after(ids.made_at(id), cookies.life(COOKIE)) else None


def _bound(id: str, user: User) -> str:
    return f"{id}\0{user.user_id}\0{user.password_hash}"
