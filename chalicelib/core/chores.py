"""What a schedule runs: several parts that know nothing of each other, so that none can stop another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.core.logs import log, trace


class ChoresFailed(Exception):
    """These parts failed, each with a line of its own in the log; the others have run."""


def run(parts: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """Run every part in order, and answer what each answered.

    Raises ChoresFailed at the end, so that the function fails and its alarm rings.
    """
    done = {}
    for name, part in parts.items():
        try:
            done[name] = part()
        except Exception as error:  # noqa: BLE001 - told below, when all have had their turn
            log.error("part failed", extra={"part": name, **trace(error)})
    failed = [name for name in parts if name not in done]
    if failed:
        raise ChoresFailed(", ".join(failed))
    return done
