"""Closing an account: it rests at once and can be read, until the policy's time after closing is over.

Then all goes that the policy keeps no longer than that, at processors first and the person last. It is no
deletion: nobody has to ask for anything, and what has a time of its own keeps it. While a legal hold stands
the person stays, by whom what it keeps is found when it is released.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from chalicelib.core import clock
from chalicelib.core.errors import ProviderError, Refusal
from chalicelib.core.logs import log, trace
from chalicelib.core.subjects import Row, Subject, rounds
from chalicelib.policy import profile
from chalicelib.privacy import choices, holds, manifest, register

CATEGORY = "account"
IDENTITY = ("account", "security")
"""Categories of what makes somebody findable."""
COUNTS = ("closed", "limited", "waiting", "ended", "held", "later", "failed")
SECONDS = 100
"""How long a day's look at them may take; the day has other work, too, and tomorrow comes."""


def close(subject: Subject) -> None:
    """Close an open account for good, after its person was told so. Refuses one that is being deleted."""
    from chalicelib.identity import accounts, closings, letters

    account = accounts.get(subject.user_id)
    now = clock.now().replace(microsecond=0)
    ends_at = _end(CATEGORY, now)
    if account:
        letters.send(account.email, "account_closed", ends_at=ends_at)
    if not account or not closings.close(subject.user_id, now, ends_at):
        raise Refusal(409, "account-suspended", "Your account is being deleted, or is closed already.")
    _rest(subject, now)


def sweep() -> dict[str, int]:
    """Look after every closed account: what a kill left undone is done, and what is over goes.

    One that fails is told of and stops no other; it comes again tomorrow.
    """
    from chalicelib.identity import closings

    counts: Counter[str] = Counter(dict.fromkeys(COUNTS, 0))
    until = clock.monotonic() + SECONDS
    for user in closings.round(SECONDS):
        assert user.closed_at
        subject, closed_at = Subject(user.user_id, user.account_id), clock.parse(user.closed_at)
        counts["closed"] += 1
        try:
            if register.open_one(subject.account_id, "deletion"):
                continue  # which takes all of it
            _rest(subject, closed_at)
            counts["limited"] += _limit(subject, closed_at)
            ends_at = _end(CATEGORY, closed_at)
            if ends_at:
                closings.shorten(user, ends_at)
            counts[_end_of(subject, closed_at, until)] += 1
        except Exception as error:  # noqa: BLE001 - the others must not wait for the one that is broken
            log.error("alarm", extra={"alarm": "closing-failed", "user_id": user.user_id, **trace(error)})
            counts["failed"] += 1
    log.info("closed accounts", extra={"counts": counts})
    return dict(counts)


def _rest(subject: Subject, closed_at: datetime) -> None:
    from chalicelib.money import closings

    closings.close(subject.account_id, closed_at)
    choices.close(subject.account_id)


def _limit(subject: Subject, closed_at: datetime) -> int:
    """Give what is stored the end that the closing brings; what is held has it when that is over."""
    return sum(
        row.limit(subject, closed_at)
        for row in manifest.rows()
        if row.limit and not holds.covers(subject.account_id, row.category)
    )


def _end(category: str, closed_at: datetime) -> datetime | None:
    """When something of a closed account must go; None: not because of that."""
    return profile.current().expires_at(category, account_closed=closed_at)


def _over(closed_at: datetime) -> Iterator[Row]:
    """The rows whose time is over, in the order of the manifest: the person's own come last."""
    known = {category.id for category in profile.current().category}
    for row in manifest.rows():
        # Sign-ins are good for nothing without their person.
        category = CATEGORY if row.category == "security" else row.category
        end = _end(category, closed_at) if category in known else None
        if end is not None and end <= clock.now():
            yield row


def _end_of(subject: Subject, closed_at: datetime, until: float) -> str:
    """Erase what is over, row by row, and stop where a processor asks for patience, or time runs out."""
    from chalicelib.money import ledger

    rows = list(_over(closed_at))
    if not rows:
        return "waiting"
    ledger.set_status(subject.account_id, "closed")
    free = [row for row in rows if not _is_kept(row, subject)]
    if not all(_erase(row, subject, until) for row in free):
        return "later"
    return "ended" if len(free) == len(rows) else "held"


def _is_kept(row: Row, subject: Subject) -> bool:
    """For a case: as long as one is open, the person, too."""
    found = holds.standing(subject.account_id)
    return bool(found) and (row.category in IDENTITY or holds.covers(subject.account_id, row.category))


def _erase(row: Row, subject: Subject, until: float) -> bool:
    """Whether a row is empty after one round, or as many as there is time for that get somewhere."""
    erasing = rounds(row, subject)
    try:
        while not _is_kept(row, subject):
            erased = next(erasing)
            if erased.outcome != "more" or not erased.count or clock.monotonic() >= until:
                return erased.outcome == "erased"
    except ProviderError as error:
        manifest.tell(row, error, user_id=subject.user_id)
    return False
