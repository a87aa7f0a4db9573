"""What we hold of a person, by category: how much, until when, why, and who gets it, as the policy says.

It is counted like the rows of a file of all their data, but no further than CAP, so that it costs the same
however much there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.core import clock
from chalicelib.core.ends import END
from chalicelib.core.extracts import Extract
from chalicelib.core.subjects import Subject
from chalicelib.policy import profile
from chalicelib.policy.terms import EVERYTHING, Category, Processor
from chalicelib.privacy import contents

CAP = 1_000
BEGUN = ("created_at", "at")
"""Attributes that say when something was written, where it has no end of its own."""


@dataclass
class Found:
    """How many there are of a category, `more` if that is not all; `ends_at` is when the last of them goes.

    None: that can't be told of today, or not of each.
    """

    count: int = 0
    more: bool = False
    ends_at: datetime | None = None
    endless: bool = False

    def add(self, end: datetime | None) -> None:
        if self.count == CAP:
            self.more = True
            return
        self.count += 1
        self.endless = self.endless or end is None
        self.ends_at = max(filter(None, (self.ends_at, end)), default=None)

    @property
    def last_end(self) -> datetime | None:
        return None if self.endless or self.more else self.ends_at


def categories() -> list[Category]:
    """What the policy has today of people with an account, and stores."""
    return [
        one for one in profile.current().category if one.active and one.stores and "account" in one.subjects
    ]


def count(subject: Subject, closed_at: datetime | None) -> dict[str, Found]:
    """What there is of each category that can be counted by person; the log, for one, can't be.

    `closed_at` is when the account was closed.
    """
    known = {category.id for category in categories()}
    found: dict[str, Found] = {}
    for extract in contents.extracts():
        told = {id: names for id, names in _told(extract).items() if id in known}
        for id in told:
            found.setdefault(id, Found())
        if told:
            _read(extract, subject, told, found, closed_at)
    return found


def recipients(category: Category) -> list[Processor]:
    """Who gets it today: those whom the policy names, and who hosts all that is stored."""
    return [
        one
        for one in profile.current().processor
        if one.active and (one.id in category.recipients or EVERYTHING in one.fields_sent)
    ]


def _told(extract: Extract) -> dict[str, tuple[str, ...]]:
    """Categories that its rows are of, each with the fields of which a row has one; none: each row is."""
    return {extract.category: (), **extract.also}


def _read(
    extract: Extract,
    subject: Subject,
    told: dict[str, tuple[str, ...]],
    found: dict[str, Found],
    closed_at: datetime | None,
) -> None:
    read = 0
    for batch in extract.read(subject, None):
        for row in batch.rows:
            if read == CAP:
                for id in told:
                    found[id].more = True
                return
            read += 1
            for id, names in told.items():
                if not names or not row.keys().isdisjoint(names):
                    found[id].add(_end(id, row, closed_at))


def _end(category: str, row: dict[str, Any], closed_at: datetime | None) -> datetime | None:
    """When this goes, by itself or by the clocks of the policy that have begun."""
    if END in row:
        return clock.from_epoch(row[END])
    clocks = {"account_closed": closed_at} if closed_at else {}
    begun = next((row[name] for name in BEGUN if name in row), None)
    if isinstance(begun, str):
        clocks["created"] = clock.parse(begun)
    return profile.current().expires_at(category, **clocks)
