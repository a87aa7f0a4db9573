"""When a changed policy may hold: after people were told, as the policy that it replaces promises. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from chalicelib.policy import calendar
from chalicelib.policy.terms import ChangeNotice

Told = Mapping[str, datetime]
"""When the last of those concerned had been told, by channel; one that is not there is not done."""


def told_at(notice: ChangeNotice, told: Told) -> datetime | None:
    """When notice was given: by each of its channels, or by the first where any will do. None: not yet."""
    done = [told[channel] for channel in notice.channels if channel in told]
    if notice.mode == "all":
        return max(done) if done and len(done) == len(notice.channels) else None
    return min(done, default=None)


def may_hold_at(notice: ChangeNotice, told: Told, effective_at: str) -> datetime | None:
    """The first moment at which a change that matters may hold; None while people are still being told."""
    given = told_at(notice, told)
    return max(calendar.after(given, notice.lead), day(effective_at)) if given else None


def earliest_day(notice: ChangeNotice, now: datetime) -> date:
    """The first whole day on which a change that is announced now may hold."""
    return calendar.after(now, notice.lead).date()


def day(text: str) -> datetime:
    """When a day begins, in UTC."""
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
