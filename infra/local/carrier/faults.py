"""Faults planted in the REST API: the next calls of an operation go wrong."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from infra.local.carrier.errors import error
from infra.local.exchange import Answered

COLLECTIONS = ("calls", "outgoing_caller_ids", "recordings", "messages")
OPERATIONS = {f"{name}.{verb}" for name in COLLECTIONS for verb in ("list", "fetch", "delete")} | {
    "calls.update",
    "outgoing_caller_ids.create",
}
REFUSALS = {
    "error500": (500, 20500, "Internal Server Error"),
    "rate_limited": (429, 20429, "Too Many Requests"),
    "not_found": (404, 20404, "The requested resource was not found"),
    "not_yet": (409, 20009, "The resource is still in progress; try again later"),
}
KINDS = {*REFUSALS, "timeout_before", "timeout_after"}


class Faults:
    """Kept in memory: a restart forgets what was planted."""

    def __init__(self) -> None:
        self._planted: dict[str, deque[str]] = {}
        self._lock = threading.Lock()

    def plant(self, operation: str, kind: str, count: int = 1) -> None:
        """Makes the next `count` requests of `operation` (such as calls.fetch) fail as `kind`.

        What was planted first comes first. The kinds of REFUSALS answer so and do not act;
        timeout_before and timeout_after raise TimeoutError before or after acting (a host then closes the
        connection unanswered).
        """
        if operation not in OPERATIONS or kind not in KINDS:
            raise ValueError(f"no fault {kind!r} for {operation!r}")
        with self._lock:
            self._planted.setdefault(operation, deque()).extend([kind] * count)

    def clear(self) -> None:
        """All is well again."""
        with self._lock:
            self._planted.clear()

    def around(self, operation: str, act: Callable[[], Answered]) -> Answered:
        """What `act` answers, unless a fault is planted."""
        kind = self._take(operation)
        if kind in REFUSALS:
            return error(*REFUSALS[kind])
        if kind == "timeout_before":
            raise TimeoutError(f"{operation} timed out before it was carried out")
        answered = act()
        if kind == "timeout_after":
            raise TimeoutError(f"{operation} timed out after it was carried out")
        return answered

    def _take(self, operation: str) -> str:
        with self._lock:
            planted = self._planted.get(operation)
            return planted.popleft() if planted else ""
