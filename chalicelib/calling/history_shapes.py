"""Sums of calls as the API tells them."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from chalicelib.calling.summary import Sum, Summary
from chalicelib.core.shapes import Money
from chalicelib.policy import profile


class CallSum(msgspec.Struct):
    """Calls added up; `answered` are those that cost something by their time."""

    calls: int
    answered: int
    duration_seconds: int
    cost: Money


class CallSumOf(CallSum):
    """The calls of one UTC day, or to one country."""

    key: str


class CallSummary(msgspec.Struct, rename={"from_": "from"}):
    """Your calls from the first day to the last, which both belong to it; `total` is all of `items`."""

    from_: date
    to: date
    by: Literal["day", "country"]
    items: list[CallSumOf]
    total: CallSum


class CallSpend(msgspec.Struct):
    """What your calls that have ended have cost so far; both begin at midnight UTC."""

    today: Money
    month: Money


def show_summary(by: Literal["day", "country"], summary: Summary) -> CallSummary:
    return CallSummary(
        from_=summary.first,
        to=summary.last,
        by=by,
        items=[CallSumOf(*_show(found), key=key) for key, found in summary.sums.items()],
        total=CallSum(*_show(summary.total)),
    )


def show_spend(today_micros: int, month_micros: int) -> CallSpend:
    return CallSpend(today=_money(today_micros), month=_money(month_micros))


def _show(found: Sum) -> tuple[int, int, int, Money]:
    return found.calls, found.answered, found.duration_seconds, _money(found.cost_micros)


def _money(amount_micros: int) -> Money:
    return Money(amount_micros, profile.current().currency)
