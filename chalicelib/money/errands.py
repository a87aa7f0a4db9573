"""Errands: what a change of credit left to do for an account, carried out by the minute's sweep.

Each is done at least once: before it is begun its deadline is moved, and after it is done it is let go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chalicelib.core import clock, tables
from chalicelib.core.errors import Busy
from chalicelib.core.logs import log, trace
from chalicelib.core.tables import ConditionFailed
from chalicelib.money import (
    autotopup,
    cards,
    closings,
    holds,
    ledger,
    lowcredit,
    receipts,
    refund_requests,
    refunds,
)
from chalicelib.money.funds import CALL
from chalicelib.money.holds import Hold, Overdue

MAIL = "M#"
SOONEST_SECONDS = 60
LATEST_SECONDS = 6 * 3600
ALARM_SECONDS = 24 * 3600
PATIENCE_SECONDS = 20
"""A sweep has 55 s in all, and a partner that is down lets each question wait; the next minute goes on."""

Carry = Callable[[Overdue], bool]
"""Does an errand; True when it is to be let go, False when it was already, or has to come again."""

CARRY: dict[str, Carry] = {
    ledger.AUTO_TOPUP: autotopup.charge,
    autotopup.DECLINED: autotopup.tell_declined,
    cards.FORGET_CARD: cards.forget_card,
    cards.FORGET_CUSTOMER: cards.forget_customer,
    ledger.LOW_BALANCE: lowcredit.tell,
    ledger.RECEIPT: receipts.send,
    refund_requests.RESERVED: refunds.finish,
    closings.ERRAND: closings.finish,
}
"""By what their keys begin with; higher floors add theirs at start-up."""


def sweep(overdue: Iterable[Overdue]) -> dict[str, int]:
    """Carry out all that is no call; one that fails comes again later and stops no other."""
    started = clock.monotonic()
    swept = {"errands": 0, "errands_failed": 0}
    for found in sorted((found for found in overdue if not found.key.startswith(CALL)), key=_order):
        if clock.monotonic() - started > PATIENCE_SECONDS:
            break
        try:
            _carry_out(found)
        except Exception as error:  # noqa: BLE001 - the others must not wait for the one that is broken
            log.error("errand failed", extra={**_facts(found), **trace(error)})
            swept["errands_failed"] += 1
        else:
            swept["errands"] += 1
    return swept


def _carry_out(found: Overdue) -> None:
    now = clock.epoch_seconds(clock.now())
    age_seconds = now - found.hold.detail.get("since", found.hold.due)
    if age_seconds > ALARM_SECONDS:
        log.error("alarm", extra={"alarm": "errand-stale", **_facts(found)})
    again = now + min(max(age_seconds, SOONEST_SECONDS), LATEST_SECONDS)
    if not ledger.move_deadline(found.account_id, found.key, again, seen=found.hold.due):
        return  # another sweep has it
    carry = _carrier(found.key)
    if carry is None:
        log.error("alarm", extra={"alarm": "errand-unknown", **_facts(found)})
    elif carry(found):
        _let_go(found)


def _let_go(found: Overdue) -> None:
    """It is done; another that was left under its key meanwhile is not."""
    for attempt in range(tables.TRIES):
        funds = ledger.funds(found.account_id)
        left = holds.among(funds, found.key)
        if left is None or _which(left) != _which(found.hold):
            return
        try:
            ledger.book(found.account_id, None, release=found.key, before=funds, as_read=True)
        except ConditionFailed:
            tables.pause(attempt)
        else:
            return
    raise Busy


def _which(hold: Hold) -> tuple[object, object]:
    return hold.detail.get("since"), hold.detail.get("order")


def _carrier(key: str) -> Carry | None:
    return next((carry for prefix, carry in CARRY.items() if key.startswith(prefix)), None)


def _order(found: Overdue) -> tuple[bool, int, str, str]:
    """Mails come last: a charge may make one needless, and no refund waits while nobody can be written to."""
    return found.key.startswith(MAIL), found.hold.due, found.account_id, found.key


def _facts(found: Overdue) -> dict[str, object]:
    return {"account_id": found.account_id, "errand": found.key}
