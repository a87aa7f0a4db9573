"""When stored things must go, and when they may not go yet. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from chalicelib.policy import calendar
from chalicelib.policy.terms import Retention

Clocks = Mapping[str, datetime]
"""When each clock that has started did so; one that still runs, such as `account_active`, is not there."""


def end(rules: Iterable[Retention], clocks: Clocks) -> datetime | None:
    """When an item must go: the earliest end among the rules whose clock has started, but never before the
    latest minimum. None: not as long as these clocks are all that has started.
    """
    rules = list(rules)
    ends = [
        calendar.after(clocks[rule.clock], rule.maximum) for rule in _started(rules, clocks) if rule.maximum
    ]
    if not ends:
        return None
    return max([min(ends), *_minimums(rules, clocks)])


def not_before(rules: Iterable[Retention], clocks: Clocks) -> datetime | None:
    """Until when an item must be kept; None where nothing asks for that."""
    return max(_minimums(rules, clocks), default=None)


def horizon(rules: Iterable[Retention], now: datetime) -> datetime | None:
    """What begins after this moment can't be over at `now`, whatever its clock; None: nothing ever is."""
    fewest = [calendar.days(rule.maximum)[0] for rule in rules if rule.maximum]
    return now - timedelta(days=min(fewest)) if fewest else None


def sooner(*ends: datetime | None) -> datetime | None:
    """The earliest: what was stored with an end keeps it, unless a later promise is shorter."""
    return min((end for end in ends if end), default=None)


def _started(rules: Iterable[Retention], clocks: Clocks) -> list[Retention]:
    return [rule for rule in rules if rule.clock in clocks]


def _minimums(rules: Iterable[Retention], clocks: Clocks) -> list[datetime]:
    return [
        calendar.after(clocks[rule.clock], rule.minimum) for rule in _started(rules, clocks) if rule.minimum
    ]
