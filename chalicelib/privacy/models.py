"""Items of the table `registry`: requests, their events, and what people chose. Ids, never a person."""

from __future__ import annotations

import zlib

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core.ends import EndAttribute
from chalicelib.core.tables import IntegerAttribute, Item, name

DUE_SHARDS = 4


def subject_key(holder: str) -> str:
    """Of an account, or of a visitor's browser."""
    return f"SUBJECT#{holder}"


def request_key(request_id: str) -> str:
    return f"REQUEST#{request_id}"


def due_shard(request_id: str) -> int:
    return zlib.crc32(request_id.encode()) % DUE_SHARDS


class Due(GlobalSecondaryIndex["Request"]):
    """Open requests by their deadline: sparse, since a closed one has no `due_shard`."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_shard = IntegerAttribute(hash_key=True)
    due_at = IntegerAttribute(range_key=True)


class Registered(Item):
    """What every item of the registry has; `expires_at` comes when the request is closed."""

    class Meta:
        table_name = name("registry")

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    expires_at = EndAttribute(null=True)


class Request(Registered):
    """`SUBJECT#<account>` / `REQUEST#<id>`. What was counted and what is kept is told by category."""

    due = Due()
    due_shard = IntegerAttribute(null=True)
    due_at = IntegerAttribute()
    id = UnicodeAttribute()
    type = UnicodeAttribute()
    state = UnicodeAttribute()
    account_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    policy_version = UnicodeAttribute()
    attempt = IntegerAttribute()
    received_at = UnicodeAttribute()
    grace_ends_at = UnicodeAttribute()
    acknowledge_by = UnicodeAttribute(null=True)
    extended_due_at = UnicodeAttribute(null=True)
    extended_at = UnicodeAttribute(null=True)
    extension_told_at = UnicodeAttribute(null=True)
    way = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    told_at = UnicodeAttribute(null=True)
    counted = JSONAttribute(null=True)
    erased_at = UnicodeAttribute(null=True)
    actions = JSONAttribute(null=True)
    kept = JSONAttribute(null=True)
    processors = JSONAttribute(null=True)
    residues = JSONAttribute(null=True)
    escalated_at = UnicodeAttribute(null=True)
    closed_at = UnicodeAttribute(null=True)


class Event(Registered):
    """`REQUEST#<id>` / `EVENT#<what>`: written once, since no state is entered twice; but for restarts."""

    at = UnicodeAttribute()
    what = UnicodeAttribute()


class Opening(Registered):
    """`SUBJECT#<account>` / `OPEN#<type>`: the account's one open request of its type."""

    request_id = UnicodeAttribute()


class Receipt(Registered):
    """`SUBJECT#<holder>` / `RECEIPT#<kind>#<about>#<id>`: one choice, never changed but for its end.

    `stands` says what was chosen; `question`, `banner_version` and `policy_version` which words were seen.
    """

    id = UnicodeAttribute()
    kind = UnicodeAttribute()
    about = UnicodeAttribute()
    stands = BooleanAttribute()
    at = UnicodeAttribute()
    source = UnicodeAttribute()
    question = UnicodeAttribute()
    banner_version = UnicodeAttribute()
    policy_version = UnicodeAttribute()

    @staticmethod
    def key(kind: str, about: str, id: str) -> str:
        return f"RECEIPT#{kind}#{about}#{id}"


class Choices(Registered):
    """`SUBJECT#<holder>` / `CHOICES`: the last word on each thing, written together with its receipt.

    `tied` is the version of a visitor's choices that went to who signed in.
    """

    SK = "CHOICES"

    choices = JSONAttribute()
    version = IntegerAttribute()
    closed_at = UnicodeAttribute(null=True)
    tied = IntegerAttribute(null=True)
