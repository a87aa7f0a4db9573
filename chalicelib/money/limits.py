"""Limits that people set for themselves; a call's own hold checks them."""

from __future__ import annotations

from pynamodb.attributes import Attribute
from pynamodb.expressions.update import Action

from chalicelib.money import ledger
from chalicelib.money.models import Balance


def put(account_id: str, call_micros: int | None, day_micros: int | None) -> None:
    """What one call, and the calls of one UTC day, may cost at most; None: whatever the credit buys.

    A live call keeps what it holds; the next one is held against the new limits.
    """
    actions = [_to(Balance.call_cap_micros, call_micros), _to(Balance.day_cap_micros, day_micros)]
    ledger.change(account_id, actions)


def _to(attribute: Attribute[int], value: int | None) -> Action:
    return attribute.remove() if value is None else attribute.set(value)
