"""What numbers holds of a person: their caller IDs, here and at the carrier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from chalicelib.core import clock, extracts
from chalicelib.core.extracts import Batch, Extract, Fields
from chalicelib.core.subjects import Erased, Kind, Row, Subject
from chalicelib.numbers import removals, shelves
from chalicelib.numbers.models import CallerIds, Claim
from chalicelib.numbers.rules import OwnNumber

NOT_YET_SECONDS = 86_400


def _find(subject: Subject) -> int:
    return len(shelves.read(subject.account_id).numbers)


def _erase(subject: Subject) -> Erased:
    """At the carrier first: only the shelf knows what there is. A code call under way is waited for."""
    count = 0
    for number in shelves.read(subject.account_id).numbers.values():
        now = clock.epoch_seconds(clock.now())
        if not number.is_over(now):
            return Erased("later", count, number.ends_at - now)
        if not removals.finish(subject.account_id, number):
            return Erased("later", count, NOT_YET_SECONDS)
        count += 1
    shelves.delete(shelves.read(subject.account_id))
    return Erased("erased", count)


ROWS = [Row("caller_ids", "caller_id", _find, _erase, store="users", processor="twilio")]
KINDS = [Kind(CallerIds, "CALLERIDS#", "caller_id"), Kind(Claim, "NUMBER#", "caller_id")]


NUMBER: Fields = {
    "id": "string",
    "phone": "string",
    "state": "string",
    "ends_at": "integer",
    "code": "string",
    "calls": "array",
    "sid": "string",
}


def _numbers(subject: Subject, _: str | None) -> Iterator[Batch]:
    found = shelves.read(subject.account_id).numbers.values()
    if found:
        yield Batch([_told(number) for number in found])


def _told(number: OwnNumber) -> dict[str, Any]:
    """As its person sees it. That it is another's already is nothing that they may learn."""
    seen = asdict(number.at(clock.epoch_seconds(clock.now())))
    told: dict[str, Any] = extracts.plain(
        {name: seen[name] for name in NUMBER if seen[name] is not None},
    )
    return told


EXTRACTS = [Extract("caller_ids", "caller_id", NUMBER, _numbers)]
