"""Whether what was found may be there: a certificate lists it with its reason, or it tells nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.canary.search import Spot
from bench.canary.words import Canary, holds
from chalicelib.core import ids
from chalicelib.core.subjects import Kind
from chalicelib.policy import fields, profile
from chalicelib.policy.terms import Category
from chalicelib.privacy import kinds

HISTORY, LOGS = "workflow history", "logs"
OF_A_PAYMENT = (
    "charge",
    "checkout.session",
    "payment_intent",
    "payment_method",
    "refund",
    "event",
    "setup_intent",
)
"""What the payment partner keeps of a payment itself: the certificate's residue says so."""
SAYS_NOTHING = re.compile(rf"[A-Za-z][a-z_]{{0,30}}|[0-9a-f]{{16}}|{ids.PATTERN.pattern}")
"""Names of steps, rows and outcomes, a policy's version, and random numbers."""


@dataclass(frozen=True)
class Hit:
    """A canary in a spot."""

    canary: Canary
    spot: Spot

    def __str__(self) -> str:
        return f"{self.spot.place} holds {self.canary.name} ({self.spot.where})"


def hits(canaries: Iterable[Canary], spots: Iterable[Spot]) -> list[Hit]:
    """Every canary in every spot; a word that several fields share is told once."""
    known = list(spots)
    whole = "\n".join(spot.text for spot in known)
    first: dict[str, Canary] = {}
    for canary in canaries:
        first.setdefault(canary.word, canary)
    there = [canary for canary in first.values() if holds(whole, canary)]
    return [Hit(canary, spot) for canary in there for spot in known if holds(spot.text, canary)]


@dataclass(frozen=True)
class Verdict:
    """What a certificate allows of one person's canaries."""

    certificate: Mapping[str, Any]
    planted: Sequence[Canary]

    def misplaced(self, found: Iterable[Hit]) -> list[str]:
        """What may not be there, a sentence each."""
        return list(dict.fromkeys(str(hit) for hit in found if not self.allows(hit)))

    def allows(self, hit: Hit) -> bool:
        """Whether a hit is listed with its reason, or no more than a random number where these may be."""
        place, store = hit.spot.place, hit.spot.place.partition(" (index")[0]
        if hit.spot.path:
            return hit.spot.kind is not None and self._keeps(store, hit.spot.kind, hit)
        elsewhere = {
            HISTORY: lambda: bool(ids.PATTERN.fullmatch(hit.canary.word)),
            LOGS: lambda: hit.canary.opaque and self._lists("logs", "service_log"),
            "mailbox": lambda: hit.canary.opaque,
            "stripe": lambda: (
                (hit.canary.opaque or hit.spot.where.removeprefix("payments.") in OF_A_PAYMENT)
                and self._remains("stripe")
            ),
            "twilio": lambda: _is_gone(hit.spot),
        }
        return place in elsewhere and elsewhere[place]()

    def _keeps(self, store: str, kind: Kind, hit: Hit) -> bool:
        """Whether the item is kept, and this attribute with it; what names somebody, only where it was."""
        if not kind.category or not self._lists(store, kind.category):
            return False
        whole, path = profile.current().category_of(kind.category), hit.spot.path
        stays = path in _kept(whole, store) | set(_technical(store))
        inside = (one for one in _inside(store) if one.on_erasure.action == "delete")
        goes = any(path in _paths(one, store) for one in inside)
        return stays and not goes and (hit.canary.opaque or self._was_of(hit, kind))

    def _was_of(self, hit: Hit, kind: Kind) -> bool:
        """Whether such an item had it before: a movement tells the amount of its order, and so on."""
        return any(one.word == hit.canary.word and kind.category in _categories(one) for one in self.planted)

    def _lists(self, store: str, category: str) -> bool:
        """Whether it says of this that it is kept, why, and until when."""
        lines = [
            line
            for line in self.certificate["kept"]
            if (line["store"], line["category"]) == (store, category)
        ]
        return bool(lines) and all(line["reason"] and line["until"] for line in lines)

    def _remains(self, processor: str) -> bool:
        return any(line["at"] == processor and line["says"] for line in self.certificate["residues"])


def _categories(canary: Canary) -> set[str]:
    """That of its item, and those that the inventory has for its path, as for a call in a hold."""
    known = (one for one in profile.current().category if one.active)
    return {canary.category, *(one.id for one in known if canary.path in _paths(one, canary.store))}


def _kept(category: Category, store: str) -> set[str]:
    """The paths of a category that a deletion leaves in a store."""
    erasure = category.on_erasure
    if erasure.action == "delete":
        return set()
    return fields.held(category, erasure.keep_fields or category.fields, store)


def _paths(category: Category, store: str) -> set[str]:
    return fields.held(category, category.fields, store)


def _inside(store: str) -> Iterator[Category]:
    """Categories without items of their own: they lie in those of others, and may have to go out of them."""
    own = {kind.category for kind in kinds.kinds()}
    return (
        one for one in profile.current().category if one.active and one.id not in own and store in one.stores
    )


def _technical(store: str) -> list[str]:
    return next(one.technical for one in profile.current().store if one.id == store)


def _is_gone(spot: Spot) -> bool:
    """The carrier's own note that it has deleted something, which is all that is left."""
    return set(json.loads(spot.text)) == {"sid", "deleted"}


def telling(spots: Iterable[Spot]) -> list[str]:
    """Inputs and outputs of a workflow that hold anything but random numbers, steps and outcomes."""
    return [
        f"{spot.where} tells {leaf[:40]}"
        for spot in spots
        if spot.place == HISTORY
        for leaf in _given(json.loads(spot.text))
        if not SAYS_NOTHING.fullmatch(leaf)
    ]


def _given(value: Any, *, inside: bool = False) -> Iterator[str]:
    """Every text of what went into states and came out of them; those are JSON in JSON."""
    if isinstance(value, dict):
        for key, inner in value.items():
            passed = inside or key in ("input", "output", "parameters", "payload")
            yield from _given(inner, inside=passed)
    elif isinstance(value, list):
        for inner in value:
            yield from _given(inner, inside=inside or isinstance(inner, str))
    elif isinstance(value, str) and inside:
        if value.startswith(("{", "[")):
            yield from _given(json.loads(value), inside=True)
        else:
            yield value
