"""The audit chain of a subject: who did what, in order, each entry bound to the one before by its hash.

An entry is written with the change that it tells of. Certificates sign the chain's head.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.core import clock, tables
from chalicelib.core.errors import Busy
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.policy import profile
from chalicelib.privacy import rules
from chalicelib.privacy.audit_models import AuditEntry
from chalicelib.privacy.models import subject_key

CATEGORY = "privacy_request"
JOINED = "audit"
Compose = Callable[[Transaction], None]
SERVICE = "service"
PERSON = "person"


@dataclass(frozen=True)
class Head:
    """The newest entry: how many there are, and its hash."""

    number: int = 0
    digest: str = ""


def join(transaction: Transaction, account_id: str, what: str, about: str, actor: str = SERVICE) -> None:
    """Add an entry to a change; of two at once the second is refused under the name `audit`."""
    before, now = head(account_id), clock.now()
    told: dict[str, Any] = {
        "number": before.number + 1,
        "at": clock.render_exactly(now),
        "actor": actor,
        "what": what,
        "about": about,
        "previous": before.digest,
    }
    end = profile.current().expires_at(CATEGORY, request_closed=now)
    entry = AuditEntry(
        subject_key(account_id),
        AuditEntry.key(before.number + 1),
        digest=rules.digest(told),
        expires_at=clock.epoch_seconds(end) if end else None,
        **told,
    )
    transaction.put(JOINED, entry, AuditEntry.sk.does_not_exist())


def append(account_id: str, what: str, about: str, actor: str = SERVICE) -> None:
    """Write an entry by itself; raises Busy."""
    together(lambda transaction: join(transaction, account_id, what, about, actor))


def together(compose: Compose) -> None:
    """Write what `compose` puts together, again while another entry gets in between.

    Raises ConditionFailed for any other refusal, or Busy.
    """
    for attempt in range(tables.TRIES):
        transaction = Transaction()
        compose(transaction)
        try:
            transaction.commit()
        except ConditionFailed as refused:
            if refused.names != {JOINED}:
                raise
            tables.pause(attempt)
        else:
            return
    raise Busy


def head(account_id: str) -> Head:
    """The chain's newest entry, from a consistent read."""
    keys = AuditEntry.sk.startswith(AuditEntry.PREFIX)
    for newest in AuditEntry.newest(subject_key(account_id), keys, limit=1):
        return Head(newest.number, newest.digest)
    return Head()


def entries(account_id: str) -> list[AuditEntry]:
    """All entries, oldest first; those past their time may be gone already."""
    key = AuditEntry.sk.startswith(AuditEntry.PREFIX)
    return list(AuditEntry.query(subject_key(account_id), key, consistent_read=True))


def check(account_id: str, *signed: Head) -> list[str]:
    """What is wrong with a subject's chain, in sentences; `signed` are the heads that certificates tell.

    Who could rewrite all of it could not rewrite what a certificate has signed.
    """
    wrong, found = [], entries(account_id)
    for before, entry in zip([None, *found], found, strict=False):
        if entry.digest != rules.digest(_told(entry)):
            wrong.append(f"Entry {entry.number} was changed.")
        if before and (entry.number, entry.previous) != (before.number + 1, before.digest):
            wrong.append(f"Entry {entry.number} does not follow entry {before.number}.")
    digests = {entry.number: entry.digest for entry in found}
    oldest = min(digests, default=0)
    wrong += [
        f"Entry {one.number} is not the one that a certificate has signed."
        for one in signed
        if one.number >= oldest and digests.get(one.number) != one.digest
    ]
    return wrong


def _told(entry: AuditEntry) -> dict[str, object]:
    names = ("number", "at", "actor", "what", "about", "previous")
    return {name: getattr(entry, name) for name in names}
