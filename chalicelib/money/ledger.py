"""The books. Every movement of credit goes through `book`: one place to prove.

Invariant: available + held = sum of entries, and one cause has one entry.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.exceptions import DoesNotExist

from chalicelib.core import clock, tables
from chalicelib.core.errors import Busy
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.money.models import BALANCE, Balance, Entry
from chalicelib.policy import profile

SWEEP_SHARDS = 4
Holds = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Funds:
    """A balance at one version. `held` is the sum of `holds`."""

    account_id: str
    available_micros: int
    currency: str
    holds: Mapping[str, Mapping[str, Any]]
    status: str
    version: int
    sweep_at: int | None

    @property
    def held_micros(self) -> int:
        return sum(hold["amount"] for hold in self.holds.values())


@dataclass(frozen=True)
class Movement:
    """What is booked, and why: the entry's key is the cause and the cause's own time, never an event's."""

    kind: str
    cause: str
    caused_at: datetime
    amount_micros: int

    @property
    def key(self) -> str:
        return f"ENTRY#{clock.render_exactly(self.caused_at)}#{self.cause}"


class HoldGone(Exception):
    """The hold that was to be released is not there: it was settled already, or never placed."""


def funds(account_id: str) -> Funds:
    """The balance as it is now, from a consistent read; an account without one has nothing."""
    try:
        item = Balance.get(account_id, BALANCE, consistent_read=True)
    except DoesNotExist:
        return Funds(account_id, 0, profile.current().currency, {}, "open", 0, None)
    holds: Holds = item.holds.as_dict()
    return Funds(
        account_id, item.available_micros, item.currency, holds, item.status, item.version, item.sweep_at
    )


def book(
    account_id: str,
    movement: Movement | None,
    *,
    release: str | None = None,
    join: Callable[[Transaction], None] | None = None,
    before: Funds | None = None,
) -> None:
    """One transaction: the balance, the entry, the hold's release, and what `join` adds.

    `before` saves a read where the caller has just looked.

    Raises HoldGone when `release` is not held, and ConditionFailed naming "entry" (booked before) or the
    writes of `join`; then nothing was written. A rival change of the balance is read again and retried.
    """
    for attempt in range(tables.TRIES):
        before = before or funds(account_id)
        if before.version == 0:
            open_account(account_id)
            before = funds(account_id)
        if release and release not in before.holds:
            raise HoldGone(release)
        transaction = Transaction()
        _add(transaction, before, movement, release)
        if join:
            join(transaction)
        try:
            transaction.commit()
        except ConditionFailed as failed:
            if failed.names != {"balance"}:
                raise
            before = None
            tables.pause(attempt)
        else:
            return
    raise Busy


def _add(transaction: Transaction, before: Funds, movement: Movement | None, release: str | None) -> None:
    amount = movement.amount_micros if movement else 0
    released = before.holds[release]["amount"] if release else 0
    actions = [
        Balance.available_micros.set(before.available_micros + released + amount),
        Balance.version.set(before.version + 1),
    ]
    if release:
        actions.append(Balance.holds[release].remove())
        actions += _sweep_actions([hold["due"] for key, hold in before.holds.items() if key != release])
    transaction.update(
        "balance", Balance(before.account_id, BALANCE), actions, Balance.version == before.version
    )
    if movement:
        after = before.available_micros + before.held_micros + amount
        transaction.put("entry", _entry(before, movement, after), Entry.sk.does_not_exist())


def _entry(before: Funds, movement: Movement, after_micros: int) -> Entry:
    return Entry(
        before.account_id,
        movement.key,
        kind=movement.kind,
        cause=movement.cause,
        amount_micros=movement.amount_micros,
        balance_after_micros=after_micros,
        currency=before.currency,
        at=clock.render(clock.now()),
    )


def _sweep_actions(deadlines: list[int]) -> list[Any]:
    """The index follows the earliest deadline that is left, and lets go of a balance without holds."""
    if deadlines:
        return [Balance.sweep_at.set(min(deadlines))]
    return [Balance.sweep_at.remove(), Balance.sweep_shard.remove()]


def move_deadline(account_id: str, key: str, due: int) -> None:
    """Give a hold more time; nothing happens when it has gone meanwhile."""
    for attempt in range(tables.TRIES):
        before = funds(account_id)
        if key not in before.holds:
            return
        others = [hold["due"] for other, hold in before.holds.items() if other != key]
        actions = [
            Balance.holds[key]["due"].set(due),
            Balance.version.set(before.version + 1),
            *_sweep_actions([due, *others]),
        ]
        try:
            _change(account_id, actions, Balance.version == before.version)
        except ConditionFailed:
            tables.pause(attempt)
        else:
            return
    raise Busy


def open_account(account_id: str) -> None:
    """Create the balance, with nothing in it, unless it is there."""
    empty = Balance(
        account_id,
        BALANCE,
        available_micros=0,
        currency=profile.current().currency,
        holds={},
        status="open",
        version=1,
    )
    with suppress(ConditionFailed):
        tables.write(lambda: empty.save(condition=Balance.sk.does_not_exist()))


def set_status(account_id: str, status: str) -> None:
    """open, suspended or closed; a closed one stays closed. Money that is owed can still be booked."""
    open_account(account_id)
    actions = [Balance.status.set(status), Balance.version.add(1)]
    with suppress(ConditionFailed):
        _change(account_id, actions, Balance.status != "closed")


def _change(account_id: str, actions: list[Any], condition: Any) -> None:
    tables.write(lambda: Balance(account_id, BALANCE).update(actions=actions, condition=condition))


def shard(account_id: str) -> int:
    return zlib.crc32(account_id.encode()) % SWEEP_SHARDS


def entries(account_id: str, limit: int, before_key: str | None = None) -> list[Entry]:
    """Entries, newest cause first, at most `limit`, older than `before_key`."""
    keys = Entry.sk.between("ENTRY#", before_key) if before_key else Entry.sk.startswith("ENTRY#")
    extra = 1 if before_key else 0
    found = Entry.query(account_id, keys, scan_index_forward=False, limit=limit + extra, consistent_read=True)
    return [entry for entry in found if entry.sk != before_key][:limit]
