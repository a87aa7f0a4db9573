"""Calls that were: records written straight into the table, as many as a test wants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.calling.models import CallRecord, month_key
from chalicelib.core import clock, ids
from chalicelib.identity.models import User

LONDON = "+442079460958"
HOUSE_NUMBER = "+12025550100"


def account(age: timedelta = timedelta(days=400)) -> str:
    """The id of an account of some age."""
    return ids.new("acc", clock.now() - age)


def record(account_id: str, at: datetime | None = None, **different: Any) -> CallRecord:
    """A call of a minute to London, or a different one; its id is of the moment it began."""
    at = at or clock.now()
    call_id = ids.new("call", at)
    told = {
        "state": "charged",
        "outcome": "completed",
        "to": LONDON,
        "caller_id": HOUSE_NUMBER,
        "started_at": clock.render(at),
        "ended_at": clock.render(at + timedelta(seconds=60)),
        "duration_seconds": 60,
        "limit_seconds": 7200,
        "cost_micros": 24_000,
        "call_sid": f"CA{call_id[-26:]:0>32}",
        "prefix": "44",
        "country": "GB",
        "description": "United Kingdom",
        "price_micros": 24_000,
        "connect_fee_micros": 0,
        "increment_first_seconds": 60,
        "increment_next_seconds": 60,
        "minimum_seconds": 0,
        "deck_version": "test",
        "currency": "USD",
    }
    return CallRecord(month_key(account_id, call_id), call_id, **{**told, **different})


def write(*records: CallRecord) -> list[str]:
    """Store them; answers their ids, newest first."""
    with CallRecord.batch_write() as batch:
        for one in records:
            batch.save(one)
    return sorted((one.call_id for one in records), reverse=True)


def day(text: str) -> datetime:
    """Noon, UTC."""
    return datetime.fromisoformat(text).replace(hour=12, tzinfo=UTC)


def hide(user_id: str) -> None:
    """As after a change of the address now and a password by a mail to it."""
    now = clock.render(clock.now())
    changed: list[Action] = [User.email_changed_at.set(now), User.password_mailed_at.set(now)]
    User(user_id).update(actions=changed)
