"""Jobs that are done at once by real threads, each as often as it takes while we say that we are busy."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chalicelib.core.errors import Busy

TRIES = 50
CHANCE = random.Random(1)
"""One for the whole process, so that no two contests of a race have the same order."""


def at_once(jobs: Sequence[Callable[[], Any]], threads: int, within_seconds: float = 0.0) -> None:
    """All of them, in another order each time; raises what the first one that failed raised.

    Each begins at some moment within that time, so that one with fewer requests to make is not always first.
    """
    with ThreadPoolExecutor(threads) as pool:
        moments = [CHANCE.uniform(0, within_seconds) for _ in jobs]
        rivals = zip(CHANCE.sample(jobs, len(jobs)), moments, strict=True)
        for done in [pool.submit(patiently, job, moment) for job, moment in rivals]:
            done.result()


def patiently(job: Callable[[], Any], begin_seconds: float = 0.0) -> None:
    """As partners and browsers do when we are busy."""
    time.sleep(begin_seconds)
    for _ in range(TRIES):
        try:
            job()
        except Busy:
            continue
        return
    raise AssertionError("always busy")
