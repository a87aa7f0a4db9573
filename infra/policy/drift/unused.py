"""What the inventory names and no code has: a notice must not tell of what is not held."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.policy.fields import places
from infra.policy.drift.code import Code
from infra.policy.drift.items import stored
from infra.policy.drift.logging import logged
from infra.policy.faults import Fault
from infra.policy.model import Inventory, Kind

WHY = "A notice must not tell of what is not held."


def faults(code: Code, inventory: Inventory) -> Iterator[Fault]:
    kept = {(one.table, one.name) for one in stored(code)}
    logs = [store.id for store in inventory.store if store.kind == "logs"]
    kept |= {(store, name) for _, _, names in logged(code) for name in names or () for store in logs}
    built = {capability.id for capability in inventory.capability if capability.built} | {None}
    for kind in inventory.category:
        if kind.capability in built:
            yield from _of_category(kind, kept)
    for store in inventory.store:
        for name in store.technical if store.kind == "table" else ():
            if (store.id, name) not in kept:
                yield Fault(
                    f"store.{store.id}.technical",
                    f"{store.id} is said to have {name}, and no model there has it.",
                    WHY,
                    "Remove it.",
                )


def _of_category(kind: Kind, kept: set[tuple[str | None, str]]) -> Iterator[Fault]:
    for field in kind.fields:
        for attribute in kind.described(field).attributes:
            there = places(attribute, kind.stores)
            if there and not any((store, path.partition(".")[0]) in kept for store, path in there):
                yield Fault(
                    f"category.{kind.id}.fields.{field}",
                    f"{field} of {kind.id} is said to lie in {attribute}, and nothing in"
                    f" {' or '.join(store for store, _ in there)} has it.",
                    WHY,
                    "Remove it, or name the attribute that keeps it.",
                )
