"""Items of the table `registry`: versions of the policy, whom we told of them, and who accepted them."""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, JSONAttribute, UnicodeAttribute

from chalicelib.core.tables import IntegerAttribute
from chalicelib.policy import profile
from chalicelib.privacy.models import Registered, subject_key

CATEGORY = "policy_record"


def policy_key() -> str:
    """All that is known of the versions of this deployment's policy."""
    return f"POLICY#{profile.current().id}"


class Announcement(Registered):
    """`POLICY#<id>` / `ANNOUNCED#<version>`: a version that is to hold, and how far people were told of it.

    `concerns` is the kinds of people, empty for a change that matters to nobody; `changes` are sentences.
    `document` and `page` are the compiled policy and its notice, compressed. `mailed_until` is the last
    person that was written to, `mailed_at` when all had been.
    """

    policy_version = UnicodeAttribute()
    supersedes = UnicodeAttribute()
    effective_at = UnicodeAttribute()
    at = UnicodeAttribute()
    concerns: JSONAttribute = JSONAttribute()
    changes: JSONAttribute = JSONAttribute()
    document = BinaryAttribute(legacy_encoding=False)
    page = BinaryAttribute(legacy_encoding=False)
    mailed_until = UnicodeAttribute(null=True)
    mailed_at = UnicodeAttribute(null=True)

    @staticmethod
    def key(version: str) -> str:
        return f"ANNOUNCED#{version}"


class Holding(Registered):
    """`POLICY#<id>` / `HOLDS`: the version that holds, and since when."""

    SK = "HOLDS"

    policy_version = UnicodeAttribute()
    supersedes = UnicodeAttribute(null=True)
    at = UnicodeAttribute()
    document = BinaryAttribute(legacy_encoding=False)


class Held(Registered):
    """`POLICY#<id>` / `HELD#<moment>#<version>`: that a version came to hold, written once."""

    policy_version = UnicodeAttribute()
    supersedes = UnicodeAttribute(null=True)
    at = UnicodeAttribute()

    @staticmethod
    def key(at: str, version: str) -> str:
        return f"HELD#{at}#{version}"


class Told(Registered):
    """`SUBJECT#<account>` / `TOLD#<version>`: that somebody was written to about a version.

    While it has no `outcome` it is being done, and after `claimed_until` (epoch seconds) anybody may.
    """

    policy_version = UnicodeAttribute()
    at = UnicodeAttribute()
    claimed_until = IntegerAttribute()
    outcome = UnicodeAttribute(null=True)

    @staticmethod
    def of(account_id: str, version: str) -> tuple[str, str]:
        return subject_key(account_id), f"TOLD#{version}"


class Acceptance(Registered):
    """`SUBJECT#<account>` / `ACCEPTED#<version>`: when and where somebody accepted it; written once."""

    policy_version = UnicodeAttribute()
    at = UnicodeAttribute()
    where = UnicodeAttribute()

    @staticmethod
    def of(account_id: str, version: str) -> tuple[str, str]:
        return subject_key(account_id), f"ACCEPTED#{version}"
