"""Items of the table `cdrs`: one call record a call, a partition an account and month."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core import ids
from chalicelib.core.tables import IntegerAttribute, Item, name
from chalicelib.money.rates import Rate


class CallRecord(Item):
    """A call that has ended. `state` is charged or voided; the rate is the one that was quoted.

    `limit_seconds` is what its hold bought. `carrier_micros` is what the carrier took from us, told a day
    later: it shows the margin and bills nobody.
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
    expires_at = IntegerAttribute(null=True)

    def rate(self) -> Rate:
        """The frozen rate, as the pricing arithmetic takes it."""
        return Rate(**{field: getattr(self, field) for field in Rate.__dataclass_fields__})


def month_key(account_id: str, call_id: str) -> str:
    """The partition of a call: the UTC month of its id, never of now."""
    return month_of(account_id, ids.made_at(call_id))


def month_of(account_id: str, moment: datetime) -> str:
    return f"{account_id}#{moment:%Y-%m}"
