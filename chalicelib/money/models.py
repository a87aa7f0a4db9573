"""Items of the tables `balances` and `payments`. Amounts are micro-units of the account's currency."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import BooleanAttribute, MapAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core.tables import IntegerAttribute, Item, name

BALANCE = "BAL"
CARRIED = "ENTRY##carried"
"""Sorts before every other entry, whatever its cause's time."""


class Sweep(GlobalSecondaryIndex["Books"]):
    """Balances with holds, by the earliest deadline: sparse, since only they carry `sweep_at`."""

    class Meta:
        index_name = "sweep"
        projection = KeysOnlyProjection()

    sweep_shard = IntegerAttribute(hash_key=True)
    sweep_at = IntegerAttribute(range_key=True)


class Books(Item):
    """What one account has: its balance, and its entries behind it."""

    class Meta:
        table_name = name("balances")

    account_id = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    sweep = Sweep()
    sweep_shard = IntegerAttribute(null=True)
    sweep_at = IntegerAttribute(null=True)


class Balance(Books):
    """`available` is free credit; `holds` maps a key to what is set aside for it, or to an errand (amount 0).

    `frozen` has the ids of disputes that keep the account from spending. `closed_at` is when the account was
    closed by its person, or for good. `day_spent` counts what the calls of `day` (UTC) cost
    and hold, `hour_calls` how many were placed in `hour`. Caps are the person's own, and so is the wish to
    call high-risk countries; `auto` is what they told us to charge, and when.
    """

    available_micros = IntegerAttribute()
    currency = UnicodeAttribute()
    holds: MapAttribute[str, Any] = MapAttribute(default=dict)
    status = UnicodeAttribute()
    closed_at = UnicodeAttribute(null=True)
    version = IntegerAttribute()
    frozen = UnicodeSetAttribute(null=True)
    day = UnicodeAttribute(null=True)
    day_spent_micros = IntegerAttribute(null=True)
    hour = UnicodeAttribute(null=True)
    hour_calls = IntegerAttribute(null=True)
    call_cap_micros = IntegerAttribute(null=True)
    day_cap_micros = IntegerAttribute(null=True)
    high_risk_calls = BooleanAttribute(null=True)
    auto_threshold_micros = IntegerAttribute(null=True)
    auto_amount_micros = IntegerAttribute(null=True)
    customer = UnicodeAttribute(null=True)
    payment_method = UnicodeAttribute(null=True)


class Entry(Books):
    """One movement, for one cause, never changed. Its key is the cause, so it cannot be written twice.

    Of kind `carried` there is one at most, under `CARRIED`: the sum of those whose time was over.
    """

    kind = UnicodeAttribute()
    cause = UnicodeAttribute()
    amount_micros = IntegerAttribute()
    balance_after_micros = IntegerAttribute()
    currency = UnicodeAttribute()
    at = UnicodeAttribute()


class ByAccount(GlobalSecondaryIndex["Payment"]):
    """An account's orders and payments."""

    class Meta:
        index_name = "account_id"
        projection = KeysOnlyProjection()

    account_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class Payments(Item):
    """Orders (`ORDER#...`) and the payments that followed (`PI#...`)."""

    class Meta:
        table_name = name("payments")

    id = UnicodeAttribute(hash_key=True)
    account_id = UnicodeAttribute()
    by_account = ByAccount()


class Order(Payments):
    """A wish to top up; `state` is open, paid, failed, expired or suspense.

    `kind` is absent for one that its person pays, `auto` for a charge of the saved card, and `card` for the
    wish to save one and have it charged below `threshold_micros`; that one ends as saved.
    """

    kind = UnicodeAttribute(null=True)
    threshold_micros = IntegerAttribute(null=True)
    amount_micros = IntegerAttribute()
    currency = UnicodeAttribute()
    state = UnicodeAttribute()
    created_at = UnicodeAttribute()
    checkout_id = UnicodeAttribute(null=True)
    checkout_url = UnicodeAttribute(null=True)
    payment_intent = UnicodeAttribute(null=True)


class Payment(Payments):
    """Money that came in: its net price, the tax on top, and in `returns` the refunds and disputes of it.

    `books` is the account whose credit it is, where that is not its person's own: suspense. `customer` is
    Stripe's record of the person, until it is erased there.
    """

    order_id = UnicodeAttribute()
    checkout_id = UnicodeAttribute(null=True)
    amount_micros = IntegerAttribute()
    tax_micros = IntegerAttribute(null=True)
    currency = UnicodeAttribute()
    created_at = UnicodeAttribute()
    customer = UnicodeAttribute(null=True)
    books = UnicodeAttribute(null=True)
    returns: MapAttribute[str, Any] = MapAttribute(null=True)
    version = IntegerAttribute(null=True)


class Progress(Item):
    """How far the reconciler has come, in epoch seconds."""

    class Meta:
        table_name = name("payments")

    id = UnicodeAttribute(hash_key=True)
    until = IntegerAttribute()
