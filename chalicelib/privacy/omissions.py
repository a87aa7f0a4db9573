"""What we hold of a person and no export tells, field by field, and why: in this place alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Omission:
    """Fields by model, `*` for any of either, under one reason in a person's words."""

    what: str
    why: str
    fields: tuple[str, ...]


OMISSIONS = (
    Omission(
        "Your password",
        "We only have a form of it that it can't be read from, and that is best seen by nobody.",
        ("User.password_hash",),
    ),
    Omission(
        "Cookies and one-time links",
        "We only have fingerprints of them; what opens an account goes into no file.",
        ("Session.token_hash", "Link.token_hash", "Link.secret_hash", "Transmission.secret_hash"),
    ),
    Omission(
        "Cookies that an earlier answer to you had set",
        "A browser that asks twice gets the same answer; what opens an account goes into no file.",
        ("Kept.headers", "Kept.token_hash"),
    ),
    Omission(
        "Fingerprints of your addresses and numbers",
        "They keep an address or number from having two owners, and hold nothing that is not here already.",
        ("Address.*", "GoogleIdentity.*", "Claim.*", "Suppression.token_hash"),
    ),
    Omission(
        "Whether a number that you asked for is somebody else's already",
        "That would tell you something of them.",
        ("CallerIds.fails_at",),
    ),
    Omission(
        "Sign-ups that were never confirmed, and sign-ins at Google under way",
        "There is no account in them yet; each ends by itself within days or minutes.",
        ("Verification.*", "ParentLink.*", "GoogleAttempt.*"),
    ),
    Omission(
        "Legal holds, and what the audit trail says of them",
        "Whether a case keeps data from being erased is told by who leads it, or by us where we may.",
        ("LegalHold.*",),
    ),
    Omission(
        "Numbers and hashes of the audit trail's entries",
        "They bind each entry to the one before, and only show whether somebody has changed or removed one.",
        ("AuditEntry.number", "AuditEntry.previous", "AuditEntry.digest"),
    ),
    Omission(
        "Counts of tries",
        "They lie under fingerprints that change by the hour and can't be traced back to you.",
        ("Counter.*",),
    ),
    Omission(
        "What there is only when an account is gone",
        "A deletion writes it: your address, sealed for one last mail, and the proof of what was erased.",
        ("SealedAddress.*", "Closing.*", "Certificate.*", "CertificateLink.*", "Residue.*", "Tombstone.*"),
    ),
    Omission(
        "How our tables find these entries again",
        "Keys put together of the account's number and of what the entry tells anyway; parts of an index;"
        " marks of how far a file has come.",
        (
            "*.pk",
            "*.sk",
            "File.token_hash",
            "File.due_shard",
            "File.due_at",
            "File.upload_id",
            "File.tags",
            "File.after",
            "Transmission.token_hash",
            "Mailed.token_hash",
            "*.sweep_shard",
            "*.sweep_at",
            "Request.due_shard",
            "CallerIds.user_id",
            "CallerIds.version",
            "Favourites.user_id",
            "Opening.*",
        ),
    ),
)


def reason(model: str, field: str) -> str | None:
    """Why a field of a kind of items is in no export; None: it is in one."""
    return _reasons().get((model, field)) or _reasons().get((model, "*")) or _reasons().get(("*", field))


def told() -> list[dict[str, Any]]:
    """What is missing and why, for people."""
    return [{"what": one.what, "why": one.why} for one in OMISSIONS]


@cache
def _reasons() -> dict[tuple[str, str], str]:
    return {
        (model, name): one.why for one in OMISSIONS for model, name in (of.split(".") for of in one.fields)
    }
