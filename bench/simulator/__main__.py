"""`python -m bench.simulator [--steps 20000] [--each 100] [--seed 1]`: a world for each seed, on every core.

Prints one closing line; a violation prints its seed, what was done last, and how to replay it.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
import traceback
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench.simulator.actions import ACTIONS
from bench.simulator.checks import Violation, check_step
from bench.simulator.rest import check_rest, come_to_rest
from bench.simulator.world import running_world

STEPS_A_SEED = 100
REMEMBERED = 25


@dataclass(frozen=True)
class Run:
    """What came of one seed; `violation` is None when every promise held."""

    seed: int
    steps: int
    violation: str | None = None
    story: tuple[str, ...] = ()


def simulate(seed: int, steps: int) -> Run:
    """One world for `steps` steps, checked after each, then at rest."""
    done: deque[str] = deque(maxlen=REMEMBERED)
    actions, weights = list(ACTIONS), list(ACTIONS.values())
    with running_world(seed) as world:
        try:
            for number in range(steps):
                [action] = world.chance.choices(actions, weights)
                done.append(f"{number:>4} {world.now:%d %H:%M:%S} {action.__name__}")
                action(world)
                check_step(world)
            done.append("     at rest")
            come_to_rest(world)
            check_rest(world)
        except Violation as violation:
            return Run(seed, steps, str(violation), tuple(done))
        except Exception:  # noqa: BLE001 - whatever else breaks is a finding too, with its seed
            return Run(seed, steps, traceback.format_exc(limit=-6), tuple(done))
    return Run(seed, steps)


def simulate_all(steps: int, first_seed: int, each: int = STEPS_A_SEED) -> list[Run]:
    """Seeds one after the other from `first_seed`, `each` steps in a world, until there are enough steps."""
    sizes = [each] * (steps // each) + [steps % each] * (steps % each > 0)
    seeds = range(first_seed, first_seed + len(sizes))
    with ProcessPoolExecutor(os.cpu_count(), initializer=_be_quiet) as pool:
        return list(pool.map(simulate, seeds, sizes, chunksize=4))


def _be_quiet() -> None:
    """Logs and metrics of half a million steps are nobody's reading."""
    logging.disable(logging.CRITICAL)
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - for the life of the process


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.simulator")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--each", type=int, default=STEPS_A_SEED, help="steps a seed")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    started = time.monotonic()
    runs = simulate_all(asked.steps, asked.seed, asked.each)
    broken = [run for run in runs if run.violation]
    for run in broken[:5]:
        print(f"seed {run.seed}: {run.violation}", *run.story, sep="\n  ")
        print(f"  replay: make simulate STEPS={run.steps} EACH={run.steps} SEED={run.seed}")
    print(
        f"simulate: {sum(run.steps for run in runs)} steps over {len(runs)} seeds,"
        f" {len(broken)} violations, {time.monotonic() - started:.0f} s"
    )
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
