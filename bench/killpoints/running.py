"""Running the sweeps, on every core."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from bench.killpoints import (
    calls,
    cases,
    choices,
    doors,
    exports,
    facts,
    google,
    history,
    leaving,
    mailings,
    numbers,
    operators,
    people,
    policies,
    requests,
    schedules,
)
from bench.killpoints.entries import entries
from bench.killpoints.scene import Scene, playing, weight
from bench.killpoints.sweeps import SWEEPS, Sweep
from tests.harness.killpoints import Case, Death, deaths, run

MODULES = (
    doors,
    facts,
    calls,
    schedules,
    operators,
    history,
    leaving,
    mailings,
    numbers,
    people,
    google,
    choices,
    policies,
    exports,
    requests,
    cases,
)
"""Importing them registers their sweeps."""


@dataclass
class Swept:
    """What came of one sweep: how often it died, and what was lost or doubled by that."""

    entry: str
    name: str
    points: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def note(self, death: Death, expected: object) -> None:
        """More than came of the undisturbed one was doubled, else something was lost."""
        self.points += 1
        if death.outcome != expected:
            wrong = self.doubled if weight(death.outcome) > weight(expected) else self.lost
            wrong.append(f"{death}: {death.outcome}, undisturbed {expected}")

    def __str__(self) -> str:
        wrong = "".join(f"\n    {sentence}" for sentence in [*self.lost, *self.doubled])
        return f"  {self.points:>4}  {self.entry} {self.name}{wrong}"


def sweep_one(number: int) -> Swept:
    """Kill one sweep's entry everywhere."""
    chosen = SWEEPS[number]
    with _stages(chosen) as scenes:

        def make() -> Case:
            return chosen.make(next(scenes))

        expected, requests = run(make)
        swept = Swept(chosen.entry, chosen.name)
        try:
            for death in deaths(make, requests):
                swept.note(death, expected)
        except AssertionError as error:
            swept.lost.append(f"after {swept.points} points: {error}")
    return swept


@contextmanager
def _stages(chosen: Sweep) -> Iterator[Iterator[Scene]]:
    """One scene for all cases, or a new one for each."""
    with ExitStack() as stack:

        def scenes() -> Iterator[Scene]:
            scene = stack.enter_context(playing(alone=chosen.alone))
            while True:
                yield scene
                if chosen.alone:
                    stack.close()
                    scene = stack.enter_context(playing(alone=chosen.alone))

        yield scenes()


def missing() -> list[str]:
    """Entries that nobody sweeps, and sweeps of what is no entry."""
    swept = {sweep.entry for sweep in SWEEPS}
    known = entries()
    told = [f"{entry} writes and has no sweep" for entry in known if entry not in swept]
    return told + [f"{entry} has a sweep and is no entry" for entry in sorted(swept - set(known))]


def sweep_all(wanted: list[str]) -> Iterator[Swept]:
    """Every sweep of the entries wanted, or of all, as they are done."""
    chosen = [number for number, sweep in enumerate(SWEEPS) if not wanted or sweep.entry in wanted]
    # Spawned, so that each process has a clock file of its own.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), initializer=_be_quiet) as pool:
        yield from pool.map(sweep_one, chosen)


def _be_quiet() -> None:
    logging.disable(logging.CRITICAL)
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - for the life of the process
