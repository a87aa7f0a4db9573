"""Calls and quotes as the API tells them."""

from __future__ import annotations

import msgspec

from chalicelib.calling import quality, records
from chalicelib.calling.models import CallRecord
from chalicelib.calling.quality import CallQuality
from chalicelib.calling.quotes import Quote
from chalicelib.core import clock
from chalicelib.core.shapes import Money
from chalicelib.money import rates
from chalicelib.money.holds import Hold
from chalicelib.money.rates import Rate


class FrozenRate(msgspec.Struct):
    """What a minute to a number costs, and in which steps it is counted."""

    prefix: str
    country: str
    description: str
    price_micros: int
    connect_fee_micros: int
    increment_first_seconds: int
    increment_next_seconds: int
    minimum_seconds: int
    currency: str
    deck_version: str


class CallQuote(msgspec.Struct):
    """The price of a call to one number; `affordable_seconds` is what your credit buys in one call.

    A call that has begun cannot be made longer by topping up.
    """

    to: str
    country: str
    kind: str
    description: str
    price_micros: int
    connect_fee_micros: int
    increment_first_seconds: int
    increment_next_seconds: int
    minimum_seconds: int
    affordable_seconds: int
    currency: str
    deck_version: str


class CallToken(msgspec.Struct):
    """What the voice SDK signs in with, for the one call `call_id`."""

    carrier: str
    token: str
    identity: str
    call_id: str
    expires_at: str


class Call(msgspec.Struct, rename={"from_": "from"}):
    """One call. `state` is live, charged or voided; `arithmetic` shows how its cost came about.

    `limit_seconds` is how long it can last at most: then the carrier ends it. `quality` is what your browser
    measured, where the service collects that and was told.
    """

    id: str
    at: str
    ended_at: str | None
    to: str
    from_: str
    country: str
    state: str
    outcome: str | None
    duration_seconds: int
    limit_seconds: int | None
    billed_seconds: int
    cost: Money
    rate: FrozenRate
    arithmetic: str
    quality: CallQuality | None


class CallHistory(msgspec.Struct):
    """Calls that have ended, newest first."""

    items: list[Call]
    next_cursor: str | None


def show_quote(quote: Quote) -> CallQuote:
    rate = quote.rate
    return CallQuote(
        to=quote.dialled.e164,
        country=quote.dialled.country,
        kind=quote.dialled.kind.value,
        description=rate.description,
        price_micros=rate.price_micros,
        connect_fee_micros=rate.connect_fee_micros,
        increment_first_seconds=rate.increment_first_seconds,
        increment_next_seconds=rate.increment_next_seconds,
        minimum_seconds=rate.minimum_seconds,
        affordable_seconds=quote.affordable_seconds,
        currency=rate.currency,
        deck_version=rate.deck_version,
    )


def show_record(record: CallRecord) -> Call:
    rate = record.rate()
    return Call(
        id=record.call_id,
        at=record.started_at,
        ended_at=record.ended_at,
        to=record.to,
        from_=record.caller_id,
        country=record.country,
        state=record.state,
        outcome=record.outcome,
        duration_seconds=record.duration_seconds,
        limit_seconds=record.limit_seconds,
        billed_seconds=rates.billed_seconds(rate, record.duration_seconds),
        cost=Money(record.cost_micros, record.currency),
        rate=_show_rate(rate),
        arithmetic=rates.arithmetic(rate, record.duration_seconds),
        quality=quality.of(record),
    )


def show_live(call_id: str, hold: Hold) -> Call:
    """A call whose end we have not been told yet: it has cost nothing so far, its hold is in the balance."""
    rate = records.frozen_rate(hold.detail)
    return Call(
        id=call_id,
        at=clock.render(clock.from_epoch(hold.detail["at"])),
        ended_at=None,
        to=hold.detail["to"],
        from_=hold.detail["from"],
        country=rate.country,
        state="live",
        outcome=None,
        duration_seconds=0,
        limit_seconds=hold.detail["limit"],
        billed_seconds=0,
        cost=Money(0, rate.currency),
        rate=_show_rate(rate),
        arithmetic="",
        quality=None,
    )


def _show_rate(rate: Rate) -> FrozenRate:
    return FrozenRate(**{field: getattr(rate, field) for field in FrozenRate.__struct_fields__})
