"""Each day: the carrier's own list of calls against ours: what each took from us, and whether it is billed.

The carrier's price goes onto the call record and is never a second bill. Its durations find what no callback
told: a call that was voided and had been answered after all is charged now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache

from chalicelib.calling import records, rules, settlements
from chalicelib.calling.models import CallRecord
from chalicelib.core import clock, ids, metrics
from chalicelib.core.logs import log, trace
from chalicelib.money import holds
from chalicelib.providers import twilio_calls
from chalicelib.providers.twilio_calls import Finished

WINDOW = timedelta(days=3)
"""The carrier prices a call within a day; a daily look that fails twice still finds it."""
ACCOUNTS_IN_MEMORY = 256

Find = Callable[[str], dict[str, CallRecord]]


def collect() -> dict[str, int]:
    """Look at all calls of the window; returns how many there are of each kind.

    Raises ProviderError when the carrier does not answer; what was written stays, the next day goes on.
    """
    since = clock.now() - WINDOW
    find = lru_cache(maxsize=ACCOUNTS_IN_MEMORY)(
        lambda account_id: records.by_sid(account_id, since - rules.CALL_ID_LIFE)
    )
    counts = Counter(priced=0, known=0, unpriced=0, live=0, lossy=0, unbilled=0, failed=0)
    for call in twilio_calls.finished_calls(since):
        if ids.valid("acc", call.identity):
            counts[_look_at(call, find)] += 1
    metrics.count("LossMakingCalls", counts["lossy"])
    metrics.count("UnbilledCalls", counts["unbilled"])
    log.info("margins collected", extra={"counts": counts})
    return dict(counts)


def _look_at(call: Finished, find: Find) -> str:
    try:
        return _compare(call, find)
    except Exception as error:  # noqa: BLE001 - one call's trouble must not hide the others
        facts = {"account": call.identity, "sid": call.call_sid}
        log.error("alarm", extra={"alarm": "margin-failed", **facts, **trace(error)})
        return "failed"


def _compare(call: Finished, find: Find) -> str:
    record = find(call.identity).get(call.call_sid)
    if record is None:
        return _without_record(call)
    if record.carrier_micros is not None:
        return "known"
    if call.leg.duration_seconds != record.duration_seconds:
        settlements.settle(call.identity, record.call_id, call.leg)
        record = records.find(call.identity, record.call_id) or record
    if call.price_micros is None:
        return "unpriced"
    records.note_price(record, call.price_micros, call.currency)
    if rules.is_lossy(record.cost_micros, record.currency, call.price_micros, call.currency):
        log.warning("call at a loss", extra={"call": record.call_id, "prefix": record.prefix})
        return "lossy"
    return "priced"


def _without_record(call: Finished) -> str:
    """A call with a hold is still the sweeper's; one that was answered and has neither was never billed."""
    sids = [hold.detail.get("sid") for hold in holds.live(call.identity).values()]
    if call.call_sid in sids:
        return "live"
    if call.leg.duration_seconds == 0:
        return "known"
    log.error("alarm", extra={"alarm": "call-unbilled", "account": call.identity, "sid": call.call_sid})
    return "unbilled"
