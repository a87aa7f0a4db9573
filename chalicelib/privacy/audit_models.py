"""Items of the table `registry` that say who did what with a subject's data, and who forbade it. Ids only."""

from __future__ import annotations

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from chalicelib.core.tables import IntegerAttribute
from chalicelib.privacy.models import Registered


class AuditEntry(Registered):
    """`SUBJECT#<account>` / `AUDIT#<number>`: one link of the subject's chain, written once."""

    PREFIX = "AUDIT#"

    number = IntegerAttribute()
    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    what = UnicodeAttribute()
    about = UnicodeAttribute()
    previous = UnicodeAttribute()
    digest = UnicodeAttribute()

    @staticmethod
    def key(number: int) -> str:
        return f"{AuditEntry.PREFIX}{number:08}"


class LegalHold(Registered):
    """`SUBJECT#<account>` / `HOLD#<id>`: what may not be erased, for which case; no categories are all.

    It lies in the index of what is due, under shards of its own, until all that it kept may end by itself.
    """

    PREFIX = "HOLD#"

    id = UnicodeAttribute()
    case_id = UnicodeAttribute()
    categories = JSONAttribute()
    at = UnicodeAttribute()
    released_at = UnicodeAttribute(null=True)
    due_shard = IntegerAttribute(null=True)
    due_at = IntegerAttribute(null=True)

    @staticmethod
    def key(id: str) -> str:
        return f"{LegalHold.PREFIX}{id}"


class Tombstone(Registered):
    """`ERASED#<month>` / `TOMBSTONE#<account>`: whom to erase again when a backup has brought them back."""

    PREFIX = "TOMBSTONE#"

    account_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    request_id = UnicodeAttribute()
    at = UnicodeAttribute()

    @staticmethod
    def partition(month: str) -> str:
        return f"ERASED#{month}"


class Residue(Registered):
    """`REQUEST#<id>` / `RESIDUE#<row>`: what to ask a processor for once more, sealed, and when.

    It lies in the index of what is due, under shards of its own.
    """

    PREFIX = "RESIDUE#"

    account_id = UnicodeAttribute()
    request_id = UnicodeAttribute()
    row = UnicodeAttribute()
    sealed = UnicodeAttribute()
    due_shard = IntegerAttribute(null=True)
    due_at = IntegerAttribute(null=True)

    @staticmethod
    def key(row: str) -> str:
        return f"{Residue.PREFIX}{row}"
