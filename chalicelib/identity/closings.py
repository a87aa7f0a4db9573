"""Accounts that their people closed: readable until their end, then nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from pynamodb.expressions.update import Action

from chalicelib.core import clock, rounds, tables
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed
from chalicelib.identity.accounts import ACTIVE, CLOSED
from chalicelib.identity.models import User


def close(user_id: str, at: datetime, ends_at: datetime | None) -> bool:
    """Close an active account, once and for good; False for any other."""
    actions: list[Action] = [User.status.set(CLOSED), User.closed_at.set(clock.render(at))]
    if ends_at:
        actions.append(User.ends_at.set(clock.epoch_seconds(ends_at)))
    condition = (User.status == ACTIVE) & User.closed_at.does_not_exist()
    try:
        tables.write(lambda: User(user_id).update(actions=actions, condition=condition))
    except ConditionFailed:
        return False
    log.info("account closed", extra={"user_id": user_id})
    return True


def round(seconds: float) -> Iterator[User]:
    """Every person whose account is closed, past its end or not; as many as there is time for."""
    for item in rounds.go("closed accounts", User, User.closed_at.exists(), [], seconds=seconds):
        user = User.stored(str(item["user_id"]["S"]))
        if user and user.closed_at:
            yield user


def shorten(user: User, ends_at: datetime) -> None:
    """Bring the end forward; a later one changes nothing."""
    seconds = clock.epoch_seconds(ends_at)
    sooner = User.closed_at.exists() & (User.ends_at.does_not_exist() | (User.ends_at > seconds))
    with suppress(ConditionFailed):
        tables.write(lambda: User(user.user_id).update(actions=[User.ends_at.set(seconds)], condition=sooner))
