"""How a call ends in the books: once, whoever tells it, in whatever order, however often."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pynamodb.expressions.update import Action

from chalicelib.calling import records, rules
from chalicelib.calling.models import CallRecord
from chalicelib.calling.rules import Settlement
from chalicelib.core import clock, ids, tables
from chalicelib.core.errors import Busy
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.money import holds, ledger, rates
from chalicelib.money.funds import Funds
from chalicelib.money.holds import Hold
from chalicelib.money.ledger import HoldGone, Movement
from chalicelib.providers.twilio import Leg


class Doubtful(Exception):
    """A callback tells of a call longer than its limit: nothing was booked, the carrier must be asked."""


def settle(account_id: str, call_id: str, leg: Leg, call_sid: str | None = None) -> None:
    """Book the end of a call, whatever came before: the table of settlements in `rules` says what.

    `call_sid` comes with a callback: a stranger's ending changes nothing, and one beyond the call's limit
    raises Doubtful. Without it, `leg` is what the carrier answered to us, and is booked as it is.
    """
    beside = False
    for attempt in range(tables.TRIES):
        known = _look(account_id, call_id, beside=beside)
        try:
            _settle(known, leg, call_sid)
        except (HoldGone, ConditionFailed):
            beside = True  # a rival wrote between our look and our write: look again, at the record too
            tables.pause(attempt)
        else:
            return
    raise Busy


@dataclass(frozen=True)
class Known:
    """A call as we know it: its hold while that lives, its record once it has ended."""

    call_id: str
    funds: Funds
    hold: Hold | None
    record: CallRecord | None

    @property
    def sid(self) -> str | None:
        if self.hold:
            return str(self.hold.detail["sid"])
        return self.record.call_sid if self.record else None

    @property
    def limit_seconds(self) -> int | None:
        if self.hold:
            return int(self.hold.detail["limit"])
        return self.record.limit_seconds if self.record else None


def _look(account_id: str, call_id: str, *, beside: bool) -> Known:
    """A hold has no record beside it but in an overlap of two webhooks, which the write finds out."""
    funds = ledger.funds(account_id)
    hold = holds.among(funds, call_id)
    record = records.find(account_id, call_id) if beside or not hold else None
    return Known(call_id, funds, hold, record)


def _settle(known: Known, leg: Leg, call_sid: str | None) -> None:
    if known.sid is None or call_sid not in (None, known.sid):
        log.warning("ending of another call", extra={"call": known.call_id})
        return
    paid = rules.paid_seconds(known.limit_seconds, leg.duration_seconds)
    leg = replace(leg, duration_seconds=paid)
    todo = rules.settlement(
        held=known.hold is not None,
        record_state=known.record.state if known.record else None,
        billable=leg.duration_seconds > 0,
    )
    charges = todo in (Settlement.POST, Settlement.LATE)
    if call_sid and charges and rules.is_beyond(known.limit_seconds, leg.duration_seconds):
        raise Doubtful
    _alarm_at_contradiction(known, leg)
    if known.hold and not known.record:
        _end(known, known.hold, leg, charged=charges)
    elif known.record and charges:
        _charge_late(known, known.record, leg)
    elif known.hold:
        ledger.book(known.funds.account_id, None, release=known.call_id, before=known.funds)


def _alarm_at_contradiction(known: Known, leg: Leg) -> None:
    """A bill stays as it was booked; that the carrier now says otherwise is for a person to look at."""
    record = known.record
    if record and record.state == "charged" and record.duration_seconds != leg.duration_seconds:
        told = {"booked_seconds": record.duration_seconds, "told_seconds": leg.duration_seconds}
        log.error("alarm", extra={"alarm": "duration-contradicted", "call": known.call_id, **told})


def _end(known: Known, hold: Hold, leg: Leg, *, charged: bool) -> None:
    """Post or void a hold, together with its record."""
    account_id = known.funds.account_id
    ended = records.compose(account_id, known.call_id, hold, leg, known.funds.closed_at)
    charge = _charge(known.call_id, ended.cost_micros, hold) if charged else None

    def join(transaction: Transaction) -> None:
        transaction.put("record", ended, CallRecord.call_id.does_not_exist())

    ledger.book(account_id, charge, release=known.call_id, join=join, before=known.funds)


def _charge_late(known: Known, record: CallRecord, leg: Leg) -> None:
    """The carrier says after all that a voided call was answered: charge it, by its frozen rate."""
    cost = rates.cost_micros(record.rate(), leg.duration_seconds)
    actions: list[Action] = [
        CallRecord.state.set("charged"),
        CallRecord.outcome.set(leg.outcome),
        CallRecord.duration_seconds.set(leg.duration_seconds),
        CallRecord.cost_micros.set(cost),
    ]
    if leg.sid:
        actions.append(CallRecord.leg_sid.set(leg.sid))  # without it the leg could not be erased there
    if leg.ended_at:
        actions.append(CallRecord.ended_at.set(clock.render(leg.ended_at)))
    key = CallRecord(record.month_key, record.call_id)

    def join(transaction: Transaction) -> None:
        transaction.update("record", key, actions, CallRecord.state == "voided")

    release = known.call_id if known.hold else None
    charge = _charge(known.call_id, cost, None)
    ledger.book(known.funds.account_id, charge, release=release, join=join, before=known.funds)


def _charge(call_id: str, cost_micros: int, hold: Hold | None) -> Movement:
    """What was held pays for a `call`; what goes beyond, or comes after, is a `late_charge`: maybe a debt."""
    kind = "call" if hold and cost_micros <= hold.amount_micros else "late_charge"
    if hold and kind == "late_charge":
        log.error("alarm", extra={"alarm": "call-beyond-hold", "call": call_id})
    return Movement(kind, call_id, ids.made_at(call_id), -cost_micros)
