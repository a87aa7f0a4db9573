"""Accounts of people who may not decide alone: a parent allows them, by a link in a mail of their own.

Nothing opens before. What was typed waits as long as the policy says, and is gone when nobody answers.
Why by mail: docs/decisions/parental-consent.md.
"""

from __future__ import annotations

from datetime import date

from chalicelib.core import clock, ids, keys, settings, tables
from chalicelib.core.errors import FieldError, Refusal
from chalicelib.core.logs import log
from chalicelib.core.requests import Incoming
from chalicelib.identity import attempts, letters, openings, rules
from chalicelib.identity.models import Address, ParentLink, hashed
from chalicelib.identity.shapes import PARENTS, NewAccount
from chalicelib.policy import profile

WAITING = "parent_request"


def needed(wanted: NewAccount, email: str, today: date) -> str | None:
    """The parent to be asked; None for who is old enough. Refuses who is too young even with a parent."""
    settled = profile.current().settings
    youngest = settled.parental_consent_from if profile.offers(PARENTS) else None
    rules.check_age(wanted.birth_date, today, youngest or settled.minimum_age)
    if not rules.is_younger(wanted.birth_date, today, settled.minimum_age):
        return None
    given = getattr(wanted, "parent_email", None)
    if not given:
        sentence = (
            f"Before you are {settled.minimum_age}, a parent must agree. Please give us their mail address."
        )
        raise Refusal(422, "parent-needed", sentence, [FieldError("parent_email", sentence)])
    parent = rules.address(given, field="parent_email")
    if hashed(parent) == hashed(email):
        raise rules.refuse("parent_email", "Please give us a parent's own address, not yours.")
    return parent


def ask(waiting: Address) -> None:
    """Write to the parent of a sign-up whose address is confirmed; asked again, they get another mail.

    From its sign-up on it waits as long as the policy says. Refuses with 429, or when it was overtaken.
    """
    attempts.ask_parent(str(waiting.parent_email))
    now, user_id = clock.now(), waiting.owner_id
    ends_at = profile.current().expires_at(WAITING, created=ids.made_at(user_id))
    assert ends_at, "the policy says how long a parent is waited for"
    expires_at = clock.epoch_seconds(ends_at)
    token = keys.fresh_token()
    link = ParentLink(
        ParentLink.key(token), user_id=user_id, address_key=waiting.user_id, expires_at=expires_at
    )
    writes = tables.Transaction()
    writes.put("link", link)
    writes.update(
        "address", Address(waiting.user_id), [Address.expires_at.set(expires_at)], waiting.still_waits()
    )
    try:
        writes.commit()
    except tables.ConditionFailed:
        raise openings.dead_link() from None
    told = {"child": waiting.email, "asked_at": now, "expires_at": ends_at}
    letters.send(str(waiting.parent_email), "parent_asked", token=token, **told)
    log.info("parent asked", extra={"user_id": user_id})


def answer(token: str, request: Incoming, *, agreed: bool) -> None:
    """Open the account that a parent's link belongs to, or delete all of it; refuses a dead link.

    Both are told by mail first: the child whether it may sign in, the parent how to take it back.
    """
    attempts.use_link(request)
    link, waiting = openings.find(ParentLink, token)
    if not agreed:
        _refuse(waiting, link)
        return
    told = {"child": waiting.email, "agreed_at": clock.now(), "privacy_mail": settings.current().privacy_mail}
    letters.send(str(waiting.parent_email), "parent_noted", **told)
    letters.send(str(waiting.email), "parent_agreed", **told)
    openings.open_account(waiting, link)


def _refuse(waiting: Address, link: ParentLink) -> None:
    letters.send(str(waiting.email), "parent_refused", answered_at=clock.now())
    writes = tables.Transaction()
    writes.delete("link", link, ParentLink.token_hash.exists())
    writes.delete("address", Address(waiting.user_id), waiting.still_waits())
    try:
        writes.commit()
    except tables.ConditionFailed:
        raise openings.dead_link() from None
    log.info("parent refused", extra={"user_id": link.user_id})
