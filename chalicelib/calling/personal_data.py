"""What calling holds of a person: call records, here and at the carrier."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice

from pynamodb.expressions.update import Action

from chalicelib.calling import erasure, exports, favourites, records, rules
from chalicelib.calling.models import CallRecord, Favourites, month_key
from chalicelib.calling.quality import CallQuality
from chalicelib.core import clock, extracts, ids, tables
from chalicelib.core.extracts import Batch, Extract, Fields
from chalicelib.core.files import File
from chalicelib.core.scan import Part
from chalicelib.core.subjects import Erased, Kind, Row, Subject
from chalicelib.core.tables import Item
from chalicelib.policy import fields, profile
from chalicelib.providers import twilio

SAMPLE = 20


def _months(account_id: str) -> Iterator[str]:
    return records.months(account_id, clock.now() + rules.CALL_ID_LIFE)


def _all(subject: Subject) -> Iterator[CallRecord]:
    """Expired ones too, which are only hidden until the table drops them."""
    for month in _months(subject.account_id):
        yield from CallRecord.query(month, consistent_read=True)


def _lost() -> set[str]:
    """What a deletion takes of a record that the policy keeps without its person; empty: all of it.

    What a browser measured always goes.
    """
    category = profile.current().category_of("call_record")
    if category.on_erasure.action == "delete":
        return set()
    gone = set(category.fields) - set(category.on_erasure.keep_fields)
    return fields.held(category, gone, "cdrs").union(CallQuality.__struct_fields__)


def _personal(subject: Subject) -> Iterator[CallRecord]:
    """Records that a deletion still has to do with: one that was cut off knows no call at the carrier."""
    lost = _lost()
    return (record for record in _all(subject) if not lost or record.call_sid)


def _limit(subject: Subject, closed_at: datetime) -> int:
    return sum(records.limit(record, closed_at) for record in _all(subject))


def _find(subject: Subject) -> int:
    return erasure.count(subject.account_id, _lost())


def _erase(subject: Subject) -> Erased:
    return erasure.erase(subject.account_id, _lost())


def _sample(subject: Subject) -> list[str]:
    return [record.call_sid for record in islice(_personal(subject), SAMPLE) if record.call_sid]


def _find_files(subject: Subject) -> int:
    return exports.count(subject.account_id)


def _erase_files(subject: Subject) -> Erased:
    return Erased("erased", exports.erase(subject.account_id))


def _find_favourites(subject: Subject) -> int:
    return len(favourites.numbers(subject.account_id))


def _erase_favourites(subject: Subject) -> Erased:
    return Erased("erased", favourites.erase(subject.account_id))


def _forget(record: Item) -> bool:
    """Delete a call at the carrier, before our record of it ends: only that knows the call's ids there."""
    assert isinstance(record, CallRecord)
    if not record.call_sid:
        return True
    if not all(twilio.delete_call(sid) for sid in (record.leg_sid, record.call_sid) if sid):
        return False
    key = CallRecord(record.month_key, record.call_id)
    actions: list[Action] = [CallRecord.call_sid.set(""), CallRecord.leg_sid.remove()]
    with suppress(tables.ConditionFailed):
        tables.write(lambda: key.update(actions=actions, condition=CallRecord.call_id.exists()))
    return True


ROWS = [
    Row(
        "calls",
        "call_record",
        _find,
        _erase,
        rewrites=True,
        limit=_limit,
        store="cdrs",
        processor="twilio",
        sample=_sample,
        remains=twilio.has_call,
    ),
    Row("favourites", "account", _find_favourites, _erase_favourites, store="users"),
    Row("exports", "call_record", _find_files, _erase_files),
]
KINDS = [
    Kind(CallRecord, "call_", "call_record", {"call_ended": "ended_at"}, _forget, _months),
    Kind(Favourites, "FAVOURITES#", "account"),
    Kind(File, "CALLS#", "call_record"),
]


CALL = extracts.fields(CallRecord)
FAVOURITE: Fields = {"number": "string"}


def _records(subject: Subject, after: str | None) -> Iterator[Batch]:
    """Every call, oldest first."""
    first = ids.made_at(after) if after else None
    months = list(records.months(subject.account_id, clock.now() + rules.CALL_ID_LIFE, first))
    for month in reversed(months):
        behind = after if after and month_key(subject.account_id, after) == month else None
        yield from extracts.scanned(
            Part("cdrs", "month_key", month, "call_id", "call_", "call_~"), CALL, behind
        )


def _numbers(subject: Subject, _: str | None) -> Iterator[Batch]:
    if found := favourites.numbers(subject.account_id):
        yield Batch([{"number": number} for number in found])


EXTRACTS = [
    Extract("calls", "call_record", CALL, _records, {"call_quality": CallQuality.__struct_fields__}),
    Extract("favourites", "account", FAVOURITE, _numbers),
]
