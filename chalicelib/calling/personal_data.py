"""What calling holds of a person: call records, here and at the carrier."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.calling import exports, favourites, records, rules
from chalicelib.calling.models import CallRecord
from chalicelib.core import clock, vault
from chalicelib.core.errors import ProviderError
from chalicelib.core.subjects import Erased, Row, Subject
from chalicelib.providers import twilio

ROUND = 50
LATER_SECONDS = 3600
NOT_YET_SECONDS = 86_400


def _all(subject: Subject) -> Iterator[CallRecord]:
    """Expired ones too, which are only hidden until the table drops them."""
    for month in records.months(subject.account_id, clock.now() + rules.CALL_ID_LIFE):
        yield from CallRecord.query(month, consistent_read=True)


def _find(subject: Subject) -> int:
    return sum(1 for _ in _all(subject))


def _erase(subject: Subject) -> Erased:
    """At the carrier first: only our record knows the call's ids there."""
    count = 0
    for record in _all(subject):
        if count == ROUND:
            return Erased("more", count)
        try:
            gone = all(twilio.delete_call(sid) for sid in (record.leg_sid, record.call_sid) if sid)
        except ProviderError:
            return Erased("later", count, LATER_SECONDS)
        if not gone:
            return Erased("later", count, NOT_YET_SECONDS)
        record.delete()
        count += 1
    return Erased("erased", count)


def _find_files(subject: Subject) -> int:
    return vault.count(subject.account_id) + (exports.find(subject.account_id) is not None)


def _erase_files(subject: Subject) -> Erased:
    return Erased("erased", exports.erase(subject.account_id))


def _find_favourites(subject: Subject) -> int:
    return len(favourites.numbers(subject.account_id))


def _erase_favourites(subject: Subject) -> Erased:
    return Erased("erased", favourites.erase(subject.account_id))


ROWS = [
    Row("calls", "call_record", _find, _erase),
    Row("favourites", "account", _find_favourites, _erase_favourites),
    Row("exports", "call_record", _find_files, _erase_files),
]
