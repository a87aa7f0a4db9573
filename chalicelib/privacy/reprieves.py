"""What a legal hold keeps from its end: its items' ends are written so that nothing is deleted by them.

Only what is told to people for months or years is evidence: calls, and the register. What lies in `sessions`
(tokens, throttles, files, marks) lives for a while and has no backup either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from chalicelib.core import clock, ends, scan, tables
from chalicelib.core.ends import END
from chalicelib.core.scan import Raw
from chalicelib.core.subjects import Kind
from chalicelib.core.tables import ConditionFailed, Item
from chalicelib.privacy import kinds

LEAD = timedelta(days=7)
"""What ends so soon is left to the day's look, which asks processors before anything goes here."""
Place = tuple[str, str]


def settle(account_id: str, covered: Callable[[str], bool]) -> Counter[str]:
    """Keep every item of the categories that are covered, and give all others their own ends back.

    How many are `kept` and `given back` now, how many `wait` for the day's look because their end has come,
    and how many were `missed`, since somebody wrote to them meanwhile. May be repeated and killed anywhere.
    """
    counts: Counter[str] = Counter()
    for (table, partition), model in _partitions(account_id).items():
        for raw in scan.partition(model, partition, [*scan.keys(model), END]):
            kind = kinds.of(table, raw) if END in raw else None
            if kind and kind.lies and kind.category:
                counts[_write(kind, raw, held=covered(kind.category))] += 1
    return counts


def places(account_id: str) -> Iterable[Place]:
    """Where an account's items lie that a hold may keep: tables and their partitions."""
    return _partitions(account_id)


def _partitions(account_id: str) -> dict[Place, type[Item]]:
    return {
        (kind.model.Meta.table_name, partition): kind.model
        for kind in kinds.kinds()
        if kind.lies
        for partition in kind.lies(account_id)
    }


def _write(kind: Kind, raw: Raw, *, held: bool) -> str:
    if ends.is_held(raw[END]) == held:
        return "as it was"
    seconds = ends.seconds(raw[END])
    if not held and seconds <= clock.epoch_seconds(clock.now() + LEAD):
        return "wait"
    same: Condition = Path(END) == ends.written(seconds, held=not held)
    change = Path(END).set(ends.written(seconds, held=held))
    try:
        tables.write(lambda: kinds.item(kind, raw).update(actions=[change], condition=same))
    except ConditionFailed:
        return "missed"
    return "kept" if held else "given back"
