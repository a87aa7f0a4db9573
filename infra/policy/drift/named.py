"""What the inventory names: by store, the first names of attributes and the fields that they belong to."""

from __future__ import annotations

from chalicelib.policy.fields import places
from infra.policy.model import Inventory


def named(inventory: Inventory) -> dict[str, dict[str, list[str]]]:
    """By store and attribute, the rules of the fields; technical attributes belong to none."""
    found: dict[str, dict[str, list[str]]] = {}
    for store in inventory.store:
        found[store.id] = {name.partition(".")[0]: [] for name in store.technical}
    for kind in inventory.category:
        for field in kind.fields:
            for attribute in kind.described(field).attributes:
                for place, path in places(attribute, kind.stores):
                    rules = found.setdefault(place, {}).setdefault(path.partition(".")[0], [])
                    rules.append(f"category.{kind.id}.fields.{field}")
    return found


def logs(inventory: Inventory) -> set[str]:
    """The names that a line of the log may have."""
    stores = [store.id for store in inventory.store if store.kind == "logs"]
    return {name for store in stores for name in named(inventory)[store]}
