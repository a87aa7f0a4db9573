"""A sign-up that waited becomes an account: at once for who may decide alone, else by a parent's word."""

from __future__ import annotations

from typing import TypeVar

from chalicelib.core import clock, ids, tables
from chalicelib.core.errors import Refusal
from chalicelib.core.logs import log
from chalicelib.identity import details
from chalicelib.identity.models import Address, ParentLink, User, Verification, hashed

ACTIVE = "active"


Way = TypeVar("Way", Verification, ParentLink)


def find(model: type[Way], token: str) -> tuple[Way, Address]:
    """A mailed link and its sign-up; refuses what was used, has expired, or is not the newest sign-up's."""
    link = model.living(model.key(token))
    waiting = Address.living(link.address_key) if link else None
    if not link or not waiting or waiting.owner_id != link.user_id or not waiting.email:
        raise dead_link()
    return link, waiting


def open_account(waiting: Address, link: Verification | ParentLink) -> None:
    """Make the person of a sign-up, whose link is used up by it; refuses what was overtaken meanwhile.

    Where a parent was asked, that parent's link alone opens it, and it is noted who agreed, and when.
    """
    now = clock.now()
    by_parent = isinstance(link, ParentLink)
    assert bool(waiting.parent_email) == by_parent, "who needs a parent is opened by one"
    user = User(
        user_id=link.user_id,
        account_id=ids.new("acc", now),
        email=waiting.email,
        password_hash=waiting.password_hash,
        policy_version=waiting.policy_version,
        parent_hash=hashed(waiting.parent_email) if waiting.parent_email else None,
        parent_agreed_at=clock.render(now) if by_parent else None,
        status=ACTIVE,
        created_at=clock.render(now),
    )
    details.put(user, details.kept(waiting))
    writes = tables.Transaction()
    writes.delete("token", link, type(link).token_hash.exists())
    writes.put("user", user, User.user_id.does_not_exist())
    writes.put("address", Address(waiting.user_id, owner_id=user.user_id), waiting.still_waits())
    try:
        writes.commit()
    except tables.ConditionFailed:
        raise dead_link() from None
    log.info("account opened", extra={"user_id": user.user_id})


def dead_link() -> Refusal:
    return Refusal(
        404, "link-not-valid", "This link no longer works. Please use our newest mail, or sign up again."
    )
