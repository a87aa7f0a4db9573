"""Holds: credit set aside before a call is dialled. A hold ends once, by `ledger.book`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pynamodb.expressions.condition import Condition, size

from chalicelib.core import tables
from chalicelib.core.errors import Busy, Refusal
from chalicelib.core.tables import ConditionFailed
from chalicelib.money import ledger
from chalicelib.money.ledger import Funds
from chalicelib.money.models import BALANCE, Balance, Books


@dataclass(frozen=True)
class Hold:
    """An amount, the moment after which it must be looked at (epoch seconds), and the holder's own notes."""

    amount_micros: int
    due: int
    detail: dict[str, Any]

    @classmethod
    def read(cls, raw: dict[str, Any]) -> Hold:
        detail = {name: value for name, value in raw.items() if name not in ("amount", "due")}
        return cls(raw["amount"], raw["due"], detail)

    def item(self) -> dict[str, Any]:
        return {**self.detail, "amount": self.amount_micros, "due": self.due}


def place(account_id: str, key: str, plan: Callable[[int], Hold | None], limit: int) -> Hold:
    """Set credit aside under `key`, in one conditional write that checks everything again.

    `plan` says what to hold for an available amount (micros), or None when it is too little; `limit` is how
    many holds may live at once. A hold that is there already is returned as it is. Refusals: 402
    no-credit, 409 account-suspended, 429 too-many-calls.
    """
    for attempt in range(tables.TRIES):
        before = ledger.funds(account_id)
        if key in before.holds:
            return Hold.read(dict(before.holds[key]))
        _check(before, limit)
        hold = plan(before.available_micros)
        if hold is None:
            raise Refusal(402, "no-credit", "Your credit is not enough for this call. Please top up first.")
        try:
            _write(before, key, hold, limit)
        except ConditionFailed:
            tables.pause(attempt)
        else:
            return hold
    raise Busy


def find(account_id: str, key: str) -> Hold | None:
    """A live hold, from a consistent read."""
    return among(ledger.funds(account_id), key)


def among(funds: Funds, key: str) -> Hold | None:
    """A hold of a balance that was read already."""
    raw = funds.holds.get(key)
    return Hold.read(dict(raw)) if raw else None


def live(account_id: str) -> dict[str, Hold]:
    """Every hold of an account."""
    return {key: Hold.read(dict(raw)) for key, raw in ledger.funds(account_id).holds.items()}


def overdue(now: int) -> Iterator[tuple[str, str, Hold]]:
    """Account, key and hold of all that are past their deadline; the index may lag, the balance does not."""
    for shard in range(ledger.SWEEP_SHARDS):
        for found in Books.sweep.query(shard, Books.sweep_at <= now):
            for key, hold in live(found.account_id).items():
                if hold.due <= now:
                    yield found.account_id, key, hold


def check_open(status: str) -> None:
    """Whether an account in this status may spend."""
    if status != "open":
        raise Refusal(409, "account-suspended", "Your account can't make calls right now.")


def _check(before: Funds, limit: int) -> None:
    check_open(before.status)
    if len(before.holds) >= limit:
        raise Refusal(429, "too-many-calls", "You have as many calls at once as your account allows.")


def _write(before: Funds, key: str, hold: Hold, limit: int) -> None:
    """The version rises but is not asked for, so that rivals with enough credit for both do not meet."""
    actions = [
        Balance.available_micros.set(Balance.available_micros - hold.amount_micros),
        Balance.holds[key].set(hold.item()),
        Balance.version.add(1),
    ]
    condition: Condition = (
        (Balance.status == "open")
        & (Balance.available_micros >= hold.amount_micros)
        & Balance.holds[key].does_not_exist()
        & (size(Balance.holds) < limit)
    )
    if before.sweep_at is not None and before.sweep_at <= hold.due:
        condition &= Balance.sweep_at <= hold.due
    else:
        actions += [
            Balance.sweep_at.set(hold.due),
            Balance.sweep_shard.set(ledger.shard(before.account_id)),
        ]
        condition &= Balance.sweep_at.does_not_exist() | (Balance.sweep_at > hold.due)
    item = Balance(before.account_id, BALANCE)
    tables.write(lambda: item.update(actions=actions, condition=condition))
