"""How well a line carried a call: told once, by the browser that placed it, and kept on the call's record."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.calling import records
from chalicelib.calling.models import CallRecord
from chalicelib.core import clock, tables
from chalicelib.core.errors import Refusal, not_found
from chalicelib.core.tables import ConditionFailed
from chalicelib.money import holds

LATEST = timedelta(days=1)
STILL_LIVE = Refusal(
    409, "call-live", "This call has not ended yet. Please tell us a little later.", retry_after_seconds=5
)
KNOWN = Refusal(409, "quality-known", "The quality of this call is known already.")
TOO_LATE = Refusal(409, "too-late", "This call ended too long ago.")


class CallQuality(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the caller's browser measured over a whole call."""

    jitter_ms: Annotated[int, Meta(ge=0, le=60_000, description="How unevenly sound arrived.")]
    packet_loss_permille: Annotated[int, Meta(ge=0, le=1000, description="How much of it was lost.")]
    round_trip_ms: Annotated[int, Meta(ge=0, le=60_000, description="How long it went there and back.")]
    mos_hundredths: Annotated[int, Meta(ge=100, le=500, description="The mean opinion score, as estimated.")]
    connection: Annotated[
        Literal["steady", "interrupted", "lost"], Meta(description="Whether the browser stayed connected.")
    ]


def of(record: CallRecord) -> CallQuality | None:
    """What was noted of a call; None where nobody measured it."""
    if record.jitter_ms is None:
        return None
    return CallQuality(**{name: getattr(record, name) for name in CallQuality.__struct_fields__})


def note(account_id: str, call_id: str, told: CallQuality) -> None:
    """Write down what a browser tells of its call; the same once more changes nothing.

    Refusals: 404 for what is no call of this account, 409 until it has its record, with other values than
    before, or first told more than a day after its end.
    """
    hold = holds.find(account_id, call_id)  # first: what it makes room for is the record
    record = records.find(account_id, call_id)
    if record is None:
        raise STILL_LIVE if hold else not_found("call")
    if of(record) is None:
        if clock.now() > clock.parse(record.ended_at) + LATEST:
            raise TOO_LATE
        record = _write(account_id, record, told)
    if of(record) != told:
        raise KNOWN


def _write(account_id: str, record: CallRecord, told: CallQuality) -> CallRecord:
    """The record as it is afterwards, whoever was first; one that was erased meanwhile stays gone."""
    key = CallRecord(record.month_key, record.call_id)
    actions = [getattr(CallRecord, name).set(value) for name, value in msgspec.structs.asdict(told).items()]
    unmeasured = CallRecord.call_id.exists() & CallRecord.jitter_ms.does_not_exist()
    try:
        tables.write(lambda: key.update(actions=actions, condition=unmeasured))
    except ConditionFailed:
        found = records.find(account_id, record.call_id)
        if found is None:
            raise not_found("call") from None
        return found
    return key
