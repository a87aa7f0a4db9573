"""Eight years of every policy, day by day: each category leaves on the day that was promised, and not before.

The days are counted here by plain dates, apart from the calendar that the service uses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.policy import profile, retention
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Category

BEGIN = date(2026, 1, 31)
CLOSING = date(2028, 2, 29)
END = BEGIN.replace(year=2034)
STARTED_AT_ONCE = ("created", "call_ended", "last_activity", "consent_ended", "request_closed", "case_closed")


@dataclass
class Item:
    """Something stored: the clocks that have started for it, and the end that was written with it."""

    category: str
    clocks: dict[str, datetime]
    expires_at: datetime | None
    left: date | None = None


@dataclass
class World:
    """A store that obeys a policy: it writes ends, sets them at closing, and drops what has expired."""

    policy: Profile
    items: list[Item] = field(default_factory=list)

    def store(self, category: str, moment: datetime) -> None:
        clocks = dict.fromkeys(STARTED_AT_ONCE, moment)
        self.items.append(Item(category, clocks, self.policy.expires_at(category, **clocks)))

    def close(self, moment: datetime) -> None:
        for item in self.items:
            item.clocks |= {"account_closed": moment, "user_deleted": moment}
            promised = self.policy.expires_at(item.category, **item.clocks)
            floor = retention.not_before(self.policy.category_of(item.category).retention, item.clocks)
            item.expires_at = promised if floor else retention.sooner(item.expires_at, promised)

    def sweep(self, moment: datetime) -> None:
        for item in self.items:
            if item.left is None and item.expires_at is not None and item.expires_at <= moment:
                item.left = moment.date()


def later(day: date, text: str) -> date:
    """A day after a duration of years, months, days or hours, by counting."""
    if business := re.fullmatch(r"P(\d+)BD", text):
        for _ in range(int(business[1])):
            day += timedelta(days=1)
            while day.weekday() > 4:
                day += timedelta(days=1)
        return day
    match = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(\d+)H)?", text)
    assert match, text
    years, months, days, hours = (int(part or 0) for part in match.groups())
    month = day.month - 1 + months + 12 * years
    year, month = day.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last)) + timedelta(days=days + (hours + 23) // 24)


def promised(category: Category, stored: date, closed: date) -> date | None:
    """The day on which an item must leave, by its rules' own words; None where it may outlive these years."""
    starts = dict.fromkeys(STARTED_AT_ONCE, stored) | {"account_closed": closed, "user_deleted": closed}
    rules = [rule for rule in category.retention if rule.clock in starts]
    ends = [later(starts[rule.clock], rule.maximum) for rule in rules if rule.maximum]
    floors = [later(starts[rule.clock], rule.minimum) for rule in rules if rule.minimum]
    return max([min(ends), *floors]) if ends else None


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def lived(policy: Profile) -> World:
    """Something of every stored category at each month's end until the account is closed, swept every day."""
    world = World(policy)
    day = BEGIN
    while day < END:
        if (day + timedelta(days=1)).day == 1 and day <= CLOSING:
            for category in policy.category:
                if category.stores:
                    world.store(category.id, noon(day))
        if day == CLOSING:
            world.close(noon(day))
        world.sweep(noon(day))
        day += timedelta(days=1)
    return world


@pytest.mark.parametrize("id", profile.known())
def test_every_category_leaves_when_it_was_promised_and_not_before(id: str) -> None:
    policy = profile.load(id)
    world = lived(policy)
    assert {item.category for item in world.items} == {one.id for one in policy.category if one.stores}
    for item in world.items:
        category, stored = policy.category_of(item.category), item.clocks["created"].date()
        expected = promised(category, stored, CLOSING)
        seen = expected if expected and expected < END else None
        assert item.left == seen, (
            f"{id}: {item.category} of {stored} left on {item.left}, promised {expected}"
        )


def test_days_are_counted_apart_from_the_calendar() -> None:
    assert later(date(2026, 1, 31), "P1M") == date(2026, 2, 28)
    assert later(date(2024, 2, 29), "P7Y") == date(2031, 2, 28)
    assert later(date(2026, 3, 6), "P1BD") == date(2026, 3, 9)
    assert later(date(2026, 12, 31), "P2M") == date(2027, 2, 28)
