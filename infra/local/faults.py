"""Faults that a caller plants in a stand-in: its next answers to an operation go wrong."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from typing import Any

from infra.local.exchange import Answered

TIME_OUTS = ("timeout_before", "timeout_after")
"""Raised as TimeoutError, before or after acting; a host then closes the connection unanswered."""


class Planted:
    """By operation, used up in the order planted. Kept in memory: a restart forgets what was planted.

    `kinds` are the faults of each operation.
    """

    def __init__(self, kinds: Mapping[str, Collection[str]]) -> None:
        self._kinds = kinds
        self._planted: defaultdict[str, deque[str]] = defaultdict(deque)
        self._lock = threading.Lock()

    def plant(self, operation: str, kind: str, count: int = 1) -> None:
        """Makes the next `count` requests of an operation go wrong; ValueError for one that is unknown."""
        for what, given, known in (
            ("operation", operation, self._kinds),
            ("kind", kind, self._kinds.get(operation, ())),
        ):
            if given not in known:
                raise ValueError(f"unknown {what} {given}: one of {', '.join(sorted(known))}")
        with self._lock:
            self._planted[operation].extend([kind] * count)

    def clear(self) -> None:
        """All is well again."""
        with self._lock:
            self._planted.clear()

    def take(self, operation: str) -> Any:
        """The fault for this request, used up; None for none."""
        with self._lock:
            planted = self._planted[operation]
            return planted.popleft() if planted else None


class Faults(Planted):
    """Of a stand-in whose operations all go wrong alike: `refusals` answer so and do not act."""

    def __init__(self, operations: Collection[str], refusals: Mapping[str, Callable[[], Answered]]) -> None:
        super().__init__(dict.fromkeys(operations, (*refusals, *TIME_OUTS)))
        self._refusals = refusals

    def around(self, operation: str, act: Callable[[], Answered]) -> Answered:
        """What `act` answers, unless a fault is planted."""
        kind = self.take(operation)
        if kind in self._refusals:
            return self._refusals[kind]()
        if kind == "timeout_before":
            raise TimeoutError(f"{operation} timed out before it was carried out")
        answered = act()
        if kind == "timeout_after":
            raise TimeoutError(f"{operation} timed out after it was carried out")
        return answered
