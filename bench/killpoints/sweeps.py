"""The sweeps: each has the entry that it is of, and makes one fresh case of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.killpoints.scene import Scene
from tests.harness.killpoints import Case

Make = Callable[[Scene], Case]


@dataclass(frozen=True)
class Sweep:
    """`alone` cases look at everybody's things, so that each needs a stage of its own."""

    entry: str
    name: str
    make: Make
    alone: bool


SWEEPS: list[Sweep] = []


def sweep(entry: str, name: str = "", *, alone: bool = False) -> Callable[[Make], Make]:
    """Register a maker of cases under its entry; `name` tells several of one entry apart."""

    def register(make: Make) -> Make:
        add(entry, make, name, alone=alone)
        return make

    return register


def add(entry: str, make: Make, name: str = "", *, alone: bool = False) -> None:
    SWEEPS.append(Sweep(entry, name, make, alone))
