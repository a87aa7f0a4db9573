"""Which fields the active policy lets each store have: those of the categories that it collects today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalicelib.policy import profile
from chalicelib.policy.profile import Profile
from chalicelib.policy.terms import Category


def stored() -> Mapping[str, frozenset[str]]:
    """By store, every path that its items may have under the policy of now."""
    return _of_now()


def logged() -> frozenset[str]:
    """Every field that a line of the log may have under the policy of now."""
    return stored().get("logs", frozenset())


def of(policy: Profile) -> Mapping[str, frozenset[str]]:
    """By store, every path that a policy names, with the maps around it. Pure."""
    found: dict[str, set[str]] = {store.id: set(store.technical) for store in policy.store}
    for category in policy.category:
        for field in category.fields if category.active else ():
            for attribute in category.attributes[field]:
                for store, path in places(attribute, category.stores):
                    found.setdefault(store, set()).update(_around(path))
    return {store: frozenset(paths) for store, paths in found.items()}


_of_now = profile.derived(of)


def held(category: Category, names: Iterable[str], store: str) -> set[str]:
    """The paths under which a store has these fields of a category."""
    found = (places(attribute, category.stores) for name in names for attribute in category.attributes[name])
    return {path for there in found for place, path in there if place == store}


def places(attribute: str, stores: list[str]) -> list[tuple[str, str]]:
    """The stores and the path that an attribute of the inventory names."""
    store, named, path = attribute.partition(":")
    return [(store, path)] if named else [(other, attribute) for other in stores]


def _around(path: str) -> set[str]:
    parts = path.split(".")
    return {".".join(parts[: count + 1]) for count in range(len(parts))}
