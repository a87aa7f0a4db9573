"""Whose data is worked on when something has to go, and what a room says and does about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.core.tables import Item


@dataclass(frozen=True)
class Subject:
    """A person by ids only."""

    user_id: str
    account_id: str


@dataclass(frozen=True)
class Erased:
    """One round of erasing: `outcome` is erased (nothing left), more (go on at once) or later (wait).

    `go_on` is the next round, where it need not look for its place again.
    """

    outcome: str
    count: int = 0
    wait_seconds: int = 0
    go_on: Callable[[], Erased] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Row:
    """One line of a deletion's manifest: what a room can find of a subject, and erase.

    `find` counts and changes nothing. `erase` may be run again at any time, killed anywhere, and works in
    bounded rounds; what only a processor can tell (a call's id there) is erased there first, here last. A
    processor's refusal is raised, as a ProviderError.

    Where the policy lets something end with the account, `limit` gives what is stored that end, from when the
    account was closed; how much it shortened.

    A row that `rewrites` leaves behind what the policy keeps under a pseudonym; `find` does not count that.
    `store` is the table or bucket, where the row is not named like it; `processor` is who erases it, too:
    `sample` gives some of the processor's names for what it has, `remains` asks whether it still has one.
    """

    name: str
    category: str
    find: Callable[[Subject], int]
    erase: Callable[[Subject], Erased]
    rewrites: bool = False
    limit: Callable[[Subject, datetime], int] | None = None
    store: str | None = None
    processor: str | None = None
    sample: Callable[[Subject], list[str]] | None = None
    remains: Callable[[str], bool] | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of item in the tables: of which category it is, and how its key begins.

    The key is its sort key, or the only one. `category` None says that it is about nobody. `clocks` names the
    attributes that tell when the policy's clocks began. What also lies at a processor is forgotten there
    by `forget`, before it goes here; False: it is not gone there yet. `lies` names the partitions in which an
    account has them, where they are worth keeping for a case.
    """

    model: type[Item]
    prefix: str
    category: str | None
    clocks: Mapping[str, str] = field(default_factory=dict)
    forget: Callable[[Item], bool] | None = None
    lies: Callable[[str], Iterable[str]] | None = None


def rounds(row: Row, subject: Subject) -> Iterator[Erased]:
    """One round of erasing after another, each where the last one ended, for as long as it is asked."""
    erased = row.erase(subject)
    while True:
        yield erased
        erased = erased.go_on() if erased.go_on else row.erase(subject)
