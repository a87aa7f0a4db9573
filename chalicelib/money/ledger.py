"""The books. Every movement of credit goes through `book`: one place to prove.

Invariant: available + held = sum of entries, and one cause has one entry.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.core import clock, ids, tables
from chalicelib.core.errors import Busy
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.money.funds import Funds, crossed
from chalicelib.money.models import BALANCE, Balance, Entry
from chalicelib.policy import profile

SWEEP_SHARDS = 4
SUSPENSE = "suspense"
FINAL = ("closing", "closed")
SPENDING = {"call", "late_charge"}
LOW_BALANCE = "M#low-balance"
AUTO_TOPUP = "A#auto-topup"
RECEIPT = "M#receipt#"


@dataclass(frozen=True)
class Movement:
    """What is booked, and why: the entry's key is the cause and the cause's own time, never an event's.

    `phase` tells a cause's second movement from its first, such as a dispute that was won after all.
    """

    kind: str
    cause: str
    caused_at: datetime
    amount_micros: int
    phase: str = ""

    @property
    def key(self) -> str:
        phase = f"#{self.phase}" if self.phase else ""
        return f"ENTRY#{clock.render_exactly(self.caused_at)}#{self.cause}{phase}"


@dataclass(frozen=True)
class Errand:
    """Something to do for an account from `due` (epoch seconds) on: a hold of nothing, found by the sweeper.

    It is left in the same transaction as its cause, so that no kill can lose it, and remembers since when.
    """

    due: int
    detail: Mapping[str, Any] = field(default_factory=dict)

    def item(self) -> dict[str, Any]:
        return {**self.detail, "amount": 0, "due": self.due, "since": self.due}


class HoldGone(Exception):
    """The hold that was to be released is not there: it was settled already, or never placed."""


class AccountClosed(Exception):
    """Nothing more is booked for this account; what came for it belongs into suspense."""


def funds(account_id: str) -> Funds:
    """The balance as it is now, from a consistent read; an account without one has nothing."""
    item = Balance.stored(account_id, BALANCE)
    if item is None:
        return Funds(account_id, 0, profile.current().currency, {}, "open", 0)
    return Funds(
        account_id=account_id,
        available_micros=item.available_micros,
        currency=item.currency,
        holds=item.holds.as_dict(),
        status=item.status,
        version=item.version,
        sweep_at=item.sweep_at,
        closed_at=clock.parse(item.closed_at) if item.closed_at else None,
        frozen=frozenset(item.frozen or ()),
        day=item.day,
        day_spent_micros=item.day_spent_micros or 0,
        hour=item.hour,
        hour_calls=item.hour_calls or 0,
        call_cap_micros=item.call_cap_micros,
        day_cap_micros=item.day_cap_micros,
        high_risk_calls=bool(item.high_risk_calls),
        auto_threshold_micros=item.auto_threshold_micros,
        auto_amount_micros=item.auto_amount_micros,
        customer=item.customer,
        payment_method=item.payment_method,
    )


def book(
    account_id: str,
    movement: Movement | None,
    *,
    release: str | None = None,
    join: Callable[[Transaction], None] | None = None,
    also: Sequence[Action] = (),
    errands: Mapping[str, Errand] | None = None,
    before: Funds | None = None,
    while_open: bool = False,
    as_read: bool = False,
) -> None:
    """One transaction: the balance, the entry, the hold's release, and what `join` adds.

    `also` changes more of the balance; `errands` are left there for the sweeper, beside those that the
    movement's own thresholds ask for. `before` saves a read where the caller has just looked; `as_read` books
    on nothing but that.

    Raises HoldGone when `release` is not held, AccountClosed where `while_open` is asked for, and
    ConditionFailed naming "entry" (booked before) or the writes of `join`; then nothing was written. A rival
    change of the balance is read again and retried.
    """
    for attempt in range(tables.TRIES):
        before = before or funds(account_id)
        if before.version == 0:
            if attempt:
                raise AccountClosed(account_id)  # its books went meanwhile: they must not begin again
            open_account(account_id)
            before = funds(account_id)
        if release and release not in before.holds:
            raise HoldGone(release)
        if while_open and before.status == "closed":
            raise AccountClosed(account_id)
        todo = {**_asked_by_thresholds(before, movement), **(errands or {})}
        transaction = Transaction()
        transaction.update(
            "balance",
            Balance(account_id, BALANCE),
            [*_change_of(before, movement, release, todo), *also],
            Balance.version == before.version,
        )
        if movement:
            transaction.put("entry", _entry(before, movement), Entry.sk.does_not_exist())
        if join:
            join(transaction)
        try:
            transaction.commit()
        except ConditionFailed as failed:
            if as_read or failed.names != {"balance"}:
                raise
            before = None
            tables.pause(attempt)
        else:
            return
    raise Busy


def _change_of(
    before: Funds, movement: Movement | None, release: str | None, errands: Mapping[str, Errand]
) -> list[Action]:
    """What the balance becomes: absolute values, since its version is asked for."""
    amount = movement.amount_micros if movement else 0
    hold = before.holds[release] if release else None
    actions: list[Action] = [
        Balance.available_micros.set(before.available_micros + (hold["amount"] if hold else 0) + amount),
        Balance.version.set(before.version + 1),
    ]
    deadlines = {key: other["due"] for key, other in before.holds.items() if key != release}
    if release:
        actions.append(Balance.holds[release].remove())
    for key, errand in errands.items():
        if key not in before.holds:
            actions.append(Balance.holds[key].set(errand.item()))
            deadlines[key] = errand.due
    if hold and before.day and hold.get("day") == before.day:
        actions.append(Balance.day_spent_micros.set(before.day_spent_micros - hold["amount"] - amount))
    if release or errands:
        actions += _sweep_actions(before.account_id, list(deadlines.values()))
    return actions


def _asked_by_thresholds(before: Funds, movement: Movement | None) -> dict[str, Errand]:
    """A mail when calls use credit up, and the charge that the person told us to make then.

    Money that goes back to the person asks for neither.
    """
    if movement is None or movement.kind not in SPENDING:
        return {}
    after_micros, now = before.total_micros + movement.amount_micros, clock.epoch_seconds(clock.now())
    asked = {}
    if crossed(before.total_micros, after_micros, profile.current().low_balance_micros):
        asked[LOW_BALANCE] = Errand(now)
    if crossed(before.total_micros, after_micros, before.auto_threshold_micros):
        asked[AUTO_TOPUP] = Errand(now, {"order": ids.new("ord", clock.now())})
    return asked


def _entry(before: Funds, movement: Movement) -> Entry:
    return Entry(
        before.account_id,
        movement.key,
        kind=movement.kind,
        cause=movement.cause,
        amount_micros=movement.amount_micros,
        balance_after_micros=before.total_micros + movement.amount_micros,
        currency=before.currency,
        at=clock.render(clock.now()),
    )


def _sweep_actions(account_id: str, deadlines: list[int]) -> list[Action]:
    """The index follows the earliest deadline that is left, and lets go of a balance without holds."""
    if deadlines:
        return [Balance.sweep_at.set(min(deadlines)), Balance.sweep_shard.set(shard(account_id))]
    return [Balance.sweep_at.remove(), Balance.sweep_shard.remove()]


def move_deadline(account_id: str, key: str, due: int, seen: int | None = None) -> bool:
    """Give a hold more time; False when it has gone meanwhile, or is no longer due at `seen`."""
    for attempt in range(tables.TRIES):
        before = funds(account_id)
        if key not in before.holds or seen not in (None, before.holds[key]["due"]):
            return False
        others = [hold["due"] for other, hold in before.holds.items() if other != key]
        actions = [
            Balance.holds[key]["due"].set(due),
            Balance.version.set(before.version + 1),
            *_sweep_actions(account_id, [due, *others]),
        ]
        try:
            _change(account_id, actions, Balance.version == before.version)
        except ConditionFailed:
            tables.pause(attempt)
        else:
            return True
    raise Busy


def open_account(account_id: str, currency: str | None = None) -> None:
    """Create the balance, with nothing in it, unless it is there; in the profile's currency or another."""
    empty = Balance(
        account_id,
        BALANCE,
        available_micros=0,
        currency=currency or profile.current().currency,
        holds={},
        status="open",
        version=1,
    )
    with suppress(ConditionFailed):
        tables.write(lambda: empty.save(condition=Balance.sk.does_not_exist()))


