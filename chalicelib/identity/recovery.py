"""A new password for who reads the account's mail."""

from __future__ import annotations

from datetime import timedelta

from pynamodb.expressions.update import Action

from chalicelib.core import clock, ids, tables
from chalicelib.core.logs import log
from chalicelib.core.requests import Incoming
from chalicelib.identity import attempts, devices, letters, links, passwords, rules
from chalicelib.identity.models import GoogleIdentity, User, hashed, owner_of

LIFE = timedelta(hours=1)


def ask(request: Incoming, email: str) -> None:
    """Write a mail to the address; what it says is the only thing that depends on who is known.

    Known or not, this is two reads, one write and one mail. During a deletion's grace it works as ever.
    """
    now = clock.now()
    email = rules.address(email)
    attempts.forgot(request, email)
    user = owner_of(email)
    expires_at = now + LIFE
    token = links.write(
        links.RESET,
        hashed(email),
        user_id=user.user_id if user else ids.new("usr", now),
        generation=user.generation if user else 0,
        expires_at=expires_at,
    )
    template = "reset" if user else "reset_unknown"
    # To the address as its owner gave it, never as somebody types it now.
    to = user.email if user else email
    letters.send(to, template, token=token, asked_at=now, expires_at=expires_at)


def reset(request: Incoming, token: str, password: str) -> str:
    """Set a new password; every session, link and pending change of before is dead in the same write.

    So is a Google account that was joined to this one.

    The notice goes out first: a change that nobody was told of can't be made. Refusals: 404 for a dead link,
    422 for a password that does not fit, after which the link still works. Answers the Set-Cookie header that
    makes this browser known: whoever reads the account's mail signs in here, however many strangers try to.
    """
    attempts.use_link(request)
    link, user = links.read(links.RESET, token)
    passwords.check_new(password, user.email)
    password_hash = passwords.hash(password)
    letters.send(user.email, "password_changed", changed_at=clock.now())
    writes = tables.Transaction()
    links.use(writes, link)
    actions: list[Action] = [
        User.password_hash.set(password_hash),
        User.password_mailed_at.set(clock.render_exactly(clock.now())),
        User.generation.add(1),
    ]
    if user.google_key:
        # Whoever was in the account may have joined a Google account of theirs to it.
        actions.append(User.google_key.remove())
        writes.delete("google", GoogleIdentity(user.google_key))
    writes.update("user", User(user.user_id), actions, user.unchanged())
    try:
        writes.commit()
    except tables.ConditionFailed:
        raise links.dead() from None
    log.info("password reset", extra={"user_id": user.user_id})
    user.password_hash = password_hash
    return devices.cookie(user)
