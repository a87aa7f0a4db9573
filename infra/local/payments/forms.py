"""Form parameters with bracketed names, read as a tree: `line_items[0][price_data][currency]=usd`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from infra.local.payments.errors import RefusedError, invalid

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")
Tree = dict[str, Any]


class Form:
    """One level of the tree; errors name the whole parameter as the sender wrote it."""

    def __init__(self, tree: Tree, name: str = "") -> None:
        self._tree = tree
        self._name = name

    @classmethod
    def read(cls, pairs: Iterable[tuple[str, str]]) -> Form:
        tree: Tree = {}
        for name, value in pairs:
            _plant(tree, name, value)
        return cls(tree)

    def __contains__(self, key: str) -> bool:
        return self._tree.get(key) not in (None, "")

    def named(self, key: str) -> str:
        return f"{self._name}[{key}]" if self._name else key

    def only(self, *known: str) -> None:
        """Refuses a parameter that the operation does not know."""
        for key in self._tree:
            if key not in known:
                raise invalid(f"Unknown parameter: {self.named(key)}", self.named(key), "parameter_unknown")

    def text(self, key: str) -> str | None:
        """The value, None when absent or blank."""
        value = self._tree.get(key)
        if isinstance(value, dict):
            raise invalid(f"Invalid string: {self.named(key)}", self.named(key))
        return value or None

    def required(self, key: str) -> str:
        value = self.text(key)
        if value is None:
            raise invalid(f"Missing required param: {self.named(key)}.", self.named(key), "parameter_missing")
        return value

    def choice(self, key: str, choices: Iterable[str], default: str) -> str:
        value = self.text(key) or default
        if value not in choices:
            raise invalid(f"Invalid {self.named(key)}: one of {', '.join(choices)}", self.named(key))
        return value

    def integer(self, key: str, default: int | None = None) -> int | None:
        value = self.text(key)
        if value is None:
            return default
        if not re.fullmatch(r"-?[0-9]{1,15}", value):
            raise invalid(f"Invalid integer: {value}", self.named(key), "parameter_invalid_integer")
        return int(value)

    def positive(self, key: str) -> int:
        """A required integer of at least 1."""
        self.required(key)
        value = self.integer(key)
        if value is None or value < 1:
            raise invalid("This value must be at least 1.", self.named(key), "parameter_invalid_integer")
        return value

    def bounds(self, key: str) -> dict[str, int]:
        """A range such as created[gte]; a plain integer is both of its ends."""
        if not isinstance(self._tree.get(key), dict):
            value = self.integer(key)
            return {} if value is None else {"gte": value, "lte": value}
        level = self.child(key)
        level.only("gt", "gte", "lt", "lte")
        values = {name: level.integer(name) for name in level._tree}
        return {name: value for name, value in values.items() if value is not None}

    def flag(self, key: str) -> bool:
        return self.choice(key, ("true", "false"), "false") == "true"

    def child(self, key: str) -> Form:
        """The level below; an empty one when absent."""
        value = self._tree.get(key)
        if value and not isinstance(value, dict):
            raise invalid("Invalid object", self.named(key))
        return Form(value or {}, self.named(key))

    def children(self, key: str) -> list[Form]:
        """A list of objects in the order of their numbers."""
        level = self.child(key)
        return [level.child(number) for number in level._numbers()]

    def texts(self, key: str) -> list[str]:
        """A list of plain values in the order of their numbers."""
        level = self.child(key)
        return [level.required(number) for number in level._numbers()]

    def mapping(self, key: str) -> dict[str, str]:
        """Plain names and values, as metadata is; blank values left out."""
        level = self.child(key)
        values = {name: level.text(name) for name in level._tree}
        return {name: value for name, value in values.items() if value is not None}

    def metadata(self) -> dict[str, str]:
        """`metadata` within the provider's limits: 50 keys of 40 characters, values of 500."""
        values = self.mapping("metadata")
        if len(values) > 50 or any(len(k) > 40 or len(v) > 500 for k, v in values.items()):
            raise invalid(
                "Metadata has at most 50 keys of 40 and values of 500 characters.", self.named("metadata")
            )
        return values

    def _numbers(self) -> list[str]:
        if not all(key.isdecimal() for key in self._tree):
            raise invalid("Invalid array", self._name)
        return sorted(self._tree, key=int)


def _plant(tree: Tree, name: str, value: str) -> None:
    whole = _NAME.fullmatch(name)
    if whole is None:
        raise _malformed(name)
    path = [whole[1], *_PART.findall(whole[2])]
    for part in path[:-1]:
        tree = tree.setdefault(part or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise _malformed(name)
    last = path[-1] or str(len(tree))
    if last in tree:
        raise _malformed(name)
    tree[last] = value


def _malformed(name: str) -> RefusedError:
    return invalid(f"Malformed or repeated parameter: {name}", name)
