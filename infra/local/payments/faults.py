"""Faults that a caller plants: the next answers to an operation, or the next webhooks, go wrong."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

from infra.local.faults import Planted
from infra.local.payments.errors import broken, missing, rate_limited

Kind = Literal["error500", "error500_after", "timeout_before", "timeout_after", "rate_limited", "not_found"]
"""`_after`: the operation is done and only its answer is lost. A time-out is raised as TimeoutError."""

Delivery = Literal["drop", "duplicate", "reorder", "delay", "answer_lost"]
"""Lost for good; posted twice; after all others due; an hour late; taken, but its answer is lost."""
WEBHOOKS = "webhooks"
"""The operation whose planted faults are a Delivery: each strikes one webhook when it is due."""


class Faults(Planted):
    """Those of the operations are a Kind, and those of the webhooks a Delivery."""

    def __init__(self, operations: Collection[str]) -> None:
        super().__init__({**dict.fromkeys(operations, get_args(Kind)), WEBHOOKS: get_args(Delivery)})


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
