"""Prefixed ULIDs: the time they were made, then 80 random bits."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from ulid import ULID

# A ULID may begin with 7, but such a time lies beyond what Python's calendar can hold.
ULID_PATTERN = "[0-6][0-9A-HJKMNP-TV-Z]{25}"
PATTERN = re.compile(f"[a-z]{{2,4}}_{ULID_PATTERN}")


def new(prefix: str, at: datetime) -> str:
    """A fresh id such as `call_01J...`, sortable by `at` (milliseconds)."""
    return f"{prefix}_{ULID.from_datetime(at)}"


def derived(prefix: str, at: datetime, seed: str) -> str:
    """The one id that this seed gives at this time."""
    rest = hashlib.sha256(f"{prefix} {seed}".encode()).digest()[:10]
    return f"{prefix}_{ULID.from_bytes(_milliseconds(at) + rest)}"


def earliest(prefix: str, at: datetime) -> str:
    """What sorts before every id that is made at this time or later, and behind all that are older."""
    return f"{prefix}_{ULID.from_bytes(_milliseconds(at) + bytes(10))}"


def latest(prefix: str, at: datetime) -> str:
    """What sorts behind every id that is made in this millisecond or before."""
    return f"{prefix}_{ULID.from_bytes(_milliseconds(at) + bytes([255]) * 10)}"


def pattern(prefix: str) -> str:
    """What the ids of one kind look like, as a JSON schema says it."""
    return f"^{prefix}_{ULID_PATTERN}$"


def valid(prefix: str, text: str) -> bool:
    return bool(PATTERN.fullmatch(text)) and text.startswith(prefix + "_")


def made_at(id: str) -> datetime:
    """When a valid id was made; raises ValueError for anything else."""
    if not PATTERN.fullmatch(id):
        raise ValueError("not an id")
    return ULID.from_str(id.partition("_")[2]).datetime.astimezone(UTC)


def _milliseconds(at: datetime) -> bytes:
    return int(at.timestamp() * 1000).to_bytes(6)
