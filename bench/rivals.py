"""Jobs that are done at once by real threads, each as often as it takes while we say that we are busy."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chalicelib.core.errors import Busy

TRIES = 50


def at_once(jobs: Sequence[Callable[[], Any]], threads: int) -> None:
    """All of them in a seeded order; raises what the first one that failed raised."""
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(patiently, job) for job in random.Random(1).sample(jobs, len(jobs))]:
            done.result()


def patiently(job: Callable[[], Any]) -> None:
    """As partners and browsers do when we are busy."""
    for _ in range(TRIES):
        try:
            job()
        except Busy:
            continue
        return
    raise AssertionError("always busy")
