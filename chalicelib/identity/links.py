"""Links in mails: each works once, for a short time, and only as the newest of its slot.

What is stored opens nothing: a link is its slot and a secret, of which only a hash is kept.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from chalicelib.core import clock, keys, tables
from chalicelib.core.errors import Refusal
from chalicelib.identity.models import Link, User

RESET = "reset"
ADDRESS = "address"


def write(
    purpose: str,
    slot: str,
    *,
    user_id: str,
    generation: int,
    expires_at: datetime,
    email: str | None = None,
) -> str:
    """Take the slot with a fresh link and answer its token; an earlier link is dead from now on."""
    secret = keys.fresh_token()
    link = Link(
        Link.key(purpose, slot),
        user_id=user_id,
        secret_hash=keys.fingerprint(secret),
        generation=generation,
        email=email,
        expires_at=clock.epoch_seconds(expires_at),
    )
    tables.write(link.save)
    return f"{slot}.{secret}"


def read(purpose: str, token: str) -> tuple[Link, User]:
    """A living link and its person; refuses one guessed, used, expired, replaced or overtaken by a change."""
    slot, _, secret = token.partition(".")
    link = Link.living(Link.key(purpose, slot))
    if not link or not hmac.compare_digest(link.secret_hash, keys.fingerprint(secret)):
        raise dead()
    user = User.stored(link.user_id)
    if not user or user.generation != link.generation:
        raise dead()
    return link, user


def use(writes: tables.Transaction, link: Link) -> None:
    """Add to `writes` that the link is used up; they are refused when it was used or replaced meanwhile."""
    writes.delete("link", Link(link.token_hash), Link.secret_hash == link.secret_hash)


def dead() -> Refusal:
    sentence = "This link no longer works: each works once, only the newest does, and not for long."
    return Refusal(404, "link-not-valid", sentence)
