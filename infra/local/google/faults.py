"""Faults planted in what Google answers to the service: the next answers of an operation go wrong."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from infra.local.exchange import Answered

OPERATIONS = ("token", "keys")
REFUSALS = {"error500": 500, "rate_limited": 429, "not_found": 404}
KINDS = {*REFUSALS, "timeout_before", "timeout_after"}


class Faults:
    """Kept in memory, used up in the order planted."""

    def __init__(self) -> None:
        self._planted: dict[str, deque[str]] = {}
        self._lock = threading.Lock()

    def plant(self, operation: str, kind: str, count: int = 1) -> None:
        """Makes the next `count` requests of `token` or `keys` fail; a time-out raises TimeoutError."""
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
        with self._lock:
            planted = self._planted.get(operation)
            kind = planted.popleft() if planted else ""
        if kind in REFUSALS:
            return Answered.json(REFUSALS[kind], {"error": kind})
        if kind == "timeout_before":
            raise TimeoutError(f"{operation} timed out before it was carried out")
        answered = act()
        if kind == "timeout_after":
            raise TimeoutError(f"{operation} timed out after it was carried out")
        return answered
