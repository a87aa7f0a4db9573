"""What decides about a call, as pure tables and arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.money import rates
from chalicelib.money.rates import Rate

RING_SECONDS = 60
GRACE_SECONDS = 60
CALL_ID_LIFE = timedelta(days=1)
"""No call begins longer after its id was made."""
TOKEN_LIFE = timedelta(minutes=10)
"""How long a token places its call. The carrier knows it for longer: see `known_seconds`."""
LONGEST_KNOWN = timedelta(days=1)
"""The carrier takes no token that lives longer."""
TOLERANCE_SECONDS = 2
"""A carrier rounds a second up, and takes one to hang up both sides at the limit."""


class Settlement(StrEnum):
    """What the end of a call asks of the books."""

    POST = "post"
    VOID = "void"
    RELEASE = "release"
    LATE = "late"
    NOTHING = "nothing"


SETTLEMENTS = {
    # (held, what the record says, billable)
    (True, None, True): Settlement.POST,
    (True, None, False): Settlement.VOID,
    (True, "charged", True): Settlement.RELEASE,
    (True, "charged", False): Settlement.RELEASE,
    (True, "voided", True): Settlement.LATE,
    (True, "voided", False): Settlement.RELEASE,
    (False, "voided", True): Settlement.LATE,
    (False, "voided", False): Settlement.NOTHING,
    (False, "charged", True): Settlement.NOTHING,
    (False, "charged", False): Settlement.NOTHING,
    (False, None, True): Settlement.NOTHING,
    (False, None, False): Settlement.NOTHING,
}
"""Every case there is. A hold beside a record is a voice webhook that overlapped its own settlement; whatever
else is done, the hold goes."""


def settlement(*, held: bool, record_state: str | None, billable: bool) -> Settlement:
    return SETTLEMENTS[held, record_state, billable]


def is_beyond(limit_seconds: int | None, duration_seconds: int) -> bool:
    """Whether a call lasted longer than the carrier was told to let it; an unknown limit is none to trust."""
    return limit_seconds is None or duration_seconds > limit_seconds + TOLERANCE_SECONDS


def paid_seconds(limit_seconds: int | None, duration_seconds: int) -> int:
    """What a call lasted to its caller: one that we cut has had what its hold bought, and not a step more."""
    if limit_seconds is None or is_beyond(limit_seconds, duration_seconds):
        return duration_seconds
    return min(limit_seconds, duration_seconds)


def is_lossy(cost_micros: int, currency: str, price_micros: int, carrier_currency: str) -> bool:
    """Whether the carrier took more than the caller paid. What nobody pays for says nothing of a price."""
    return cost_micros > 0 and currency == carrier_currency and price_micros > cost_micros


@dataclass(frozen=True)
class Plan:
    """What to hold for a call, how long that lets it last, and when to look after it."""

    amount_micros: int
    limit_seconds: int
    due: int


def plan(rate: Rate, available_micros: int, longest_seconds: int, now_seconds: int) -> Plan | None:
    """Hold what the longest affordable call costs; None when not even its first step is affordable."""
    limit = rates.affordable_seconds(rate, available_micros, longest_seconds)
    if limit == 0:
        return None
    due = now_seconds + RING_SECONDS + limit + GRACE_SECONDS
    return Plan(rates.cost_micros(rate, limit), limit, due)


def call_id_is_current(made_at: datetime, now: datetime) -> bool:
    """Whether a call of this id may still begin."""
    return abs(now - made_at) <= TOKEN_LIFE


def known_seconds(longest_call_seconds: int) -> int:
    """How long the carrier knows a token: a browser whose connection broke in its call shows it once more."""
    longest = timedelta(seconds=RING_SECONDS + longest_call_seconds)
    return int(min(TOKEN_LIFE + longest, LONGEST_KNOWN).total_seconds())
