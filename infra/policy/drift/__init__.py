"""Drift: what the code stores, logs and hands on is what the inventory names, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from infra.policy.drift import handing, items, logging, measuring, unused
from infra.policy.drift.code import Code
from infra.policy.faults import Fault
from infra.policy.model import Inventory


def faults(code: Code, inventory: Inventory) -> Iterator[Fault]:
    """Everything that the code does and the inventory does not name."""
    for check in (items.faults, logging.faults, measuring.faults, handing.faults):
        yield from check(code, inventory)


def unheld(code: Code, inventory: Inventory) -> Iterator[Fault]:
    """Everything that the inventory names and no code does; it may be on its way, so it is said only."""
    return unused.faults(code, inventory)
