"""A person's call records on their way out: at the carrier first, since only they know its ids, then here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice

import msgspec
from pynamodb.expressions.update import Action

from chalicelib.calling import records, rules
from chalicelib.calling.models import CallRecord
from chalicelib.core import clock, scan, tables
from chalicelib.core.errors import ProviderError
from chalicelib.core.scan import Part, Text
from chalicelib.core.subjects import Erased
from chalicelib.providers import twilio

ROUND, ROUND_SECONDS = 500, 20
"""After so many calls, or so long where the carrier is slow, a legal hold is asked for again."""
BATCH = 25
"""What one request may delete."""
NOT_YET_SECONDS = 86_400


class Call(msgspec.Struct, gc=False):
    """What a record knows of its call at the carrier, and of who called."""

    call_id: Text
    call_sid: Text
    caller_id: Text | None = None
    leg_sid: Text | None = None


Found = tuple[str, Call]
"""With the month that it lies in."""


def count(account_id: str, lost: set[str]) -> int:
    """Records that a deletion still has to do with, expired ones too: these are only hidden.

    `lost` are the attributes that it takes of a record; empty: all of it. One that was cut off knows neither
    its call at the carrier, which may have forgotten that before, nor its caller.
    """
    return sum(1 for _ in _left(account_id, lost))


def erase(account_id: str, lost: set[str]) -> Erased:
    """One round, newest calls first, and how the next goes on where it stopped.

    Raises the carrier's ProviderError once nothing more is erased before it.
    """
    return _round(_left(account_id, lost), lost)


def _round(left: Iterator[Found], lost: set[str]) -> Erased:
    done, until = 0, clock.monotonic() + ROUND_SECONDS
    while batch := list(islice(left, BATCH)):
        gone, refused = _forgotten(batch)
        _drop(gone, lost)
        done += len(gone)
        if refused and not done:
            raise refused
        if refused:
            return Erased("more", done)
        if len(gone) < len(batch):
            return Erased("later", done, NOT_YET_SECONDS)
        if done >= ROUND or clock.monotonic() >= until:
            return Erased("more", done, go_on=partial(_round, left, lost))
    return Erased("erased", done)


def _left(account_id: str, lost: set[str]) -> Iterator[Found]:
    """What is to be erased, with the month that it lies in."""
    for where in records.months(account_id, clock.now() + rules.CALL_ID_LIFE):
        part = Part("cdrs", "month_key", where, "call_id", "call_", "call_~")
        for page in scan.pages(part, Call, newest_first=True):
            yield from ((where, call) for call in page if not lost or _is_whole(call, lost))


def _is_whole(call: Call, lost: set[str]) -> bool:
    caller_id = call.caller_id if "caller_id" in lost else None
    return bool(call.call_sid.S or (caller_id and caller_id.S))


def _forgotten(batch: Sequence[Found]) -> tuple[list[Found], ProviderError | None]:
    """Those that the carrier has forgotten, and why not the others; without a reason, it can't do so yet."""
    gone: list[Found] = []
    try:
        for where, call in batch:
            sids = [sid.S for sid in (call.leg_sid, call.call_sid) if sid and sid.S]
            if not all(twilio.delete_call(sid) for sid in sids):
                break
            gone.append((where, call))
    except ProviderError as error:
        return gone, error
    return gone, None


def _drop(gone: Sequence[Found], lost: set[str]) -> None:
    """Delete them whole, or take these attributes out of each; one that has expired stays away."""
    keys = [CallRecord(where, call.call_id.S) for where, call in gone]
    if not lost:
        with CallRecord.batch_write() as batch:
            for key in keys:
                batch.delete(key)
        return
    attributes = [CallRecord.get_attributes()[name] for name in sorted(lost)]
    actions: list[Action] = [one.remove() if one.null else one.set("") for one in attributes]
    for key in keys:
        with suppress(tables.ConditionFailed):
            tables.write(partial(key.update, actions=actions, condition=CallRecord.call_id.exists()))
