"""What a certificate of deletion says over HTTP. It names no person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from chalicelib.privacy.shapes import Kept

Moment = Annotated[datetime, Meta(tz=True)]


class Action(Struct, frozen=True):
    """What was done in one table or bucket with one kind of data, and to how many things."""

    store: str
    category: str
    action: Literal["deleted", "pseudonymised"]
    count: int


class Confirmed(Struct, frozen=True):
    """What somebody who works for us has deleted, and when they had confirmed the last of it."""

    processor: str
    category: str
    count: int
    confirmed_at: Moment


class Remaining(Struct, frozen=True):
    """What runs out by itself, at a processor or in a store's backups; until when, if that is known."""

    at: str
    says: str
    until: Moment | None


class Chain(Struct, frozen=True):
    """How many entries the audit chain had, and the hash of the newest, which stands for all before it."""

    entries: int
    head: str


class Signature(Struct, frozen=True):
    """Base64 of a DER signature over the SHA-256 of all other fields: see the command that verifies it."""

    algorithm: str
    value: str


class DeletionCertificate(Struct, frozen=True):
    """What a deletion did, what stays without a person and why, and what runs out when."""

    request: str
    service: str
    policy: str
    requested_at: Moment
    completed_at: Moment
    actions: list[Action]
    kept: list[Kept]
    processors: list[Confirmed]
    residues: list[Remaining]
    audit: Chain
    signature: Signature
