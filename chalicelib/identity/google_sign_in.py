"""Sign-in by Google: who comes back from there, and which account that opens.

A person is known by Google's issuer and subject. An address that Google has verified may found an account,
but opens none that exists: to join Google to an account, one must be signed in to both.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from chalicelib.core import clock, ids, keys, settings, tables
from chalicelib.core.errors import ProviderError, Refusal
from chalicelib.core.logs import log
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.identity import accounts, attempts, cookies, letters, rules, sessions
from chalicelib.identity.models import Address, GoogleAttempt, GoogleIdentity, User
from chalicelib.identity.shapes import GoogleReturn, GoogleSignUp
from chalicelib.policy import profile
from chalicelib.providers import google
from chalicelib.providers.google import Identity, NotProved

COOKIE = "__Host-vowline-google"
LIFE = timedelta(minutes=10)
LONGEST_NAME = 100


@dataclass(frozen=True)
class Way:
    """Where a browser goes next, and the cookies that it takes along."""

    url: str
    cookies: list[str]


class _TurnedAway(Exception):
    """Nobody is signed in; the message is the one word that the page is told."""


def sign_up(wanted: GoogleSignUp, request: Incoming) -> Way:
    """To Google, by somebody who accepts the policy and is old enough; refuses anybody else."""
    rules.check_age(wanted.birth_date, clock.now().date(), profile.current().settings.minimum_age)
    rules.check_policy(wanted.policy_version, profile.current().version)
    return _send(request, return_to=wanted.return_to, policy_version=wanted.policy_version)


def sign_in(return_to: str, request: Incoming) -> Way:
    """To Google, by somebody who has an account already."""
    return _send(request, return_to=return_to)


def link(signed_in: SignedIn, request: Incoming) -> Way:
    """To Google, by somebody who is signed in and wants to be known by it, too."""
    return _send(request, return_to="/", linked_id=signed_in.user_id)


def come_back(answer: GoogleReturn, request: Incoming) -> Way:
    """From Google, with proof or without; the page tells what came of it by `?google=...`."""
    gone = cookies.clear(COOKIE)
    attempt = _take(answer.state, request)
    if attempt is None:
        return Way(_page("expired"), [gone])
    try:
        identity = _identify(answer, attempt)
        if attempt.linked_id:
            _join(attempt.linked_id, identity, request)
            return Way(_page("linked"), [gone])
        user = _owner(identity) or _found(identity, attempt)
    except _TurnedAway as away:
        log.info("google sign-in ended", extra={"reason": str(away)})
        return Way(_page(str(away)), [gone])
    opened = sessions.begin(user, request)
    return Way(settings.current().public_url + attempt.return_to, [gone, *opened.cookies])


def _send(
    request: Incoming, *, return_to: str, policy_version: str | None = None, linked_id: str | None = None
) -> Way:
    attempts.go_to_google(request)
    attempt = google.Attempt(keys.fresh_token(), keys.fresh_token(), keys.fresh_token())
    item = GoogleAttempt(
        GoogleAttempt.key(attempt.state),
        nonce=attempt.nonce,
        verifier=attempt.verifier,
        return_to=return_to,
        policy_version=policy_version,
        linked_id=linked_id,
        expires_at=clock.epoch_seconds(clock.now() + LIFE),
    )
    tables.write(item.save)
    return Way(google.authorization_url(attempt), [cookies.write(COOKIE, attempt.state)])


def _take(state: str, request: Incoming) -> GoogleAttempt | None:
    """The attempt of this very browser, once: whoever is sent our way by somebody else has no such cookie."""
    carried = cookies.read(COOKIE, request) or ""
    if not state or not hmac.compare_digest(carried.encode(), state.encode()):
        return None
    attempt = GoogleAttempt.living(GoogleAttempt.key(state))
    if attempt is None:
        return None
    try:
        tables.write(lambda: attempt.delete(condition=GoogleAttempt.token_hash.exists()))
    except tables.ConditionFailed:
        return None
    return attempt


def _identify(answer: GoogleReturn, attempt: GoogleAttempt) -> Identity:
    if answer.error or not answer.code:
        raise _TurnedAway("cancelled")
    try:
        identity = google.identify(answer.code, google.Attempt(answer.state, attempt.nonce, attempt.verifier))
    except NotProved:
        raise _TurnedAway("failed") from None
    except ProviderError:
        raise _TurnedAway("unavailable") from None
    if not identity.email_verified:
        raise _TurnedAway("unverified")
    return identity


def _owner(identity: Identity) -> User | None:
    """Whose identity this is."""
    known = GoogleIdentity.living(GoogleIdentity.key(identity.issuer, identity.subject))
    return User.living(known.owner_id) if known else None


def _found(identity: Identity, attempt: GoogleAttempt) -> User:
    """A new account, of who has accepted the policy that holds today.

    A sign-up that waits for its mail is overwritten with its password: Google has shown whose address it is.
    """
    if attempt.policy_version != profile.current().version:
        raise _TurnedAway("sign-up")
    now = clock.now()
    try:
        email = rules.address(identity.email)
    except Refusal:
        raise _TurnedAway("unverified") from None
    user = User(
        user_id=ids.new("usr", now),
        account_id=ids.new("acc", now),
        email=email,
        name=identity.name[:LONGEST_NAME] or None,
        google_key=GoogleIdentity.key(identity.issuer, identity.subject),
        policy_version=attempt.policy_version,
        status=accounts.ACTIVE,
        created_at=clock.render(now),
    )
    writes = tables.Transaction()
    accounts.take(writes, email, Address(Address.key(email), owner_id=user.user_id), now)
    writes.put("user", user, User.user_id.does_not_exist())
    _claim(writes, user)
    try:
        writes.commit()
    except tables.ConditionFailed as refused:
        return _met(refused, identity)
    log.info("account opened", extra={"user_id": user.user_id})
    return user


def _met(refused: tables.ConditionFailed, identity: Identity) -> User:
    """What another request, or an account of before, makes of a new one."""
    if "google" in refused.names and (user := _owner(identity)):
        return user
    raise _TurnedAway("closing" if "closing" in refused.names else "sign-in-first")


def _join(user_id: str, identity: Identity, request: Incoming) -> None:
    """Let Google open this account, too, of who is still signed in there; they are told of it first.

    The person is read before their session is, so that a reset meanwhile leaves nothing joined.
    """
    user, signed_in = User.living(user_id), sessions.authenticate(request)
    if not user or not signed_in or signed_in.user_id != user_id or signed_in.status != accounts.ACTIVE:
        raise _TurnedAway("expired")
    key, owner = GoogleIdentity.key(identity.issuer, identity.subject), _owner(identity)
    if user.google_key not in (None, key) or (owner and owner.user_id != user_id):
        raise _TurnedAway("taken")
    _announce(user.email)
    unchanged = user.unchanged() & (User.status == accounts.ACTIVE)
    writes = tables.Transaction()
    user.google_key = key
    _claim(writes, user)
    writes.update("user", User(user_id), [User.google_key.set(key)], unchanged)
    try:
        writes.commit()
    except tables.ConditionFailed as refused:
        raise _TurnedAway("taken" if "google" in refused.names else "expired") from None


def _announce(email: str) -> None:
    try:
        letters.send(email, "google_linked", at=clock.now())
    except Refusal:
        raise _TurnedAway("unavailable") from None


def _claim(writes: tables.Transaction, user: User) -> None:
    """Add to `writes` that this identity is this person's, and nobody else's."""
    identity = GoogleIdentity(user.google_key, owner_id=user.user_id)
    own = GoogleIdentity.user_id.does_not_exist() | (GoogleIdentity.owner_id == user.user_id)
    writes.put("google", identity, own)


def _page(reason: str) -> str:
    return f"{settings.current().public_url}/?{urlencode({'google': reason})}"
