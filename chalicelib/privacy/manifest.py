"""What a deletion must erase, row by row, and what the policy keeps: asked of the rooms and the profile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.core import clock
from chalicelib.core.subjects import Row, Subject
from chalicelib.policy import profile

Lines = list[dict[str, Any]]
BEGUN = ("created", "call_ended", "account_closed", "request_closed", "case_closed", "consent_ended")


def rows() -> list[Row]:
    """Every room's rows; the person's own come last, so that all else can still be found by them."""
    from chalicelib.calling import personal_data as calling
    from chalicelib.identity import personal_data as identity
    from chalicelib.money import personal_data as money
    from chalicelib.numbers import personal_data as numbers

    found = [*calling.ROWS, *numbers.ROWS, *money.ROWS, *identity.ROWS]
    assert len({row.name for row in found}) == len(found), "two rows of one name"
    return found


def row(name: str) -> Row:
    """One row by its name; raises KeyError."""
    return {row.name: row for row in rows()}[name]


def count(subject: Subject) -> dict[str, int]:
    """How much there is in each row. Changes nothing; any error stops the deletion before it has begun."""
    return {row.name: row.find(subject) for row in rows()}


def actions(counted: Mapping[str, int]) -> Lines:
    """What was erased, from what there was when the account was closed."""
    return [
        {
            "store": row.name,
            "category": row.category,
            "action": _action(row),
            "count": counted.get(row.name, 0),
        }
        for row in rows()
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


def residues() -> Lines:
    """What processors in use keep by their own rules, in the policy's words."""
    return [
        {"processor": processor.id, "residue": processor.residue}
        for processor in profile.current().processor
        if processor.active and processor.residue
    ]


def _until(category: str, closed_at: datetime) -> str | None:
    """Everything had begun when the account was closed, so that the last of it goes by then."""
    clocks = dict.fromkeys(BEGUN, closed_at)
    end = profile.current().expires_at(category, **clocks)
    return clock.render(end) if end else None
