"""Items of the table `users` for caller IDs. Neither has `account_id`, whose index belongs to the person."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import MapAttribute, UnicodeAttribute

from chalicelib.core import keys
from chalicelib.core.tables import IntegerAttribute, Item, name


class CallerIds(Item):
    """All numbers of one account in one item, so that ten never become eleven."""

    class Meta:
        table_name = name("users")

    user_id = UnicodeAttribute(hash_key=True)
    numbers: MapAttribute[str, Any] = MapAttribute(default=dict)
    version = IntegerAttribute()

    @staticmethod
    def key(account_id: str) -> str:
        return f"CALLERIDS#{account_id}"


class Claim(Item):
    """Makes a verified number one account's alone, until it is gone at the carrier, too."""

    class Meta:
        table_name = name("users")

    user_id = UnicodeAttribute(hash_key=True)
    owner = UnicodeAttribute()
    caller_id = UnicodeAttribute()

    @staticmethod
    def key(phone: str) -> str:
        return f"NUMBER#{keys.address_hash(phone)}"
