"""The active profile: one service's promises, compiled at build time, read once and obeyed by every room.

Sources, checks and the compiler are in infra/policy. What was not compiled is not obeyed: start-up stops.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from chalicelib.core import settings
from chalicelib.policy import calendar, retention
from chalicelib.policy.terms import Calls, Category, Egress, Processor, Regime, Right, Store, Term, Terms
from chalicelib.policy.vocabulary import Id

T = TypeVar("T")
COMPILED = Path(__file__).parent / "compiled"


class Capability(Term, frozen=True, kw_only=True):
    """Something that a service can do; what is planned is not offered yet."""

    id: Id
    title: str
    state: Literal["offered", "planned"]


class Profile(Terms, frozen=True, kw_only=True):
    """One service's policy, merged with the inventory. `version` is its hash and is what a person accepts."""

    version: str = ""
    calls: Calls
    regimes: list[Regime]
    store: list[Store]
    capability: list[Capability]
    category: list[Category]
    processor: list[Processor]
    egress: list[Egress]
    right: list[Right]

    @property
    def longest_call_seconds(self) -> int:
        return calendar.seconds(self.longest_call)

    def category_of(self, id: str) -> Category:
        """The category; raises KeyError for one that the profile does not know, so that nothing is stored."""
        return {category.id: category for category in self.category}[id]

    def expires_at(self, category: str, **clocks: datetime) -> datetime | None:
        """When an item of a category must go, by the clocks that have started; None: not yet."""
        return retention.end(self.category_of(category).retention, clocks)

    def right_of(self, type: str) -> Right:
        """The right; raises KeyError for one that the profile does not give."""
        for right in self.right:
            if right.type == type:
                return right
        raise KeyError(type)

    def needs_proof(self, type: str) -> bool:
        """Whether who asks has to show that it is theirs; of a right that is given no longer, too."""
        return all(right.verification != "none" for right in self.right if right.type == type)

    def dues(self, right: str) -> list[str]:
        """How long a request for a right may take, by the policy's own promise and by each law: all hold."""
        promised = [self.settings.deletion] if right == "deletion" else []
        for one in self.right:
            promised += [one.due, *one.statutory] if one.type == right else []
        return promised


def known() -> list[str]:
    """The ids of all profiles that were compiled."""
    return sorted(file.stem for file in COMPILED.glob("*.json"))


@cache
def load(id: str) -> Profile:
    """Read a profile by its id; one that is missing or of another shape stops start-up."""
    file = COMPILED / f"{id}.json"
    if not file.is_file():
        raise settings.SettingsError(
            f"PROFILE must name a compiled policy and there is no {id}.json;"
            " `python -m infra.policy compile` makes them."
        )
    return read(file.read_bytes())


def read(compiled: bytes) -> Profile:
    """A profile from what the compiler wrote; raises SettingsError."""
    try:
        data: dict[str, Any] = msgspec.json.decode(compiled, type=dict)
        return msgspec.convert({**data, "version": version(compiled)}, Profile)
    except ValueError as error:
        raise settings.SettingsError(f"The compiled policy can't be used: {error}.") from None


def version(compiled: bytes) -> str:
    """What a compiled policy is known by: it changes with every word of it."""
    return hashlib.sha256(compiled).hexdigest()[:16]


def current() -> Profile:
    """The profile that this deployment obeys."""
    return load(settings.current().profile)


def derived(make: Callable[[Profile], T]) -> Callable[[], T]:
    """What `make` makes of the profile of now: made again when another one is obeyed, else kept."""
    made: tuple[Profile, T] | None = None

    def of_now() -> T:
        nonlocal made
        policy = current()
        if made is None or made[0] is not policy:
            made = (policy, make(policy))
        return made[1]

    return of_now


def offers(capability: str) -> bool:
    return capability in current().offers
