"""Holds: credit set aside before a call is dialled. A hold ends once, by `ledger.book`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action

from chalicelib.core import clock, tables
from chalicelib.core.errors import Busy, Refusal
from chalicelib.core.tables import ConditionFailed
from chalicelib.money import ledger
from chalicelib.money.funds import CALL, Funds, day_of, hour_of, seconds_left, spendable_micros
from chalicelib.money.models import BALANCE, Balance, Books
from chalicelib.policy import profile

AT_ONCE = 500
"""Accounts of one shard that a sweep looks at; the next one looks at those behind them."""


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


class Overdue(NamedTuple):
    """A hold that must be looked at, and where it is."""

    account_id: str
    key: str
    hold: Hold


def place(
    account_id: str, key: str, plan: Callable[[int], Hold | None], limit: int, *, high_risk: bool = False
) -> Hold:
    """Set credit aside for a call under `key`, in one conditional write that checks everything again.

    `plan` says what to hold for the micros that may be spent, or None when they are too few; `limit` is how
    many calls may live at once; a `high_risk` call needs the person's switch. A hold that is there already is
    returned as it is. Refusals: 402 no-credit, 409 account-suspended, account-frozen or high-risk-country,
    429 too-many-calls, too-many-requests or spend-cap.
    """
    for attempt in range(tables.TRIES):
        before, now = ledger.funds(account_id), clock.now()
        if key in before.holds:
            return Hold.read(dict(before.holds[key]))
        check_open(before)
        if high_risk:
            check_high_risk(before)
        if before.live_calls >= limit:
            raise Refusal(429, "too-many-calls", "You have as many calls at once as your account allows.")
        check_pace(before, now)
        hold = _plan(plan, before, now)
        try:
            _write(before, key, hold, limit, hour_of(now), high_risk=high_risk)
        except ConditionFailed:
            tables.pause(attempt)
        else:
            return hold
    raise Busy


def reserve(account_id: str, key: str, hold: Hold) -> Hold | None:
    """Set credit aside for something that is no call, such as a refund; None when there is not enough."""
    for attempt in range(tables.TRIES):
        before = ledger.funds(account_id)
        if key in before.holds:
            return Hold.read(dict(before.holds[key]))
        if before.available_micros < hold.amount_micros:
            return None
        try:
            _put(before, key, hold, Balance.holds[key].does_not_exist())
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


def live_calls(account_id: str) -> dict[str, Hold]:
    """The holds of an account that are calls."""
    return {key: hold for key, hold in live(account_id).items() if key.startswith(CALL)}


def overdue(now: int) -> Iterator[Overdue]:
    """What is past its deadline, calls and others, of the accounts that have waited longest.

    No more of them than a sweep can look at. The index may lag, the balance does not.
    """
    for shard in range(ledger.SWEEP_SHARDS):
        found = Books.sweep.query(shard, Books.sweep_at <= now, limit=AT_ONCE)
        keys = [(books.account_id, BALANCE) for books in found]
        for balance in Balance.batch_get(keys, consistent_read=True):
            for key, raw in balance.holds.as_dict().items():
                if raw["due"] <= now:
                    yield Overdue(balance.account_id, key, Hold.read(raw))


def check_open(funds: Funds) -> None:
    """Whether an account may spend."""
    if funds.standing == "frozen":
        raise Refusal(409, "account-frozen", "A payment of yours is disputed. Please write to us to go on.")
    if funds.standing != "open":
        raise Refusal(409, "account-suspended", "Your account can't make calls right now.")


def check_high_risk(funds: Funds) -> None:
    """Whether a person wants calls to countries where fraudsters earn on them."""
    if not funds.high_risk_calls:
        sentence = (
            "Fraudsters often earn on calls to this country. They are off until your limits allow them."
        )
        raise Refusal(409, "high-risk-country", sentence)


def check_pace(funds: Funds, now: datetime) -> None:
    """Whether an account places calls as fast as a person does; a thief places many short ones."""
    if funds.calls_in(hour_of(now)) >= profile.current().calls_an_hour:
        wait_seconds = 3600 - clock.epoch_seconds(now) % 3600
        sentence = "You have placed very many calls this hour. Please try again in the next one."
        raise Refusal(429, "too-many-requests", sentence, retry_after_seconds=wait_seconds)


def _plan(plan: Callable[[int], Hold | None], before: Funds, now: datetime) -> Hold:
    """The hold for what may be spent today; it remembers the day, so that what it frees is the same day's."""
    hold = plan(spendable_micros(before, now, profile.current().first_day_cap_micros))
    if hold:
        return replace(hold, detail={**hold.detail, "day": day_of(before.account_id, now)})
    if plan(before.available_micros) is None:
        raise Refusal(402, "no-credit", "Your credit is not enough for this call. Please top up first.")
    sentence = "This would go beyond a limit of your account. Look at your limits, or try again tomorrow."
    raise Refusal(429, "spend-cap", sentence, retry_after_seconds=seconds_left(before.account_id, now))


def _write(before: Funds, key: str, hold: Hold, limit: int, hour: str, *, high_risk: bool) -> None:
    """The version rises but is not asked for, so that a payment meanwhile stops no call.

    Caps, the day's spending and the hour's calls are asked for as they were read: they decided whether
    and how much may be held. The number of calls at once too, since a free call spends nothing.
    """
    others = len(before.holds) - before.live_calls
    day, spent = hold.detail["day"], before.spent_on(hold.detail["day"])
    condition: Condition = (
        (Balance.status == "open")
        & Balance.frozen.does_not_exist()
        & Balance.holds[key].does_not_exist()
        & (size(Balance.holds) < limit + others)
        & _same(Balance.call_cap_micros, before.call_cap_micros)
        & _same(Balance.day_cap_micros, before.day_cap_micros)
        & _same(Balance.day, before.day)
        & _same(Balance.day_spent_micros, before.day_spent_micros if before.day else None)
        & _same(Balance.hour, before.hour)
        & _same(Balance.hour_calls, before.hour_calls if before.hour else None)
    )
    if high_risk:
        condition &= Balance.high_risk_calls == True  # noqa: E712 - a condition, not a comparison
    today = [Balance.day.set(day), Balance.day_spent_micros.set(spent + hold.amount_micros)]
    pace = [Balance.hour.set(hour), Balance.hour_calls.set(before.calls_in(hour) + 1)]
    _put(before, key, hold, condition, [*today, *pace])


def _put(before: Funds, key: str, hold: Hold, condition: Condition, also: Sequence[Action] = ()) -> None:
    actions = [
        Balance.available_micros.set(Balance.available_micros - hold.amount_micros),
        Balance.holds[key].set(hold.item()),
        Balance.version.add(1),
        *also,
    ]
    condition &= Balance.available_micros >= hold.amount_micros
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


def _same(attribute: Attribute[Any], value: Any) -> Condition:
    return attribute.does_not_exist() if value is None else attribute == value
