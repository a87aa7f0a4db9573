"""`python -m bench.deletions [--count 1000] [--seed 1]`: one deletion for each seed, from asking to its end.

Prints one closing line; a violation prints its seed and all that happened, and how to replay it.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO

from bench.deletions import afterlife, disturbances
from bench.deletions import world as scene
from bench.deletions.checks import check_end
from bench.deletions.execution import Execution
from bench.deletions.scenery import arrange
from bench.deletions.world import World, running_world
from bench.simulator.checks import demand
from chalicelib.core import clock
from tests.privacy.machine import Lost

LONGEST = timedelta(days=120)
MOST_EVENTS, EVENTS_A_TASK = 25_000, 7
RACES = 0.15
HURRIED = 0.04
"""How often what is planned next happens just before a task."""
ENDS = ("Certified", "Cancelled", "Held")
EACH = 100
SHOWN = 5


@dataclass(frozen=True)
class Run:
    """What came of one seed; `violation` is None when every promise held."""

    seed: int
    outcome: str = ""
    tasks: int = 0
    killed: int = 0
    executions: int = 0
    escalated: bool = False
    story: tuple[str, ...] = ()
    violation: str | None = None


def simulate(seed: int) -> Run:
    """One deletion under one seed's weather, checked at its end."""
    story: list[str] = []
    try:
        with redirect_stdout(StringIO()), running_world(seed) as world:
            story = world.story
            return _follow(world, seed)
    except Exception:  # noqa: BLE001 - whatever breaks is a finding, with its seed
        return Run(seed, story=tuple(story), violation=traceback.format_exc(limit=-6))


def _follow(world: World, seed: int) -> Run:
    scenery = arrange(world)
    waives = scene.ask(world)
    disturbances.gather(world, scenery)
    races = not waives and world.chance.random() < RACES
    if races:
        world.never_cancel()
    runs: list[Execution] = []
    until = world.now + LONGEST
    while world.is_open():
        demand(world.now < until, "it never ended")
        given = scene.running()
        if given:
            runs.append(_execute(world, given, races=races))
        else:
            world.advance(timedelta(hours=world.chance.randrange(1, 36)))
    outcome = check_end(world, scenery)
    afterlife.live_on(world, scenery)
    afterlife.check_rest(world, scenery)
    tasks = sum(len(run.tasks) for run in runs)
    demand(tasks * EVENTS_A_TASK < MOST_EVENTS, f"{tasks} tasks are too many for a history")
    escalated = world.request().escalated_at is not None
    killed = sum(run.killed for run in runs)
    return Run(seed, outcome, tasks, killed, len(runs), escalated, tuple(world.story))


def _execute(world: World, given: dict[str, object], *, races: bool) -> Execution:
    """One execution until it ends or is lost; who races cancels between two requests of the last wait."""
    at = world.chance.randrange(6)

    def cancel_among(number: int, step: str) -> None:
        grace_is_over = world.told is None and step == "wait" and number == at
        if races and grace_is_over and _left(world) <= timedelta():
            world.told = 0
            world.cancel()

    def happen() -> None:
        if world.chance.random() < HURRIED:
            world.happen()

    execution = Execution(world, chance=world.chance, among=cancel_among, between=happen)
    execution.before = lambda event: world.note(f"{event['step']} {event.get('row', {}).get('name', '')}")
    try:
        ended = execution.run(json.loads(str(given["input"])))
        world.note(ended)
        demand(ended in ENDS, f"ended in {ended}")
    except Lost:
        world.note("lost")
    scene.stop(str(given["executionArn"]))
    return execution


def _left(world: World) -> timedelta:
    return clock.parse(world.request().grace_ends_at) - world.now


def simulate_all(count: int, first_seed: int) -> list[Run]:
    """So many seeds from the first, on every core."""
    with ProcessPoolExecutor(
        os.cpu_count(), initializer=logging.disable, initargs=(logging.CRITICAL,)
    ) as pool:
        runs: list[Run] = []
        for run in pool.map(simulate, range(first_seed, first_seed + count), chunksize=4):
            runs.append(run)
            if not len(runs) % EACH:
                broken = [str(one.seed) for one in runs if one.violation]
                seeds = f" (seeds {', '.join(broken)})" if broken else ""
                print(f"  {len(runs)} of {count}, {len(broken)} violations{seeds}", flush=True)
        return runs


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.deletions")
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    started = time.monotonic()
    runs = simulate_all(asked.count, asked.seed)
    broken = [run for run in runs if run.violation]
    for run in broken[:SHOWN]:
        print(f"seed {run.seed}: {run.violation}", *run.story[-60:], sep="\n  ")
        print(f"  replay: make deletions COUNT=1 SEED={run.seed}")
    if broken[SHOWN:]:
        print(f"more violations: seeds {', '.join(str(run.seed) for run in broken[SHOWN:])}")
    ends = Counter(run.outcome for run in runs if not run.violation)
    print(
        f"deletions: {len(runs)} simulated, {ends['fulfilled']} fulfilled, {ends['cancelled']} cancelled,"
        f" {ends['held']} held,"
        f" {sum(run.escalated for run in runs)} escalated; {sum(run.killed for run in runs)} of"
        f" {sum(run.tasks for run in runs)} steps killed, {sum(run.executions for run in runs)} executions,"
        f" {len(broken)} violations, {time.monotonic() - started:.0f} s"
    )
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
