"""Whose data a step of a deletion works on, and what a room answers to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Subject:
    """A person by ids only."""

    user_id: str
    account_id: str


@dataclass(frozen=True)
class Erased:
    """One round of erasing: `outcome` is erased (nothing left), more (go on at once) or later (wait)."""

    outcome: str
    count: int = 0
    wait_seconds: int = 0


@dataclass(frozen=True)
class Row:
    """One line of a deletion's manifest: what a room can find of a subject, and erase.

    `find` counts and changes nothing. `erase` may be run again at any time, killed anywhere, and works in
    bounded rounds; what only a processor can tell (a call's id there) is erased there first, here last.

    Where the policy lets something end with the account, `limit` gives what is stored that end, from when the
    account was closed; how much it shortened.

    A row that `rewrites` leaves behind what the policy keeps under a pseudonym; `find` does not count that.
    """

    name: str
    category: str
    find: Callable[[Subject], int]
    erase: Callable[[Subject], Erased]
    rewrites: bool = False
    limit: Callable[[Subject, datetime], int] | None = None
