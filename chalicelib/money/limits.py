"""Limits that people set for themselves; a call's own hold checks them."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.core.errors import Busy
from chalicelib.money import ledger
from chalicelib.money.funds import Funds
from chalicelib.money.models import Balance


def put(
    account_id: str,
    call_micros: int | None,
    day_micros: int | None,
    *,
    high_risk: bool = False,
    before: Funds | None = None,
) -> None:
    """What one call, and the calls of one UTC day, may cost at most; None: whatever the credit buys.

    `high_risk` lets calls go to the countries where fraudsters earn on them. A live call keeps what it holds;
    the next one is held against the new limits. With `before`, they take the place of the limits there:
    refuses with 503 where others were set meanwhile.
    """
    values: list[tuple[Attribute[Any], Any]] = [
        (Balance.call_cap_micros, call_micros),
        (Balance.day_cap_micros, day_micros),
        (Balance.high_risk_calls, high_risk or None),
    ]
    unchanged = _unchanged(before) if before else None
    if not ledger.change(account_id, [_to(attribute, value) for attribute, value in values], unchanged):
        raise Busy


def allow_more(
    before: Funds, call_micros: int | None, day_micros: int | None, *, high_risk: bool = False
) -> bool:
    """Whether these limits let more be spent, or elsewhere, than those that hold."""
    return (
        _is_looser(call_micros, before.call_cap_micros)
        or _is_looser(day_micros, before.day_cap_micros)
        or (high_risk and not before.high_risk_calls)
    )


def _unchanged(before: Funds) -> Condition:
    held: Condition = (
        _is(Balance.call_cap_micros, before.call_cap_micros)
        & _is(Balance.day_cap_micros, before.day_cap_micros)
        & _is(Balance.high_risk_calls, before.high_risk_calls or None)
    )
    return held


def _is_looser(after: int | None, before: int | None) -> bool:
    return before is not None and (after is None or after > before)


def _is(attribute: Attribute[Any], value: Any) -> Condition:
    same: Condition = attribute.does_not_exist() if value is None else attribute == value
    return same


def _to(attribute: Attribute[Any], value: Any) -> Action:
    return attribute.remove() if value is None else attribute.set(value)
