"""A changed policy on its way: announced and posted, told to those whom it concerns, and then it holds.

The order is kept by what is written in the registry: nothing holds that was not announced, and no change
that matters before the notice was given that the policy which it replaces promises.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.core import clock, tables
from chalicelib.core.errors import NotRight
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed
from chalicelib.policy import profile
from chalicelib.policy.terms import ChangeNotice
from chalicelib.privacy import change_rules
from chalicelib.privacy.change_rules import Told
from chalicelib.privacy.policy_models import Announcement, Held, Holding, policy_key


class NotYet(NotRight):
    """The policy can't be announced, or can't hold yet; the sentence says why."""


@dataclass(frozen=True)
class Version:
    """A policy that holds or held, as plain values: its shape may be older than this code."""

    version: str
    document: dict[str, Any]

    @property
    def effective_at(self) -> str:
        return str(self.document["effective_at"])

    @property
    def notice(self) -> ChangeNotice:
        """What it promises of its own end."""
        return msgspec.convert(self.document["settings"]["change_notice"], ChangeNotice)


@dataclass(frozen=True)
class Draft:
    """A version that is to hold: canonical JSON, its notice, and what it changes of the one that holds.

    `concerns` are the kinds of people whom a change matters to, `changes` sentences for them; `differs` says
    whether anybody who reads it sees a difference.
    """

    document: bytes
    page: str
    concerns: frozenset[str]
    changes: tuple[str, ...]
    differs: bool

    @property
    def version(self) -> str:
        return profile.version(self.document)

    @property
    def effective_at(self) -> str:
        return str(msgspec.json.decode(self.document, type=dict[str, Any])["effective_at"])


def holding() -> Version | None:
    """The policy that holds, as it was written then; None before the first."""
    found = Holding.stored(policy_key(), Holding.SK)
    if not found:
        return None
    return Version(found.policy_version, msgspec.json.decode(zlib.decompress(found.document)))


def announced(version: str) -> Announcement | None:
    return Announcement.stored(policy_key(), Announcement.key(version))


def next_one() -> Announcement | None:
    """The newest announcement of what is to follow the policy that holds."""
    holds = Holding.stored(policy_key(), Holding.SK)
    found = Announcement.query(
        policy_key(), Announcement.sk.startswith(Announcement.key("")), consistent_read=True
    )
    waiting = [one for one in found if holds and one.supersedes == holds.policy_version]
    return max(waiting, key=lambda one: one.at, default=None)


def announce(draft: Draft) -> Announcement:
    """Post a draft, from this moment on; again, it is the announcement of before. Raises NotYet."""
    before = holding()
    if before is None:
        raise NotYet("No policy holds yet: activate the first one, which has nobody to tell.")
    if known := announced(draft.version):
        return known
    _check_dates(before, draft, clock.now())
    at = clock.render(clock.now())
    item = Announcement(
        policy_key(),
        Announcement.key(draft.version),
        policy_version=draft.version,
        supersedes=before.version,
        effective_at=draft.effective_at,
        at=at,
        concerns=sorted(draft.concerns),
        changes=list(draft.changes),
        document=zlib.compress(draft.document, 9),
        page=zlib.compress(draft.page.encode(), 9),
        # Those whose addresses we do not have read it on the page.
        mailed_at=None if "account" in draft.concerns else at,
    )
    with suppress(ConditionFailed):  # somebody else has just announced the same
        tables.write(lambda: item.save(condition=Announcement.sk.does_not_exist()))
    stored = announced(draft.version)
    assert stored, "it was written just now"
    return stored


def activate(draft: Draft) -> datetime:
    """Let a version hold from now on; again, it holds since before. Raises NotYet.

    The first version of a service has nobody to tell. A change that concerns nobody holds at once.
    """
    before, now = holding(), clock.now()
    version = draft.version
    if before and before.version == version:
        return clock.parse(Holding.get(policy_key(), Holding.SK, consistent_read=True).at)
    if before:
        _check_told(before, draft, now)
    _hold(draft, before, now)
    return now


def posted_page() -> str | None:
    """The notice of the version that is announced and does not hold yet."""
    found = next_one()
    return zlib.decompress(found.page).decode() if found else None


def coming_at() -> str | None:
    """The day from which an announced version is to hold."""
    found = next_one()
    return found.effective_at if found else None


def watch() -> dict[str, int]:
    """Whether the version that runs is the one that holds; else an alarm is logged. The first one holds."""
    found, active = Holding.stored(policy_key(), Holding.SK), profile.current()
    if found is None:
        document = (profile.COMPILED / f"{active.id}.json").read_bytes()
        activate(Draft(document, "", frozenset(), (), differs=False))
    other = found is not None and found.policy_version != active.version
    if other:
        log.error("alarm", extra={"alarm": "policy-not-activated", "version": active.version})
    return {"other": int(other)}


def _check_dates(before: Version, draft: Draft, now: datetime) -> None:
    if draft.differs and draft.effective_at <= before.effective_at:
        raise NotYet(
            f"The text changes and its date does not: write an effective_at later than {before.effective_at}."
        )
    if not draft.concerns:
        return
    earliest = change_rules.earliest_day(before.notice, now)
    if draft.effective_at < earliest.isoformat():
        raise NotYet(
            f"People are promised {before.notice.lead} of notice: the earliest effective_at"
            f" is {earliest}, and it says {draft.effective_at}."
        )


def _check_told(before: Version, draft: Draft, now: datetime) -> None:
    if not draft.concerns:
        _check_dates(before, draft, now)
        return
    known = announced(draft.version)
    if known is None or known.supersedes != before.version:
        raise NotYet("This version was not announced as a change of the one that holds: announce it first.")
    from_then = change_rules.may_hold_at(before.notice, told(known), known.effective_at)
    if from_then is None:
        ways = f"{before.notice.mode} of {', '.join(before.notice.channels)}"
        raise NotYet(f"Not everybody was told by {ways}: announce it again, which goes on where it was.")
    if now < from_then:
        raise NotYet(f"It may hold from {clock.render(from_then)} on.")


def told(announcement: Announcement) -> Told:
    """By which channel everybody concerned was told, and when."""
    done = {"page": clock.parse(announcement.at)}
    if announcement.mailed_at:
        done["mail"] = clock.parse(announcement.mailed_at)
    return done


def _hold(draft: Draft, before: Version | None, now: datetime) -> None:
    """One version follows another; of two that would follow the same one, the second is refused."""
    version, at = draft.version, clock.render(now)
    supersedes = before.version if before else None
    item = Holding(
        policy_key(),
        Holding.SK,
        policy_version=version,
        supersedes=supersedes,
        at=at,
        document=zlib.compress(draft.document, 9),
    )
    line = Held(policy_key(), Held.key(at, version), policy_version=version, supersedes=supersedes, at=at)
    unchanged = Holding.policy_version == supersedes if supersedes else Holding.sk.does_not_exist()
    writes = tables.Transaction()
    writes.put("holding", item, unchanged)
    writes.put("line", line)
    try:
        writes.commit()
    except ConditionFailed:
        raise NotYet("Another version came to hold just now: look again.") from None
