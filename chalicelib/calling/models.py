"""Items of the table `cdrs`: one call record a call, a partition an account and month."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from pynamodb.attributes import ListAttribute, UnicodeAttribute
from pynamodb.constants import NUMBER

from chalicelib.core import ids
from chalicelib.core.ends import EndAttribute
from chalicelib.core.scan import End, Number, Text
from chalicelib.core.tables import IntegerAttribute, Item, name
from chalicelib.money.rates import Rate


class CallRecord(Item):
    """A call that has ended. `state` is charged or voided; the rate is the one that was quoted.

    `limit_seconds` is what its hold bought. `carrier_micros` is what the carrier took from us, told a day
    later: it shows the margin and bills nobody. From `jitter_ms` on it is what the caller's browser measured.
    """

    class Meta:
        table_name = name("cdrs")

    month_key = UnicodeAttribute(hash_key=True)
    call_id = UnicodeAttribute(range_key=True)
    state = UnicodeAttribute()
    outcome = UnicodeAttribute()
    to = UnicodeAttribute()
    caller_id = UnicodeAttribute()
    started_at = UnicodeAttribute()
    ended_at = UnicodeAttribute()
    duration_seconds = IntegerAttribute()
    limit_seconds = IntegerAttribute(null=True)
    cost_micros = IntegerAttribute()
    call_sid = UnicodeAttribute()
    leg_sid = UnicodeAttribute(null=True)
    prefix = UnicodeAttribute()
    country = UnicodeAttribute()
    description = UnicodeAttribute()
    price_micros = IntegerAttribute()
    connect_fee_micros = IntegerAttribute()
    increment_first_seconds = IntegerAttribute()
    increment_next_seconds = IntegerAttribute()
    minimum_seconds = IntegerAttribute()
    deck_version = UnicodeAttribute()
    currency = UnicodeAttribute()
    carrier_micros = IntegerAttribute(null=True)
    carrier_currency = UnicodeAttribute(null=True)
    jitter_ms = IntegerAttribute(null=True)
    packet_loss_permille = IntegerAttribute(null=True)
    round_trip_ms = IntegerAttribute(null=True)
    mos_hundredths = IntegerAttribute(null=True)
    connection = UnicodeAttribute(null=True)
    expires_at = EndAttribute(null=True)

    def rate(self) -> Rate:
        """The frozen rate, as the pricing arithmetic takes it."""
        return Rate(**{field: getattr(self, field) for field in Rate.__dataclass_fields__})


class Favourites(Item):
    """The numbers that an account's person keeps at hand."""

    class Meta:
        table_name = name("users")

    user_id = UnicodeAttribute(hash_key=True)
    numbers: ListAttribute[str] = ListAttribute()

    @staticmethod
    def key(account_id: str) -> str:
        return f"FAVOURITES#{account_id}"


class Line(msgspec.Struct, gc=False):
    """A call record as far as a list of many tells of it: what `core.scan` reads of each."""

    call_id: Text
    state: Text
    outcome: Text
    to: Text
    caller_id: Text
    started_at: Text
    ended_at: Text
    country: Text
    duration_seconds: Number
    increment_first_seconds: Number
    increment_next_seconds: Number
    minimum_seconds: Number
    cost_micros: Number
    currency: Text
    expires_at: End | None = None


WholeLine: Any = msgspec.defstruct(
    "WholeLine",
    [
        (name, (Number if attribute.attr_type == NUMBER else Text) | None, None)
        for name, attribute in CallRecord.get_attributes().items()
        if name not in Line.__struct_fields__
    ],
    bases=(Line,),
    omit_defaults=True,
)
"""All that a record has; `record_of` makes one of it."""


def record_of(line: Line) -> CallRecord:
    """The record that a WholeLine was read from."""
    return CallRecord.from_raw_data(msgspec.to_builtins(line))


def month_key(account_id: str, call_id: str) -> str:
    """The partition of a call: the UTC month of its id, never of now."""
    return month_of(account_id, ids.made_at(call_id))


def month_of(account_id: str, moment: datetime) -> str:
    return f"{account_id}#{moment:%Y-%m}"
