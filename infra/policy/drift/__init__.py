"""Drift: what the code stores, logs and hands on is what the inventory names, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from infra.policy.drift import handing, items, logging, measuring, unused
from infra.policy.drift.code import Code
from infra.policy.faults import Fault
from infra.policy.model import Inventory


def faults(code: Code, inventory: Inventory) -> Iterator[Fault]:
    """Everything in which code and inventory differ."""
    for check in (items.faults, logging.faults, measuring.faults, handing.faults, unused.faults):
        yield from check(code, inventory)
