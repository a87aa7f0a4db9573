"""How often something may be tried: counters in the table `sessions`, under keyed hashes of whose they are.

Windows are fixed and begin for everybody at the same moment, so one conditional write decides, and across a
border at most twice the count passes. When the table does not answer, nobody passes: what stands behind a
counter needs the same table. Why: docs/decisions/throttles.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.update import Action

from chalicelib.core import clock, keys, settings, tables
from chalicelib.core.errors import Refusal
from chalicelib.core.tables import IntegerAttribute, Item, name

# On a laptop everybody comes from one address.
LAPTOP_FACTOR = 10


@dataclass(frozen=True)
class Limit:
    """At most `count` tries a key in each window of `seconds`.

    `shared` says that many honest people may stand behind one key: a network, or the whole service.
    """

    name: str
    count: int
    seconds: int
    shared: bool = False

    @property
    def allowed(self) -> int:
        """The count as this stage has it."""
        return self.count * LAPTOP_FACTOR if self.shared and settings.current().local else self.count


class Counter(Item):
    """The tries of one key in one window; its hash changes with the window, so windows can't be linked."""

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    tries = IntegerAttribute()
    expires_at = IntegerAttribute()


def take(limit: Limit, key: str = "") -> None:
    """Count one more try; without a key, of everybody together.

    Refuses with 429 and the seconds until the next window; a refused try is not counted. Raises Busy while
    the table does not answer.
    """
    now = clock.epoch_seconds(clock.now())
    window = now // limit.seconds
    ends_at = (window + 1) * limit.seconds
    whose = keys.sign("throttle", f"{limit.name}\0{window}\0{key}")
    if not _count(whose, limit.allowed, ends_at):
        raise _refuse(ends_at - now)


def _count(whose: str, allowed: int, expires_at: int) -> bool:
    """One more try, in one write; False when there were as many as are allowed."""
    actions: list[Action] = [Counter.tries.add(1), Counter.expires_at.set(expires_at)]
    free = Counter.tries.does_not_exist() | (Counter.tries < allowed)
    try:
        tables.write(lambda: Counter(f"THROTTLE#{whose}").update(actions=actions, condition=free))
    except tables.ConditionFailed:
        return False
    return True


def _refuse(wait_seconds: int) -> Refusal:
    minutes = -(-wait_seconds // 60)
    sentence = f"That was too often. Please try again in {_minutes(minutes)}."
    return Refusal(429, "too-many-requests", sentence, retry_after_seconds=wait_seconds)


def _minutes(count: int) -> str:
    if count > 90:
        return f"{-(-count // 60)} hours"
    return "a minute" if count == 1 else f"{count} minutes"
