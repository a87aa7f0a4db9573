"""Sums and files of calls as the API tells them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from chalicelib.calling import exports
from chalicelib.calling.summary import Sum, Summary
from chalicelib.core import clock, files, vault
from chalicelib.core.files import File
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


class CallExport(msgspec.Struct):
    """A file of calls: waiting, running, ready or failed. `rows` is how many it has so far.

    Whoever has the `link` can fetch the file until `link_expires_at`; the file itself goes at `expires_at`.
    """

    id: str
    state: str
    created_at: datetime
    expires_at: datetime
    rows: int
    link: str | None = None
    link_expires_at: datetime | None = None


def show_export(export: File) -> CallExport:
    link = exports.link(export)
    link_ends = clock.now() + timedelta(seconds=vault.LINK_SECONDS)
    return CallExport(
        id=export.id,
        state=files.state(export),
        created_at=clock.parse(export.created_at),
        expires_at=files.ends_at(export),
        rows=export.rows,
        link=link,
        link_expires_at=link_ends.replace(microsecond=0) if link else None,
    )


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
