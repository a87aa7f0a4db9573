"""What is past its end goes today: DynamoDB deletes days late, and knows nothing of processors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from pynamodb.expressions.operand import Path

from chalicelib.core import clock, ends, rounds, tables
from chalicelib.core.ends import END
from chalicelib.core.errors import ProviderError
from chalicelib.core.logs import log
from chalicelib.core.scan import Raw
from chalicelib.core.subjects import Kind
from chalicelib.core.tables import ConditionFailed
from chalicelib.policy import profile
from chalicelib.privacy import holds, kinds, reprieves
from chalicelib.privacy.policy_models import Holding, policy_key
from chalicelib.privacy.reprieves import Place

LEAD = reprieves.LEAD
"""How long before its end something is forgotten at processors, so that none outlives it for being slow."""
SWEEP_SECONDS, SHORTEN_SECONDS = 30, 20
"""How long a day's look at one table may take."""


def sweep() -> dict[str, int]:
    """Delete what has ended, from every table; how much of each category, and what a processor kept back.

    May be repeated and killed anywhere: an item goes only while its end is past, and no legal hold keeps it.
    """
    now, places = clock.now(), holds.places()
    counts: Counter[str] = Counter()
    for table, known in _tables(kind for kind in kinds.kinds() if END in kind.model.get_attributes()).items():
        near = clock.epoch_seconds(now + (LEAD if any(kind.forget for kind in known) else timedelta(0)))
        over = rounds.go(f"expired {table}", known[0].model, ends.until(near), [END], seconds=SWEEP_SECONDS)
        for raw in over:
            counts[_end(table, raw, now, places)] += 1
    counts.pop("", None)
    log.info("expired items", extra={"counts": counts})
    return dict(counts)


def shorten() -> dict[str, int]:
    """Give every item the end that the policy has for it today where that is sooner, and count by category.

    For a policy that has begun to promise less time. A longer promise changes nothing that is stored.
    """
    policy = profile.current()
    named = {category.id for category in policy.category}
    counts: Counter[str] = Counter()
    for table, known in _tables(k for k in kinds.kinds() if k.clocks and k.category in named).items():
        wanted = {END, *(attribute for kind in known for attribute in kind.clocks.values())}
        stored = rounds.go(
            f"shorter {policy.version} {table}",
            known[0].model,
            None,
            sorted(wanted),
            seconds=SHORTEN_SECONDS,
        )
        for raw in stored:
            kind = kinds.of(table, raw)
            if kind in known:
                counts[str(kind.category)] += _shorten(kind, raw)
    log.info("ends shortened", extra={"counts": counts})
    return dict(counts)


def heed_policy() -> dict[str, int]:
    """Shorten in the days after the policy that runs came to hold: more than once, since a day may fail."""
    holding = Holding.stored(policy_key(), Holding.SK)
    if not holding or holding.policy_version != profile.current().version:
        return {}
    return shorten() if clock.now() - clock.parse(holding.at) < LEAD else {}


def _tables(known: Iterable[Kind]) -> dict[str, list[Kind]]:
    """Kinds of items by the table where they lie."""
    found: dict[str, list[Kind]] = {}
    for kind in known:
        found.setdefault(kind.model.Meta.table_name, []).append(kind)
    return found


def _end(table: str, raw: Raw, now: datetime, places: Mapping[Place, str]) -> str:
    """What came of one item: its category, `later`, `held`, or nothing."""
    kind = kinds.of(table, raw)
    if kind is None:
        log.error("alarm", extra={"alarm": "item-of-no-kind", "store": table})
        return "unknown"
    account_id = places.get((table, kinds.key_of(kind, raw)[0]))
    if account_id and kind.category and holds.covers(account_id, kind.category):
        return "held"
    over = ends.seconds(raw[END]) <= clock.epoch_seconds(now)
    if kind.forget and not _forgotten(kind, raw):
        return "later"
    if not over:
        return ""
    _delete(kind, raw, now)
    return str(kind.category)


def _forgotten(kind: Kind, raw: Raw) -> bool:
    item = kind.model.stored(*kinds.key_of(kind, raw))
    try:
        return item is None or kind.forget is None or kind.forget(item)
    except ProviderError as error:
        log.warning("not forgotten at a processor", extra={"code": error.code})
        return False


def _delete(kind: Kind, raw: Raw, now: datetime) -> None:
    # Not when a hold has come to keep it meanwhile, which changes the form.
    still = ends.until_as(clock.epoch_seconds(now), held=_is_held(raw))
    try:
        tables.write(lambda: kinds.item(kind, raw).delete(condition=still))
    except ConditionFailed:
        return  # gone already, or of a later end by now


def _shorten(kind: Kind, raw: Raw) -> bool:
    clocks = {
        name: clock.parse(raw[attribute]["S"]) for name, attribute in kind.clocks.items() if attribute in raw
    }
    assert kind.category
    end = profile.current().expires_at(kind.category, **clocks)
    if end is None or (END in raw and ends.seconds(raw[END]) <= clock.epoch_seconds(end)):
        return False
    seconds, held = clock.epoch_seconds(end), _is_held(raw)
    sooner = ends.written(seconds, held=held)
    endless = Path(kinds.keys(kind)[0]).exists() & Path(END).does_not_exist()
    later = endless | ends.after_as(seconds, held=held)
    try:
        tables.write(lambda: kinds.item(kind, raw).update(actions=[Path(END).set(sooner)], condition=later))
    except ConditionFailed:
        return False
    return True


def _is_held(raw: Raw) -> bool:
    return END in raw and ends.is_held(raw[END])
