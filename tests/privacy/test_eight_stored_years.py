"""Eight years of every policy, on real items: each leaves on the day that was promised, and not before.

The days are counted by plain dates, apart from the calendar that the service uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import boto3
import pytest

from chalicelib.core import clock, tables
from chalicelib.money import aging, errands, holds, ledger
from chalicelib.money.models import BALANCE, CARRIED
from chalicelib.policy import profile
from chalicelib.policy.profile import Profile
from chalicelib.privacy import closings, expiry, kinds
from tests.harness.lambda_door import application
from tests.harness.stage import Stage, running_stage
from tests.policy.test_eight_years import later
from tests.privacy.planting import Planted, plant

BEGIN = datetime(2026, 1, 31, 12, tzinfo=UTC)
CLOSING = datetime(2026, 11, 30, 12, tzinfo=UTC)
END = datetime(2034, 1, 31, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SOON = timedelta(minutes=5)
SHORT_LIVED = {"sign_up", "parent_request", "security", "last_mail"}
"""What may go sooner than promised, since nobody is told that it stays."""
OF_PERSON = {"account", "google_account", "caller_id", "ledger"}
Raw = dict[str, Any]


@dataclass
class Item:
    """Something stored: its category, and when it must leave; None where nothing says so."""

    key: tuple[str, ...]
    category: str
    leaves: datetime | None


@dataclass
class World:
    """A stage under one policy, its clock, and what was planted there."""

    policy: Profile
    now: datetime = BEGIN
    items: list[Item] = field(default_factory=list)

    def read(self) -> datetime:
        return self.now

    def to(self, moment: datetime) -> None:
        """Go to a moment, and do then what each minute does about errands and each day about time."""
        self.now = moment
        errands.sweep(list(holds.overdue(clock.epoch_seconds(moment))))
        assert closings.sweep()["failed"] == 0
        aging.let_go(clock.now())
        expiry.sweep()


@contextmanager
def world(id: str) -> Iterator[tuple[World, Stage]]:
    application()
    made = World(profile.load(id))
    with (
        mock.patch.object(profile, "current", return_value=made.policy),
        mock.patch.object(clock, "now", made.read),
        running_stage() as stage,
    ):
        yield made, stage


def stored() -> dict[tuple[str, ...], tuple[str, Raw]]:
    """Every item of every table: its category and attributes, by table and key."""
    client: Any = boto3.client("dynamodb")
    found: dict[tuple[str, ...], tuple[str, Raw]] = {}
    for table in client.list_tables()["TableNames"]:
        for raw in client.scan(TableName=table)["Items"]:
            kind = kinds.of(table, raw)
            assert kind, f"{table}: {raw} is of no kind: name it in the KINDS of its room's personal_data.py"
            waits = kind.prefix == "EMAIL#" and "expires_at" not in raw
            category = "account" if waits else kind.category
            key = tuple(str(raw[name]["S"]) for name in kinds.keys(kind))
            if category:
                found[table.removeprefix(tables.name("")), *key] = category, raw
    return found


def uncovered(policy: Profile, items: dict[tuple[str, ...], tuple[str, Raw]]) -> set[str]:
    """Categories that are kept in a table, and of which no item has any attribute."""
    homes = {store.id for store in policy.store if store.kind == "table"}
    left = set()
    for category in policy.category:
        named = {path.partition(".")[0] for of in category.attributes.values() for path in of}
        there = (set(raw) for key, (_, raw) in items.items() if key[0] in category.stores)
        if category.active and homes & set(category.stores) and not any(named & has for has in there):
            left.add(category.id)
    return left


def promised(policy: Profile, key: tuple[str, ...], category: str, planted: Planted) -> datetime | None:
    """When an item must leave, by its rules' own words."""
    closed = planted.account_id in "#".join(key) or planted.user_id in key or category in OF_PERSON
    starts = dict.fromkeys(("created", "call_ended", "request_closed"), BEGIN)
    starts["consent_ended"] = CLOSING
    if closed:
        starts["account_closed"] = CLOSING
    if key[-1] in (BALANCE, CARRIED):
        starts["created"] = CLOSING  # the books stay as long as the last movement may
    rules = [rule for rule in policy.category_of(category).retention if rule.clock in starts]
    ends = [at(starts[rule.clock], rule.maximum) for rule in rules if rule.maximum]
    floors = [at(starts[rule.clock], rule.minimum) for rule in rules if rule.minimum]
    return max([min(ends), *floors]) if ends else None


def at(start: datetime, duration: str) -> datetime:
    return datetime.combine(later(start.date(), duration), start.timetz())


def moments(items: list[Item]) -> list[datetime]:
    """The day before each end and the day itself, and the end of these years."""
    ends = {item.leaves for item in items if item.leaves and item.leaves < END}
    return sorted({moment for end in ends for moment in (end - DAY, end + SOON) if moment > CLOSING} | {END})


@pytest.mark.parametrize("id", profile.known())
def test_every_stored_category_leaves_when_it_was_promised_and_not_before(id: str) -> None:
    with world(id) as (made, stage):
        planted = plant(stage)
        there = stored()
        missing = uncovered(made.policy, there)
        assert not missing, (
            f"{id}: nothing of {sorted(missing)} is planted: plant it in tests/privacy/planting.py"
        )
        made.items = [
            Item(key, category, promised(made.policy, key, category, planted))
            for key, (category, _) in there.items()
        ]
        made.to(CLOSING - SOON)
        stage.carrier.deliver_due()  # the code call has ended long since
        made.now = CLOSING
        planted.close()
        made.to(CLOSING)
        made.to(CLOSING + SOON)
        for moment in moments(made.items):
            made.to(moment)
            check(made, planted)
        left = {item.category for item in made.items if item.leaves and item.leaves < END}
        assert left, f"{id}: nothing has left"


def check(made: World, planted: Planted) -> None:
    there, now = stored(), made.now
    for item in made.items:
        told = f"{made.policy.id} on {now:%Y-%m-%d}: {item.category} {item.key}, promised until {item.leaves}"
        if item.leaves and item.leaves <= now:
            assert item.key not in there, f"{told}, is still there"
        elif item.category not in SHORT_LIVED:
            assert item.key in there, f"{told}, has gone"
    if made.policy.expires_at("account", account_closed=CLOSING) <= now:  # type: ignore[operator]
        assert ledger.funds(planted.account_id).customer is None
