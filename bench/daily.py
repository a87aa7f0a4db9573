"""What the day's looks ask of DynamoDB, KMS, Step Functions and the partners: exact counts for each thing.

Each look is counted over a few and over more of the same; the difference is what one more costs.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bench import meter, reads
from bench.killpoints.scene import Scene, playing
from chalicelib.calling import margins
from chalicelib.core import clock, ids
from chalicelib.core.subjects import Subject
from chalicelib.money import reconciler
from chalicelib.privacy import executions, register, residues, watchdog
from tests.harness.killpoints import intercepted

FEW, MORE = 2, 6
LONDON = "+442079460958"


@dataclass(frozen=True)
class Looked:
    """What one more thing costs a look: requests of all kinds, and DynamoDB's units."""

    requests: float
    read_units: float
    write_units: float


Prepare = Callable[[Scene, int], object]
Look = Callable[[], object]


def measure(prepare: Prepare, look: Look) -> Looked:
    """Each count on a stage of its own."""
    few, more = (_count(prepare, look, number) for number in (FEW, MORE))
    return Looked(*((b - a) / (MORE - FEW) for a, b in zip(few, more, strict=True)))


def _count(prepare: Prepare, look: Look, number: int) -> tuple[float, float, float]:
    with playing(alone=True) as scene:
        prepare(scene, number)
        with (
            contextlib.redirect_stdout(io.StringIO()),  # metrics
            meter.measure() as wrote,
            reads.weighed() as read,
            intercepted() as requests,
        ):
            look()
    return len(requests), read.units, wrote.write_units


def leave(_: Scene, number: int) -> None:
    """So many deletions whose machines run."""
    for _number in range(number):
        now = clock.now()
        subject = Subject(ids.new("usr", now), ids.new("acc", now))
        executions.start(register.receive(subject, "deletion", waive_grace=False)[0])


def pay(scene: Scene, number: int) -> None:
    """So many payments that are booked already."""
    payer = scene.payer()
    for _ in range(number):
        payer.top_up()


def call(scene: Scene, number: int) -> None:
    """So many calls of one person's that the carrier has priced since."""
    person = scene.person().top_up(50_000_000)
    for _ in range(number):
        person.call(LONDON, 60)
    scene.clock.advance(timedelta(hours=1))


def remain(scene: Scene, number: int) -> None:
    """So many answers that are due from a processor, each about one call that is gone."""
    for _ in range(number):
        now = clock.now()
        subject = Subject(ids.new("usr", now), ids.new("acc", now))
        request, _new = register.receive(subject, "deletion", waive_grace=True)
        residues._put(request, "calls", ["CA" + "0" * 32])
        residues.date(request, now)
    scene.clock.advance(timedelta(days=60))


LOOKS: dict[str, tuple[Prepare, Look, Looked]] = {
    "watchdog, an open deletion": (leave, watchdog.watch, Looked(2, 1, 0)),
    "reconciler, a booked payment": (pay, lambda: reconciler.reconcile(clock.now()), Looked(1, 1, 0)),
    "margins, a call": (call, margins.collect, Looked(1, 0, 1)),
    "residues, an answer": (remain, residues.watch, Looked(5, 2, 4)),
}
"""What is looked at, how, and the most that one may cost."""


def figures() -> Iterator[tuple[str, float, float]]:
    """What `make bench` shows."""
    for name, (prepare, look, goal) in LOOKS.items():
        found = measure(prepare, look)
        yield f"daily {name}: requests", found.requests, goal.requests
        yield f"daily {name}: read units", found.read_units, goal.read_units
        yield f"daily {name}: write units", found.write_units, goal.write_units
