"""Mails about a changed policy: to everybody whom it concerns, page by page, and to nobody twice.

Each person is claimed before they are written to, and noted after. Who is claimed by a process that died is
written to by the next one once the claim is over: in that one case a mail may come twice, and none is missed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from chalicelib.core import clock, settings, tables
from chalicelib.core.errors import NotRight, ProviderError
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed
from chalicelib.identity import census
from chalicelib.identity.accounts import Account
from chalicelib.policy import profile
from chalicelib.privacy.policy_models import CATEGORY, Announcement, Told
from chalicelib.providers import mail
from chalicelib.providers.suppressions import Suppressed

CLAIM = timedelta(minutes=10)
PAGE = 100
Progress = Callable[[Counter[str]], None]


class Interrupted(NotRight):
    """Mail is not taken at the moment, or others write to the same people; what was done is noted."""


def tell_all(announcement: Announcement, progress: Progress = lambda _: None) -> Counter[str]:
    """Write to every account of before the announcement; how many were sent, suppressed, undeliverable.

    Who was written to before is passed over, and a page that was finished is not looked at again. Raises
    Interrupted; then it may be called again.
    """
    counts: Counter[str] = Counter()
    after: str | None = announcement.mailed_until
    while not announcement.mailed_at:
        people, after = census.page(after, PAGE)
        for account in people:
            _tell(account, announcement, counts)
        announcement = _note(announcement, after)
        progress(counts)
    return counts


def _tell(account: Account, announcement: Announcement, counts: Counter[str]) -> None:
    if account.created_at > clock.parse(announcement.at):
        return  # they signed up when it was posted already
    claimed = _claim(account, announcement)
    if claimed is None:
        counts["before"] += 1
        return
    outcome = _write(account, announcement)
    tables.write(lambda: claimed.update(actions=[Told.outcome.set(outcome)]))
    counts[outcome] += 1


def _claim(account: Account, announcement: Announcement) -> Told | None:
    """Take somebody on; None where they were told. Raises Interrupted where another is just doing that."""
    now = clock.now()
    version = announcement.policy_version
    end = profile.current().expires_at(CATEGORY, created=now)
    told = Told(
        *Told.of(account.account_id, version),
        policy_version=version,
        at=clock.render(now),
        claimed_until=clock.epoch_seconds(now + CLAIM),
        expires_at=clock.epoch_seconds(end) if end else None,
    )
    over = Told.outcome.does_not_exist() & (Told.claimed_until <= clock.epoch_seconds(now))
    try:
        tables.write(lambda: told.save(condition=Told.sk.does_not_exist() | over))
    except ConditionFailed:
        known = Told.stored(*Told.of(account.account_id, version))
        if known and known.outcome:
            return None
        raise Interrupted("Somebody is being written to by another process: go on in ten minutes.") from None
    return told


def _write(account: Account, announcement: Announcement) -> str:
    """Raises Interrupted when it may work later."""
    try:
        mail.send(
            account.email,
            "policy_changed",
            effective_at=announcement.effective_at,
            changes=announcement.changes,
            posted=f"{settings.current().public_url}/api/privacy/announcement",
        )
    except Suppressed:
        return "suppressed"
    except ProviderError as error:
        log.warning("mail not sent", extra={"template": "policy_changed", "code": error.code})
        if not error.permanent:
            raise Interrupted("Mail is not taken at the moment: go on in ten minutes.") from None
        return "undeliverable"
    return "sent"


def _note(announcement: Announcement, after: str | None) -> Announcement:
    """How far it is; after the last page, when everybody had been told."""
    now = clock.render(clock.now())
    action = Announcement.mailed_until.set(after) if after else Announcement.mailed_at.set(now)
    kept = Announcement(announcement.pk, announcement.sk)
    with suppress(ConditionFailed):  # another process has come to the end
        tables.write(lambda: kept.update(actions=[action], condition=Announcement.mailed_at.does_not_exist()))
    return Announcement.get(announcement.pk, announcement.sk, consistent_read=True)