def change(account_id: str, actions: Sequence[Action], condition: Condition | None = None) -> bool:
    """Change the balance's settings, never its credit; False when `condition` did not hold."""
    wanted = Balance.sk.exists() if condition is None else Balance.sk.exists() & condition
    for _ in range(2):
        try:
            _change(account_id, [*actions, Balance.version.add(1)], wanted)
        except ConditionFailed:
            open_account(account_id)  # it may only have been missing
        else:
            return True
    return False


def set_status(account_id: str, status: str) -> None:
    """open or suspended, or from now on closing or closed, which never opens again.

    Money that is owed can still be booked, what reaches a closed one in suspense.
    """
    if not profile.offers("credit"):
        return
    since = [Balance.closed_at.set(Balance.closed_at | clock.render(clock.now()))] if status in FINAL else []
    barred = ("closed",) if status == "closed" else FINAL
    change(account_id, [Balance.status.set(status), *since], ~Balance.status.is_in(*barred))


def _change(account_id: str, actions: list[Action], condition: Condition | None) -> None:
    tables.write(lambda: Balance(account_id, BALANCE).update(actions=actions, condition=condition))


def shard(account_id: str) -> int:
    return zlib.crc32(account_id.encode()) % SWEEP_SHARDS


def entries(account_id: str, limit: int, before_key: str | None = None) -> list[Entry]:
    """Entries, newest cause first, at most `limit`, older than `before_key`."""
    keys = Entry.sk.between("ENTRY#", before_key) if before_key else Entry.sk.startswith("ENTRY#")
    extra = 1 if before_key else 0
    found = Entry.newest(account_id, keys, limit + extra)
    return [entry for entry in found if entry.sk != before_key][:limit]


def statement(account_id: str) -> Iterator[Entry]:
    """Every entry, oldest cause first, read in pages."""
    yield from Entry.query(account_id, Entry.sk.startswith("ENTRY#"), consistent_read=True)
