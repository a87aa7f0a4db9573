"""What a deletion must erase, row by row, and what the policy keeps: asked of the rooms and the profile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core import clock
from chalicelib.core.errors import ProviderError
from chalicelib.core.logs import log
from chalicelib.core.subjects import Row, Subject
from chalicelib.policy import calendar, profile

Lines = list[dict[str, Any]]
BEGUN = ("created", "call_ended", "account_closed", "request_closed", "case_closed", "consent_ended")


def rows() -> list[Row]:
    """Every room's rows of what the policy knows, each found by the subject's ids, in whatever order they go.

    The person's own come last, for who finds a closed account by its person.
    """
    from chalicelib.calling import personal_data as calling
    from chalicelib.identity import personal_data as identity
    from chalicelib.money import personal_data as money
    from chalicelib.numbers import personal_data as numbers
    from chalicelib.privacy import personal_data as privacy

    found = [*calling.ROWS, *numbers.ROWS, *money.ROWS, *privacy.ROWS, *identity.ROWS]
    assert len({row.name for row in found}) == len(found), "two rows of one name"
    known = {category.id for category in profile.current().category}
    return [row for row in found if row.category in known]


def row(name: str) -> Row:
    """One row by its name; raises KeyError."""
    return {row.name: row for row in rows()}[name]


def tell(row: Row, error: ProviderError, *, user_id: str, request_id: str = "") -> None:
    """Log what a processor refused to erase; with an alarm where asking again will not help."""
    facts = {"row": row.name, "code": error.code, "user_id": user_id, "request_id": request_id}
    if error.permanent:
        log.error("alarm", extra={"alarm": "row-not-erased", **facts})
    else:
        log.warning("row not erased", extra=facts)


def count(subject: Subject) -> dict[str, int]:
    """How much there is in each row. Changes nothing; any error stops the deletion before it has begun."""
    return {row.name: row.find(subject) for row in rows()}


def actions(counted: Mapping[str, int]) -> Lines:
    """What was erased here, by table and category, from what there was when the account was closed."""
    found: Counter[tuple[str, str, str]] = Counter()
    for row in rows():
        found[row.store or row.name, row.category, _action(row)] += counted.get(row.name, 0)
    return [
        {"store": store, "category": category, "action": action, "count": count}
        for (store, category, action), count in found.items()
    ]


def processors(counted: Mapping[str, int], confirmed_at: datetime) -> Lines:
    """What processors have erased: their rows are empty only since each answered that it is gone there."""
    found: Counter[tuple[str, str]] = Counter()
    for row in rows():
        if row.processor:
            found[row.processor, row.category] += counted.get(row.name, 0)
    return [
        {
            "processor": processor,
            "category": category,
            "count": count,
            "confirmed_at": clock.render(confirmed_at),
        }
        for (processor, category), count in found.items()
        if count
    ]


def _action(row: Row) -> str:
    plan = profile.current().category_of(row.category).on_erasure
    return "pseudonymised" if row.rewrites and plan.action == "pseudonymise" else "deleted"


def kept(closed_at: datetime) -> Lines:
    """What stays under ids that from now on point to nobody: why, and until when. Files are copies."""
    lasting = {store.id for store in profile.current().store if store.kind != "bucket"}
    return [
        {"store": store, "category": category.id, "reason": category.on_erasure.reason, "until": until}
        for category in profile.current().category
        if category.active and category.on_erasure.action != "delete"
        for until in [_until(category.id, closed_at)]
        for store in category.stores
        if store in lasting
    ]


def held(found: Mapping[str, int], reason: str) -> Lines:
    """What a legal hold keeps, by store and category: it has no date yet."""
    kept = {(row.store or row.name, row.category) for row in rows() if found.get(row.name)}
    return [
        {"store": store, "category": category, "reason": reason, "until": None}
        for store, category in sorted(kept)
    ]


def is_held(line: Mapping[str, Any]) -> bool:
    """Whether a legal hold keeps it: without a day, and for another reason than the policy's own."""
    reasons = {category.id: category.on_erasure.reason for category in profile.current().category}
    return not line["until"] and reasons.get(line["category"]) != line["reason"]


def residues(received_at: datetime, completed_at: datetime) -> Lines:
    """What runs out by itself, at processors in use and in backups, and by when where that is known.

    The policy counts from the request, as if all were done in time; what is late moves these ends, too.
    """
    policy = profile.current()
    in_time = calendar.after(calendar.after(received_at, policy.settings.grace), policy.settings.purge)
    late = max(completed_at - in_time, timedelta())
    active = {processor.id: processor for processor in policy.processor if processor.active}
    places = {store.id for store in policy.store} | set(active)
    told = [
        _residue(one.at, one.says, calendar.after(received_at, one.until) + late if one.until else None)
        for one in policy.residue
        if one.at in places
    ]
    said = {line["at"] for line in told}
    return told + [
        _residue(
            processor.id,
            f"{processor.title} has deleted it; its last copies are gone by then.",
            calendar.after(completed_at, processor.erase.within),
        )
        for processor in active.values()
        if processor.erase.within and processor.id not in said
    ]


def _residue(at: str, says: str, until: datetime | None) -> dict[str, Any]:
    return {"at": at, "says": says, "until": clock.render(until) if until else None}


def _until(category: str, closed_at: datetime) -> str | None:
    """Everything had begun when the account was closed, so that the last of it goes by then."""
    clocks = dict.fromkeys(BEGUN, closed_at)
    end = profile.current().expires_at(category, **clocks)
    return clock.render(end) if end else None
