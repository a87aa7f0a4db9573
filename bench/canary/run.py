"""One run under one policy: two people, one of whom asks for everything, and then to be forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bench.canary import exported, planting, verdict
from bench.canary.exported import Export
from bench.canary.people import BRIEF
from bench.canary.person import Person
from bench.canary.search import Spot
from bench.canary.verdict import Hit, Verdict
from bench.canary.words import Canary
from chalicelib.privacy import certificates, exports, register
from chalicelib.privacy.models import Request


@dataclass
class Found:
    """What a run saw; `wrong` has a sentence for whatever is not as it must be."""

    how: str
    planted: int = 0
    bare: int = 0
    exportable: int = 0
    others: int = 0
    days: float = 0
    spots: Counter[str] = field(default_factory=Counter)
    kept: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        places = ", ".join(f"{count} in {place}" for place, count in sorted(self.spots.items()))
        return (
            f"{self.planted} canaries of one person and {self.others} of another, in all fields but"
            f" {self.bare}; all {self.exportable} that an export is to have were in it; after {self.days:.0f}"
            f" days {sum(self.spots.values())} texts in {len(self.spots)} places searched ({places});"
            f" {self.kept} canaries still there as the certificate says; {len(self.wrong)} wrong; {self.how}"
        )


EVERYWHERE = (
    "object versions",
    "open uploads",
    "queues",
    "topics",
    "workflow history",
    "logs",
    "metrics",
    "stripe",
    "twilio",
    "google",
    "mailbox",
    "temporary files",
)
"""Beside the tables and their indexes: places that are looked at, and may well be empty."""


class World(planting.Partners, Protocol):
    """A service that is run: in this process, or deployed."""

    how: str

    def now(self) -> datetime: ...
    def advance(self, by: timedelta) -> None: ...
    def run(self, schedule: str) -> None: ...
    def delete(self, request: Request) -> None: ...
    def spots(self) -> Iterator[Spot]: ...


W = TypeVar("W", bound=World)


def nothing(world: World, ada: Person, eve: Person) -> None:
    """No fault is planted."""


def look(
    world: W,
    *,
    before: Callable[[W, Person, Person], None] = nothing,
    after: Callable[[W, Person, Person], None] = nothing,
) -> Found:
    """Plant, export, delete, search. Faults may be planted `before` the export and `after` the deletion."""
    ada, eve = Person("ada", True, world.now()), Person("eve", False, world.now())
    own, others = (planting.hatch(world, person) for person in (ada, eve))
    found = Found(world.how, len(_words(own)), len(ada.bare), others=len(_words(others)))
    found.wrong += planting.needless(ada) + _shared(own, others)
    spots = list(world.spots())
    at_first = verdict.hits(others, spots)
    found.wrong += _unseen(own, verdict.hits(own, spots)) + _unseen(others, at_first)
    before(world, ada, eve)
    export = _export(world, ada)
    found.exportable = len(_words(one for one in own if exported.exportable(one)))
    found.wrong += export.wrong(own, others)
    world.advance(timedelta(hours=2))
    request, _ = register.receive(ada.subject, "deletion", waive_grace=False)
    began = world.now()
    world.delete(request)
    found.days = (world.now() - began) / timedelta(days=1)
    after(world, ada, eve)
    spots = list(world.spots())
    found.spots.update(dict.fromkeys(EVERYWHERE, 0))
    found.spots.update(spot.place for spot in spots)
    document = certificates.newest(request.id)
    assert document, "a deletion that is certified has a certificate"
    left = verdict.hits(own, spots)
    judge = Verdict(certificates.read(document), own)
    found.wrong += judge.misplaced(left) + verdict.telling(spots)
    found.kept = len({hit.canary.word for hit in left})
    found.wrong += _lost(at_first, verdict.hits(others, spots))
    return found


def _export(world: World, person: Person) -> Export:
    world.advance(timedelta(hours=1))
    request, _ = register.receive(person.subject, "access", waive_grace=False)
    exports.begin(request)
    world.run("exports")
    return Export.read(exports.find(register.reload(request)))


def _words(canaries: Iterable[Canary]) -> set[str]:
    return {canary.word for canary in canaries}


def _shared(own: list[Canary], others: list[Canary]) -> list[str]:
    both = _words(own) & _words(others)
    return [f"{one.name} is the same for everybody: {one.word}" for one in own if one.word in both]


def _unseen(planted: Iterable[Canary], found: Iterable[Hit]) -> list[str]:
    seen = {hit.canary.word for hit in found}
    return [
        f"{one.name} was planted, and the search does not find it" for one in planted if one.word not in seen
    ]


def _lost(before: Iterable[Hit], after: Iterable[Hit]) -> list[str]:
    """What another person had, and has no more: in tables, files and at partners; an index shows the same."""

    def lasting(hits: Iterable[Hit]) -> set[tuple[str, str, str]]:
        return {
            (hit.canary.name, hit.canary.word, hit.spot.place)
            for hit in hits
            if hit.canary.model not in BRIEF and "index" not in hit.spot.place
        }

    gone = lasting(before) - lasting(after)
    return [f"another's {name} is gone from {place}" for name, _, place in sorted(gone)]
