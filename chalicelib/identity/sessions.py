"""Sessions: a random cookie for each sign-in, of which only a hash is stored.

A session is of the generation of what opened the account; once that has changed it is dead, wherever it lies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from chalicelib.core import clock, errors, ids, keys, tables
from chalicelib.core.errors import Refusal
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.core.tables import Transaction
from chalicelib.identity import accounts, cookies, devices
from chalicelib.identity.accounts import Account
from chalicelib.identity.models import Session, User
from chalicelib.identity.shapes import SessionDetail, SessionList
from chalicelib.policy import calendar

COOKIE = "__Host-vowline"


class Hooks:
    """What a higher floor wants to hear, handed down at start-up: an account, and how it signs in."""

    arrived: Callable[[str, Incoming], None] = staticmethod(lambda _account_id, _request: None)


hooks = Hooks()


@dataclass(frozen=True)
class Opened:
    """A fresh session, and the Set-Cookie headers that carry it and make the browser known."""

    signed_in: SignedIn
    account: Account
    cookies: list[str]


def authenticate(request: Incoming) -> SignedIn | None:
    """Who sent this request, read as it is now: a suspension or an erasure counts from the next request."""
    session = _presented(request)
    account = accounts.get(session.user_id) if session else None
    alive = session and account and session.generation == account.generation
    return _signed_in(session, account) if session and account and alive else None


def sign_in(email: str, password: str, request: Incoming) -> Opened:
    """Open a fresh session and end the one that the browser had; one refusal for whatever is wrong."""
    user = accounts.with_password(email, password, request)
    if not user:
        raise Refusal(401, "wrong-credentials", "This address and password do not fit together.")
    return begin(user, request)


def begin(user: User, request: Incoming) -> Opened:
    """A fresh session of who has just proved to be this person, in place of the one that the browser had."""
    _end(_presented(request))
    hooks.arrived(user.account_id, request)
    now = clock.now()
    expires_at = clock.epoch_seconds(calendar.after(now, cookies.life(COOKIE)))
    opened, session = _open(user, clock.render(now), expires_at)
    tables.write(session.save)
    return opened


def renew(request: Incoming, user: User, writes: Transaction) -> Opened:
    """Add to `writes` a fresh session of the person as they will be, in place of the one that asks.

    It ends when that one would have ended. Refuses, as the writes do, when that one is gone.
    """
    old = _presented(request)
    if not old:
        raise Refusal(401, "sign-in", "Please sign in first.")
    opened, session = _open(user, old.created_at, old.expires_at)
    writes.put("session", session)
    writes.delete("old session", old, Session.token_hash.exists())
    return opened


def sign_out(request: Incoming) -> str:
    """End the session that sent this request; answers the Set-Cookie header that clears it."""
    _end(_presented(request))
    return cookies.clear(COOKIE)


def of(signed_in: SignedIn) -> SessionList:
    """The person's sessions, newest first."""
    details = [
        SessionDetail(
            id=session.session_id,
            created_at=clock.parse(session.created_at),
            expires_at=clock.from_epoch(session.expires_at),
            current=session.session_id == signed_in.session_id,
        )
        for session in _all(signed_in.user_id)
    ]
    return SessionList(sorted(details, key=lambda detail: detail.id, reverse=True))


def end(signed_in: SignedIn, session_id: str) -> None:
    """End one of the person's own sessions; anything else is not found."""
    for session in _all(signed_in.user_id):
        if session.session_id == session_id:
            return _end(session)
    raise errors.not_found("session")


def end_all(user_id: str) -> str:
    """Sign the person out everywhere, also where a sign-in is under way; mailed links die with that.

    Answers the Set-Cookie header that clears this browser's cookie.
    """
    with suppress(tables.ConditionFailed):
        tables.write(
            lambda: User(user_id).update(actions=[User.generation.add(1)], condition=User.user_id.exists())
        )
    return cookies.clear(COOKIE)


def _all(user_id: str) -> Iterator[Session]:
    """Living sessions; the index also knows one-time links and what was deleted a moment ago."""
    account = accounts.get(user_id)
    for found in Session.by_user.query(user_id):
        session = Session.living(found.token_hash) if found.token_hash.startswith("SESSION#") else None
        if session and account and session.generation == account.generation:
            yield session


def _presented(request: Incoming) -> Session | None:
    token = cookies.read(COOKIE, request)
    return Session.living(Session.key(token)) if token else None


def _end(session: Session | None) -> None:
    if session:
        tables.write(session.delete)


def _open(user: User, created_at: str, expires_at: int) -> tuple[Opened, Session]:
    now = clock.now()
    token = keys.fresh_token()
    session = Session(
        Session.key(token),
        user_id=user.user_id,
        session_id=ids.new("ses", now),
        generation=user.generation,
        created_at=created_at,
        expires_at=expires_at,
    )
    left_seconds = expires_at - clock.epoch_seconds(now)
    carried = [cookies.write(COOKIE, token, left_seconds), devices.cookie(user)]
    account = accounts.tell(user)
    return Opened(_signed_in(session, account), account, carried), session


def _signed_in(session: Session, account: Account) -> SignedIn:
    return SignedIn(
        session_id=session.session_id,
        user_id=account.user_id,
        account_id=account.account_id,
        status=account.status,
        signed_in_at=clock.parse(session.created_at),
        csrf_token=keys.sign("csrf", session.token_hash),
    )
