"""Who was erased, by ids that point to nobody: after a restore from a backup they are erased again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from chalicelib.core import clock
from chalicelib.core.errors import ProviderError
from chalicelib.core.subjects import Row, Subject, rounds
from chalicelib.policy import profile
from chalicelib.privacy import audit, holds, manifest
from chalicelib.privacy.audit_models import Tombstone
from chalicelib.privacy.models import Request

CATEGORY = "privacy_request"
ROUNDS = 100_000


@dataclass
class Replayed:
    """What a deletion's repetition erased, by row, and the rows where something is left."""

    request_id: str
    erased: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def write(request: Request) -> None:
    """Remember that this subject was erased; again, it changes nothing."""
    at = str(request.erased_at)
    end = profile.current().expires_at(CATEGORY, request_closed=clock.parse(at))
    Tombstone(
        Tombstone.partition(at[:7]),
        f"{Tombstone.PREFIX}{request.account_id}",
        account_id=request.account_id,
        user_id=request.user_id,
        request_id=request.id,
        at=at,
        expires_at=clock.epoch_seconds(end) if end else None,
    ).save()


def since(moment: datetime) -> Iterator[Tombstone]:
    """All who were erased at this moment or later, oldest month first."""
    first, last = (at.year * 12 + at.month - 1 for at in (moment, clock.now()))
    for number in range(first, last + 1):
        month = f"{number // 12:04}-{number % 12 + 1:02}"
        for stone in Tombstone.query(Tombstone.partition(month), consistent_read=True):
            if clock.parse(stone.at) >= moment:
                yield stone


def replay(moment: datetime, actor: str) -> Iterator[Replayed]:
    """Erase again who was erased since, row by row, but what a legal hold covers; may be run again.

    What a processor refuses for now is left, and named. The chain tells of it before anything goes: whoever
    dies in between finds nothing any more to tell of.
    """
    for stone in since(moment):
        subject = Subject(user_id=stone.user_id, account_id=stone.account_id)
        done = Replayed(stone.request_id)
        if any(row.find(subject) for row in manifest.rows() if not _is_held(row, subject)):
            audit.append(stone.account_id, "erased again", stone.request_id, actor)
        for row in manifest.rows():
            if not _is_held(row, subject):
                _again(row, subject, done)
        yield done


def _again(row: Row, subject: Subject, done: Replayed) -> None:
    try:
        for erased in islice(rounds(row, subject), ROUNDS):
            if erased.count:
                done.erased[row.name] = done.erased.get(row.name, 0) + erased.count
            if erased.outcome != "more" or not erased.count:
                break
    except ProviderError:
        pass  # it is left, and found below
    if row.find(subject):
        done.left.append(row.name)


def _is_held(row: Row, subject: Subject) -> bool:
    return holds.covers(subject.account_id, row.category)
