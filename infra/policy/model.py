"""The shapes of the sources: the inventory, which says what there is, and profiles, which decide about it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from chalicelib.policy.calendar import Duration
from chalicelib.policy.terms import (
    Calls,
    CategoryTerms,
    Egress,
    ProcessorTerms,
    Regime,
    RightTerms,
    Store,
    Term,
    Terms,
)
from chalicelib.policy.vocabulary import Id, ProcessorRole, Sentence


class Field(Term, frozen=True, kw_only=True):
    """What a field is, in plain words, and the attributes of models that keep it."""

    what: Sentence
    attributes: list[str]


class Capability(Term, frozen=True, kw_only=True):
    """Something that a policy may speak of: whether it is built, and what it cannot do without.

    With `routes`, doors in the code say that they belong to it.
    """

    id: Id
    title: str
    built: bool
    needs: list[str] = field(default_factory=list)
    roles: list[ProcessorRole] = field(default_factory=list)
    routes: bool = False


class Event(Term, frozen=True, kw_only=True):
    """What is handed to a workflow or a queue, which remembers it for a while."""

    id: Id
    what: Sentence
    carries: list[str]


class Kind(Term, frozen=True, kw_only=True):
    """A kind of personal data, whoever decides about it. Without `stores` it is looked at and dropped."""

    id: Id
    title: str
    what: Sentence
    subjects: list[Literal["account", "counterparty", "visitor"]]
    role: Literal["controller", "processor"]
    source: list[Literal["person", "use", "carrier", "payments", "sign_in", "customer", "partner"]]
    stores: list[str]
    fields: dict[str, Sentence | Field]
    capability: str | None = None

    def described(self, name: str) -> Field:
        told = self.fields[name]
        return Field(what=told, attributes=[name]) if isinstance(told, str) else told


class Inventory(Term, frozen=True, kw_only=True):
    """Facts that hold for every profile."""

    calls: Calls
    store: list[Store]
    regime: list[Regime]
    capability: list[Capability]
    category: list[Kind]
    event: list[Event] = field(default_factory=list)
    egress: list[Egress] = field(default_factory=list)


class Decision(CategoryTerms, frozen=True, kw_only=True):
    """What a profile decides about a category; without `fields` it collects all that there are."""

    fields: list[str] | None = None


class Right(RightTerms, frozen=True, kw_only=True):
    """A right, with the policy's own promise where it makes one."""

    due: Duration | None = None
    regimes: list[str] | None = None


class Claim(Term, frozen=True, kw_only=True):
    """A promise of the policy's words: the section that makes it, and the rules that keep it.

    What no program can keep names its evidence instead.
    """

    id: str
    section: str
    rules: list[str] = field(default_factory=list)
    evidence: Sentence | None = None


class Source(Terms, frozen=True, kw_only=True):
    """A profile as it is written. `seed` is the file with the words that it stands for."""

    seed: str
    calls: Calls | None = None
    regimes: list[str]
    category: list[Decision]
    processor: list[ProcessorTerms]
    right: list[Right]
    claim: list[Claim] = field(default_factory=list)


class Sources(Struct, frozen=True):
    """What one policy is made of."""

    inventory: Inventory
    profile: Source
