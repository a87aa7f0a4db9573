"""Each minute: calls past their deadline, whose end nobody told us: the carrier is asked, then settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from chalicelib.calling import settlements
from chalicelib.core import clock, metrics
from chalicelib.core.errors import ProviderError
from chalicelib.core.logs import log, trace
from chalicelib.money import holds, ledger
from chalicelib.money.funds import CALL
from chalicelib.money.holds import Hold, Overdue
from chalicelib.providers import twilio
from chalicelib.providers.twilio import Leg

UNKNOWN_CALL = "20404"
AGAIN_SECONDS = 45
"""Less than the minute between two sweeps, so that the next one looks again."""
PATIENCE_SECONDS = 25
"""A sweep has 55 s in all, and a carrier that is down lets each question wait for 8."""


def sweep(overdue: Iterable[Overdue] | None = None) -> dict[str, int]:
    """Settle what has ended; keep the hold, with a later deadline, where the carrier cannot say so yet.

    The oldest come first and one failure stops no other. Whatever is still held counts as stale. `overdue`
    saves looking for it where somebody just has; of it only calls are touched.
    """
    started = clock.monotonic()
    swept = Counter(settled=0, postponed=0)
    if overdue is None:
        overdue = holds.overdue(clock.epoch_seconds(clock.now()))
    due = [found for found in overdue if found.key.startswith(CALL)]
    for account_id, call_id, hold in sorted(due, key=lambda found: found.hold.due):
        if clock.monotonic() - started > PATIENCE_SECONDS:
            break
        swept[_sweep_one(account_id, call_id, hold)] += 1
    metrics.count("StaleHolds", len(due) - swept["settled"])
    return dict(swept)


def _sweep_one(account_id: str, call_id: str, hold: Hold) -> str:
    try:
        leg = _ask(call_id, hold)
        if leg:
            settlements.settle(account_id, call_id, leg)
            return "settled"
        ledger.move_deadline(account_id, call_id, clock.epoch_seconds(clock.now()) + AGAIN_SECONDS)
    except Exception as error:  # noqa: BLE001 - one account's trouble must not keep another's credit held
        log.error("alarm", extra={"alarm": "sweep-failed", "call": call_id, **trace(error)})
        return "failed"
    return "postponed"


def _ask(call_id: str, hold: Hold) -> Leg | None:
    """How the call ended, by the carrier; None when it goes on or the carrier does not answer."""
    try:
        leg = twilio.fetch_leg(hold.detail["sid"])
    except ProviderError as error:
        if error.code == UNKNOWN_CALL:
            log.error("alarm", extra={"alarm": "call-unknown-to-carrier", "call": call_id})
            return Leg("failed", 0, None, None)
        log.warning("hold stale", extra={"call": call_id, "code": error.code})
        return None
    if leg is None:
        log.warning("hold stale", extra={"call": call_id, "code": "in-progress"})
    return leg
