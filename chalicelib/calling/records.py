"""Call records: written once when a call ends, read by month, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.calling import rules
from chalicelib.calling.models import CallRecord, month_key, month_of
from chalicelib.core import clock, ids, tables
from chalicelib.core.tables import ConditionFailed
from chalicelib.money import rates
from chalicelib.money.holds import Hold
from chalicelib.money.rates import Rate
from chalicelib.policy import profile
from chalicelib.providers.twilio import Leg


def find(account_id: str, call_id: str) -> CallRecord | None:
    """One record, from a consistent read; an expired one is gone."""
    return CallRecord.living(month_key(account_id, call_id), call_id)


def compose(
    account_id: str, call_id: str, hold: Hold, leg: Leg, closed_at: datetime | None = None
) -> CallRecord:
    """The record of a call that has ended, from its hold and what the carrier said of its leg.

    `closed_at` is when its account was closed meanwhile.
    """
    detail = hold.detail
    rate = frozen_rate(detail)
    ended_at = _ended_at(call_id, hold, leg)
    return CallRecord(
        month_key(account_id, call_id),
        call_id,
        state="charged" if leg.duration_seconds else "voided",
        outcome=leg.outcome,
        to=detail["to"],
        caller_id=detail["from"],
        started_at=clock.render(clock.from_epoch(detail["at"])),
        ended_at=clock.render(ended_at),
        duration_seconds=leg.duration_seconds,
        limit_seconds=detail["limit"],
        cost_micros=rates.cost_micros(rate, leg.duration_seconds),
        call_sid=detail["sid"],
        leg_sid=leg.sid,
        expires_at=end(ended_at, closed_at),
        **asdict(rate),
    )


def end(ended_at: datetime, closed_at: datetime | None) -> int | None:
    """Until when (epoch seconds) the record of a call is kept; None: as long as its account is open."""
    closed = {"account_closed": closed_at} if closed_at else {}
    ends_at = profile.current().expires_at("call_record", call_ended=ended_at, **closed)
    return clock.epoch_seconds(ends_at) if ends_at else None


def limit(record: CallRecord, closed_at: datetime) -> bool:
    """Give a record the end that the closing of its account brings; False where it ends as soon already."""
    ends_at = end(clock.parse(record.ended_at), closed_at)
    if ends_at is None or (record.expires_at is not None and record.expires_at <= ends_at):
        return False
    key = CallRecord(record.month_key, record.call_id)
    actions: list[Action] = [CallRecord.expires_at.set(ends_at)]
    with suppress(ConditionFailed):
        tables.write(lambda: key.update(actions=actions, condition=CallRecord.call_id.exists()))
    return True


def frozen_rate(detail: dict[str, Any]) -> Rate:
    """The rate that a hold keeps, as a list: names would cost more than the values."""
    return Rate(*detail["rate"])


def _ended_at(call_id: str, hold: Hold, leg: Leg) -> datetime:
    """The carrier's word where it is possible, our clock otherwise."""
    if leg.ended_at and ids.made_at(call_id) <= leg.ended_at <= clock.from_epoch(hold.due):
        return leg.ended_at
    return clock.now()


def newest_first(account_id: str, since: datetime | None = None) -> Iterator[CallRecord]:
    """Every record of a call whose id was made at `since` or later, month by month, read in pages."""
    oldest = ids.earliest("call", since) if since else None
    for month in months(account_id, clock.now() + rules.CALL_ID_LIFE, since):
        newer = CallRecord.call_id >= oldest if oldest else None
        for record in CallRecord.query(month, newer, scan_index_forward=False, consistent_read=True):
            if not record.expired():
                yield record


def by_sid(account_id: str, since: datetime) -> dict[str, CallRecord]:
    """Records of calls whose id was made at `since` or later, by the carrier's id of the call."""
    return {record.call_sid: record for record in newest_first(account_id, since)}


def note_price(record: CallRecord, price_micros: int, currency: str) -> None:
    """Write down once what the carrier took for a call; a record that was erased stays gone."""
    actions: list[Action] = [
        CallRecord.carrier_micros.set(price_micros),
        CallRecord.carrier_currency.set(currency),
    ]
    condition = CallRecord.call_id.exists() & CallRecord.carrier_micros.does_not_exist()
    key = CallRecord(record.month_key, record.call_id)
    with suppress(ConditionFailed):
        tables.write(lambda: key.update(actions=actions, condition=condition))


def months(account_id: str, newest: datetime, oldest: datetime | None = None) -> Iterator[str]:
    """Partitions from `newest`'s month back to `oldest`'s, or to the first that the account can have.

    A call id may be a day older than its call, so that the first may lie in the month before the account's.
    """
    first = ids.made_at(account_id) - rules.CALL_ID_LIFE
    last = max(first, oldest or first).strftime("%Y-%m")
    while newest.strftime("%Y-%m") >= last:
        yield month_of(account_id, newest)
        newest = newest.replace(day=1) - timedelta(days=1)
