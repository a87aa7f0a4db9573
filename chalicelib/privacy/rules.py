"""What may follow what in a data-subject request, and by when. Pure."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from chalicelib.policy import calendar

State = Literal[
    "received",
    "acknowledged",
    "verifying",
    "verified",
    "grace",
    "in_progress",
    "awaiting_processors",
    "held",
    "fulfilled",
    "partially_fulfilled",
    "denied",
    "expired",
    "cancelled",
]
Way = Literal["self_service", "signed_in", "mail"]
"""How a request that is no machine's came: done by the person, asked for by them, or written to us."""

Table = Mapping[State, tuple[State, ...]]
EXPORTS = ("access", "know", "portability")
DELETION: Table = {
    "received": ("grace", "cancelled"),
    "grace": ("in_progress", "cancelled"),
    "in_progress": ("awaiting_processors", "held", "fulfilled"),
    "awaiting_processors": ("held", "fulfilled"),
    "held": ("fulfilled",),
    "fulfilled": (),
    "cancelled": (),
}
EXPORT: Table = {
    "received": ("in_progress", "cancelled"),
    "in_progress": ("fulfilled", "cancelled"),
    "fulfilled": (),
    "cancelled": (),
}
ANSWER: Table = {
    "received": ("acknowledged", "fulfilled", "cancelled"),
    "acknowledged": ("verifying", "verified", "cancelled"),
    "verifying": ("verified", "denied", "expired", "cancelled"),
    "verified": ("fulfilled", "partially_fulfilled", "denied", "cancelled"),
    "fulfilled": (),
    "partially_fulfilled": (),
    "denied": (),
    "expired": (),
    "cancelled": (),
}
ANSWERED = ("correction", "restriction", "objection", "withdraw_consent", "opt_out", "complaint")
"""What people do by themselves, or our staff for them: no machine works on it."""
TRANSITIONS: Mapping[str, Table] = {
    "deletion": DELETION,
    **dict.fromkeys(EXPORTS, EXPORT),
    **dict.fromkeys(ANSWERED, ANSWER),
}
"""By the right that is asked for."""
WAYS: tuple[Way, ...] = get_args(Way)
STATES: tuple[State, ...] = get_args(State)
ENDS: tuple[State, ...] = ("fulfilled", "partially_fulfilled", "denied", "expired", "cancelled")
LONGEST_WAIT_SECONDS = 86_400
MARGIN = timedelta(days=2)
PATIENCE = timedelta(days=3)
BEFORE: tuple[State, ...] = ("received", "grace")
"""Until here a deletion may be cancelled, and its grace be waived."""
ERASING: tuple[State, ...] = ("in_progress", "awaiting_processors", "held")
"""From here on data is erased; `held` is what a legal hold has kept when all else was done."""
PACES = ((timedelta(hours=1), 60), (timedelta(days=2), 3_600))
SLOWEST_PACE_SECONDS = 21_600


class OutOfTurn(Exception):
    """The request is in a state that the wanted one cannot follow."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state = state


@dataclass(frozen=True)
class Deadlines:
    """Set at receipt and never reset."""

    grace_ends_at: datetime
    due_at: datetime
    acknowledge_by: datetime | None = None
    extended_due_at: datetime | None = None
    """When it is due once the person was told why it takes longer; None where that is not allowed."""


def check(type: str, state: State, to: State) -> None:
    """Raises OutOfTurn unless `to` may follow `state` in a request of this type."""
    if to not in TRANSITIONS[type].get(state, ()):
        raise OutOfTurn(state)


def is_open(state: State) -> bool:
    """Whether anything may still follow."""
    return state not in ENDS


def deadlines(
    received_at: datetime,
    *,
    grace: str,
    dues: Iterable[str],
    waived: bool,
    acknowledge: str | None = None,
    extend: str | None = None,
    account_ends_at: datetime | None = None,
) -> Deadlines:
    """Durations as the profile writes them, of which the earliest counts; who waives the grace has none.

    An extension counts from the first due date. A grace is no longer than its account: nobody could sign in
    to cancel.
    """
    grace_ends_at = received_at if waived else calendar.after(received_at, grace)
    due_at = min(calendar.after(received_at, due) for due in dues)
    extended = calendar.after(due_at, extend) if extend else due_at
    return Deadlines(
        grace_ends_at=min(grace_ends_at, account_ends_at or grace_ends_at),
        due_at=due_at,
        acknowledge_by=calendar.after(received_at, acknowledge) if acknowledge else None,
        extended_due_at=extended if extended > due_at else None,
    )


def onward(way: Way, state: State, *, proved: bool) -> State | None:
    """Where an answered request goes by itself; None: it waits for the person or for staff, or is closed.

    `proved`: nobody has to show first that it is theirs. Who asks signed in has shown it.
    """
    if way != "self_service" and state == "received":
        return "acknowledged"
    if way == "mail":
        return ("verified" if proved else "verifying") if state == "acknowledged" else None
    if state in ("acknowledged", "verifying"):
        return "verified"
    return "fulfilled" if way == "self_service" and is_open(state) else None


def wait_seconds(now: datetime, until: datetime) -> int:
    """How long to sleep before asking again: whole seconds, at most a day; 0 when `until` has come."""
    left = math.ceil((until - now).total_seconds())
    return max(0, min(left, LONGEST_WAIT_SECONDS))


def pace_seconds(erasing_for: timedelta, answered: Iterable[int]) -> int:
    """How long to let what is left rest: what its rows asked for, if longer than the pace of this age.

    A machine that asks for a month then makes some 200 rounds: its history has room for a hundred times that.
    """
    asked = min((seconds for seconds in answered if seconds > 0), default=0)
    slowest = next((pace for age, pace in PACES if erasing_for < age), SLOWEST_PACE_SECONDS)
    return max(slowest, min(asked, LONGEST_WAIT_SECONDS))


def is_near(now: datetime, due_at: datetime) -> bool:
    """Whether a deadline is so close that somebody must look."""
    return now >= due_at - MARGIN


def gives_up(now: datetime, since: datetime) -> bool:
    """Whether a mail has been tried for long enough."""
    return now >= since + PATIENCE


def canonical(document: Any) -> str:
    """The one JSON text of a document: sorted names, no spaces, letters as they are."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(document: Any) -> str:
    """The SHA-256 of a document, whatever the order of its names."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def signed_text(certificate: Mapping[str, Any]) -> str:
    """What a certificate's signature is over: a name for its use, and the hash of all but itself."""
    told = {name: value for name, value in certificate.items() if name != "signature"}
    return f"vowline deletion certificate {digest(told)}"
