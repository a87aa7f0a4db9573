"""One marketing mail to everybody who asked for such mails, page by page, and to nobody twice.

Whoever is to get it is claimed before it is sent. Where a process died in between nobody knows whether it
went out, and then it is not sent again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core import clock, keys, tables
from chalicelib.core.errors import NotRight, ProviderError
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed, IntegerAttribute, Item, name
from chalicelib.identity import census
from chalicelib.identity.accounts import ACTIVE, Account
from chalicelib.policy import permissions, profile
from chalicelib.policy.consent import MARKETING
from chalicelib.privacy import unsubscribing
from chalicelib.providers import mail

TEMPLATE = "news"
PAGE = 100
Progress = Callable[[Counter[str]], None]


class NotSent(NotRight):
    """The mailing can't be sent, or can't go on right now; the sentence says why. What was done is noted."""


class Mailing(Item):
    """`MAILING#<name>`: which words it has, and how far it is."""

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    body_hash = UnicodeAttribute()
    after = UnicodeAttribute(null=True)
    ended_at = UnicodeAttribute(null=True)
    expires_at = IntegerAttribute()


class Mailed(Item):
    """`MAILED#<mailing>#<account>`: one person's copy. Erased with the person's other short-lived items."""

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
    claimed_at = UnicodeAttribute()
    outcome = UnicodeAttribute(null=True)
    expires_at = IntegerAttribute()


def send(name: str, subject: str, text: str, progress: Progress = lambda _: None) -> Counter[str]:
    """Send it, or go on with it; how many were sent, were claimed before, did not ask, could not be reached.

    Raises NotSent: for a name that other words were sent under, or when mail is not taken at the moment.
    """
    mailing = _begin(name, keys.fingerprint(f"{subject}\0{text}"))
    counts: Counter[str] = Counter()
    while not mailing.ended_at:
        people, after = census.page(mailing.after, PAGE)
        for account in people:
            counts[_send_one(account, name, subject, text)] += 1
        mailing = _note(mailing, after)
        progress(counts)
    return counts


def _begin(name: str, words: str) -> Mailing:
    if not profile.offers("marketing_mail"):
        raise NotSent("This service sends no marketing mails.")
    fresh = Mailing(f"MAILING#{name}", body_hash=words, expires_at=_expires_at())
    with suppress(ConditionFailed):
        tables.write(lambda: fresh.save(condition=Mailing.token_hash.does_not_exist()))
    mailing = Mailing.stored(fresh.token_hash)
    assert mailing, "it was written just now, or before"
    if mailing.body_hash != words:
        raise NotSent("Other words were sent under this name: take another name.")
    return mailing


def _send_one(account: Account, name: str, subject: str, text: str) -> str:
    if account.status != ACTIVE or not permissions.may(account.account_id, "account", MARKETING):
        return "not asked for"
    claimed = Mailed(
        f"MAILED#{name}#{account.account_id}",
        user_id=account.user_id,
        claimed_at=clock.render(clock.now()),
        expires_at=_expires_at(),
    )
    try:
        tables.write(lambda: claimed.save(condition=Mailed.token_hash.does_not_exist()))
    except ConditionFailed:
        return "before"
    outcome = _write(account, claimed, subject, text)
    tables.write(lambda: claimed.update(actions=[Mailed.outcome.set(outcome)]))
    return outcome


def _write(account: Account, claimed: Mailed, subject: str, text: str) -> str:
    """Raises NotSent when it may work later; who certainly got nothing is free for that again."""
    way_out = unsubscribing.url(account.account_id)
    words = {"subject": subject, "text": text, "unsubscribe_url": way_out}
    try:
        mail.send(account.email, TEMPLATE, account.account_id, **words)
    except mail.NotAllowed:
        return "not asked for"
    except ProviderError as error:
        log.warning("mail not sent", extra={"template": TEMPLATE, "code": error.code})
        if error.permanent:
            return "undeliverable"
        if error.code.endswith("Exception"):  # SES said no; what does not answer may have sent it
            tables.write(claimed.delete)
        raise NotSent("Mail is not taken at the moment: send it again later, and it goes on.") from None
    return "sent"


def _note(mailing: Mailing, after: str | None) -> Mailing:
    done = Mailing.after.set(after) if after else Mailing.ended_at.set(clock.render(clock.now()))
    tables.write(lambda: Mailing(mailing.token_hash).update(actions=[done]))
    noted = Mailing.stored(mailing.token_hash)
    assert noted, "it lives for months"
    return noted


def _expires_at() -> int:
    end = profile.current().expires_at("marketing", created=clock.now())
    assert end, "what is created has its end"
    return clock.epoch_seconds(end)
