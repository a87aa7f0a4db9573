"""Limits that people set for themselves; a call's own hold checks them."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.expressions.update import Action

from chalicelib.money import ledger
from chalicelib.money.models import Balance


def put(account_id: str, call_micros: int | None, day_micros: int | None, *, high_risk: bool = False) -> None:
    """What one call, and the calls of one UTC day, may cost at most; None: whatever the credit buys.

    `high_risk` lets calls go to the countries where fraudsters earn on them. A live call keeps what it holds;
    the next one is held against the new limits.
    """
    wanted: list[tuple[Attribute[Any], Any]] = [
        (Balance.call_cap_micros, call_micros),
        (Balance.day_cap_micros, day_micros),
        (Balance.high_risk_calls, high_risk or None),
    ]
    ledger.change(account_id, [_to(attribute, value) for attribute, value in wanted])


def _to(attribute: Attribute[Any], value: Any) -> Action:
    return attribute.remove() if value is None else attribute.set(value)
