"""Changes of what opens an account: its password and its address.

The mail about a change goes out before it is made: one that nobody was told of can't be made.
"""

from __future__ import annotations

from datetime import timedelta

from chalicelib.core import clock, tables
from chalicelib.core.errors import FieldError, Refusal
from chalicelib.core.logs import log
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.identity import accounts, attempts, letters, links, passwords, rules, sessions
from chalicelib.identity.models import Address, Closing, Link, User, hashed
from chalicelib.identity.sessions import Opened

LIFE = timedelta(hours=1)


def set_password(request: Incoming, signed_in: SignedIn, current: str, password: str) -> Opened:
    """Set a new password; only the browser that asked stays signed in, under a fresh session.

    Links and a pending change of the address are dead with it. Refuses a wrong `current` with 403.
    """
    user = _confirmed(signed_in, current, field="current_password")
    passwords.check_new(password, user.email)
    password_hash = passwords.hash(password)
    letters.send(user.email, "password_changed", changed_at=clock.now())
    writes = tables.Transaction()
    writes.update(
        "user",
        User(user.user_id),
        [User.password_hash.set(password_hash), User.generation.add(1)],
        user.unchanged(),
    )
    user.password_hash = password_hash
    opened = _renew(request, user, writes)
    try:
        writes.commit()
    except tables.ConditionFailed:
        raise _overtaken() from None
    log.info("password changed", extra={"user_id": user.user_id})
    return opened


def ask_for_address(signed_in: SignedIn, email: str, password: str) -> None:
    """Write to the old address at once, and to the new one a link that confirms it; the newest link counts.

    The answer and the work are the same whether or not the new address has an account: its mail tells.
    """
    email = rules.address(email)
    user = _confirmed(signed_in, password, field="password")
    if hashed(email) == hashed(user.email):
        raise rules.refuse("email", "This is your address already.")
    attempts.change_address(user.user_id, email)
    now = clock.now()
    expires_at = now + LIFE
    token = links.write(
        links.ADDRESS,
        user.user_id,
        user_id=user.user_id,
        generation=user.generation,
        expires_at=expires_at,
        email=email,
    )
    template = "address_taken" if _taken(email) else "confirm_address"
    letters.send(user.email, "address_changing", asked_at=now, expires_at=expires_at)
    letters.send(email, template, token=token, asked_at=now, expires_at=expires_at)


def confirm_address(request: Incoming, signed_in: SignedIn, token: str) -> Opened:
    """Move the account to the address that the link was mailed to; every other session is dead then.

    Only for the person who asked: a stranger at a mistyped address can neither take the account nor be
    given it. Refuses a dead link with 404, an address that is taken by now with 409.
    """
    attempts.use_link(request)
    link, user = links.read(links.ADDRESS, token)
    if user.user_id != signed_in.user_id or not link.email:
        raise links.dead()
    if _taken(link.email):
        raise _taken_meanwhile()
    letters.send(user.email, "address_changed", changed_at=clock.now())
    writes = tables.Transaction()
    _move(writes, link, user, link.email)
    user.email = link.email
    opened = _renew(request, user, writes)
    try:
        writes.commit()
    except tables.ConditionFailed as refused:
        raise (_taken_meanwhile() if refused.names & {"address", "closing"} else links.dead()) from None
    log.info("address changed", extra={"user_id": user.user_id})
    return opened


def _move(writes: tables.Transaction, link: Link, user: User, email: str) -> None:
    """The new address instead of the old one, unless the account is at rest or a rival was faster."""
    own = Address.owner_id == user.user_id
    links.use(writes, link)
    writes.delete("old address", Address(Address.key(user.email)), own)
    accounts.take(writes, email, Address(Address.key(email), owner_id=user.user_id), clock.now())
    writes.update(
        "user",
        User(user.user_id),
        [
            User.email.set(email),
            User.email_changed_at.set(clock.render_exactly(clock.now())),
            User.generation.add(1),
        ],
        user.unchanged() & (User.status == accounts.ACTIVE),
    )


def _renew(request: Incoming, user: User, writes: tables.Transaction) -> Opened:
    """The fresh session of the browser that asks; `user` is from here on as the writes will leave them."""
    user.generation += 1
    return sessions.renew(request, user, writes)


def _confirmed(signed_in: SignedIn, password: str, *, field: str) -> User:
    """The person behind a session, who has just shown that they know the password."""
    attempts.check_password(signed_in.user_id)
    user = User.stored(signed_in.user_id)
    if not user or not passwords.matches(password, user.password_hash):
        sentence = "This is not your password."
        raise Refusal(403, "wrong-password", sentence, [FieldError(field, sentence)])
    return user


def _taken(email: str) -> bool:
    """Whether an account has this address, or had it and is being deleted; a waiting sign-up has nothing."""
    address, closing = Address.living(Address.key(email)), Closing.living(Closing.key(email))
    return closing is not None or (address is not None and address.expires_at is None)


def _taken_meanwhile() -> Refusal:
    return Refusal(
        409, "address-taken", "Another account has got this address by now, so yours stays as it is."
    )


def _overtaken() -> Refusal:
    return Refusal(
        409, "changed-meanwhile", "Your account was changed elsewhere just now. Please sign in again."
    )
