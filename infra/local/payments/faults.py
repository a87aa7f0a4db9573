"""Faults that a caller plants: the next answers to an operation, or the next webhooks, go wrong."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Collection
from typing import Any, Literal, get_args

from infra.local.payments.errors import broken, missing, rate_limited

Kind = Literal["error500", "error500_after", "timeout_before", "timeout_after", "rate_limited", "not_found"]
"""`_after`: the operation is done and only its answer is lost. A time-out is raised as TimeoutError."""

Delivery = Literal["drop", "duplicate", "reorder", "delay", "answer_lost"]
"""Lost for good; posted twice; after all others due; an hour late; taken, but its answer is lost."""
WEBHOOKS = "webhooks"
"""The operation whose planted faults are a Delivery: each strikes one webhook when it is due."""


class Faults:
    """Planted faults by operation, used up in the order planted."""

    def __init__(self, operations: Collection[str]) -> None:
        self._operations = {*operations, WEBHOOKS}
        self._planted: defaultdict[str, deque[Any]] = defaultdict(deque)
        self._lock = threading.Lock()

    def plant(self, operation: str, kind: Kind | Delivery, count: int = 1) -> None:
        """Makes the next `count` requests of the operation fail; ValueError for an unknown one."""
        if operation not in self._operations:
            raise ValueError(f"unknown operation {operation}: one of {', '.join(sorted(self._operations))}")
        kinds = get_args(Delivery if operation == WEBHOOKS else Kind)
        if kind not in kinds:
            raise ValueError(f"unknown kind {kind}: one of {', '.join(kinds)}")
        with self._lock:
            self._planted[operation].extend([kind] * count)

    def clear(self) -> None:
        with self._lock:
            self._planted.clear()

    def take(self, operation: str) -> Kind | None:
        """The fault for this request, used up."""
        kind: Kind | None = self._take(operation)
        return kind

    def take_delivery(self) -> Delivery | None:
        """The fault for this webhook, used up."""
        kind: Delivery | None = self._take(WEBHOOKS)
        return kind

    def _take(self, operation: str) -> Any:
        with self._lock:
            planted = self._planted[operation]
            return planted.popleft() if planted else None


def before(kind: Kind | None) -> None:
    """Fails a request that has not been acted on."""
    if kind == "timeout_before":
        raise TimeoutError("the payments provider does not answer")
    if kind == "error500":
        raise broken()
    if kind == "rate_limited":
        raise rate_limited()
    if kind == "not_found":
        raise missing("object", "as planted")


def after(kind: Kind | None) -> None:
    """Loses the answer to a request that has been acted on."""
    if kind == "timeout_after":
        raise TimeoutError("the payments provider's answer got lost")
    if kind == "error500_after":
        raise broken()
