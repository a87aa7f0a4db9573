"""Each minute: calls past their deadline, whose end nobody told us: the carrier is asked, then settled."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.calling import calls
from chalicelib.core import clock
from chalicelib.core.errors import ProviderError
from chalicelib.core.logs import log
from chalicelib.money import holds, ledger
from chalicelib.money.funds import CALL
from chalicelib.money.holds import Hold, Overdue
from chalicelib.providers import twilio
from chalicelib.providers.twilio import Leg

UNKNOWN_CALL = "20404"
AGAIN_SECONDS = 60


def sweep(overdue: Iterable[Overdue] | None = None) -> dict[str, int]:
    """Settle what has ended; keep the hold, later and with an alarm, where the carrier cannot say so yet.

    `overdue` saves looking for it again; of it, and of what is found here, only calls are touched.
    """
    swept = {"settled": 0, "postponed": 0}
    if overdue is None:
        overdue = holds.overdue(clock.epoch_seconds(clock.now()))
    for account_id, call_id, hold in overdue:
        if not call_id.startswith(CALL):
            continue
        leg = _ask(call_id, hold)
        if leg:
            calls.settle(account_id, call_id, leg)
            swept["settled"] += 1
        else:
            ledger.move_deadline(account_id, call_id, clock.epoch_seconds(clock.now()) + AGAIN_SECONDS)
            swept["postponed"] += 1
    return swept


def _ask(call_id: str, hold: Hold) -> Leg | None:
    """How the call ended, by the carrier; None when it goes on or the carrier does not answer."""
    try:
        leg = twilio.fetch_leg(hold.detail["sid"])
    except ProviderError as error:
        if error.code == UNKNOWN_CALL:
            log.error("alarm", extra={"alarm": "call-unknown-to-carrier", "call": call_id})
            return Leg("failed", 0, None, None)
        log.error("alarm", extra={"alarm": "hold-stale", "call": call_id, "code": error.code})
        return None
    if leg is None:
        log.error("alarm", extra={"alarm": "hold-stale", "call": call_id, "code": "in-progress"})
    return leg
