"""The write guard: what the policy does not name cannot be stored, and a card number not at all.

It looks at each request of the one DynamoDB client, so that no way to write leads around it. What may be
stored is handed down at start-up; before that nothing may.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chalicelib.core import card_numbers, settings
from chalicelib.core.errors import Refusal
from chalicelib.core.logs import log

Fields = Mapping[str, frozenset[str]]
"""By table, the paths that items there may have; in `numbers.*.phone` the star is any key of a map."""

READS = {"BatchGetItem", "DescribeTable", "GetItem", "Query", "Scan", "TransactGetItems"}
CLAUSE = re.compile(r"(?<![#:.\w])(SET|REMOVE|ADD|DELETE)\b", re.IGNORECASE)
BETWEEN = re.compile(r",(?![^()]*\))")
PLACEHOLDER = re.compile(r":\w+")


class NotInPolicy(Exception):
    """A field that the active policy does not name was to be stored; nothing was written."""


@dataclass
class Hooks:
    """What core asks of the policy, which lies above it."""

    fields: Callable[[], Fields] | None = None


hooks = Hooks()


def check(params: Mapping[str, Any], model: Any, **_: Any) -> None:
    """Look at one request before it is sent. Raises NotInPolicy, or refuses (422) a card number."""
    if model.name in READS:
        return
    if hooks.fields is None:
        raise NotInPolicy("Nothing may be stored before a policy is handed down: call wiring.connect.")
    fields = hooks.fields()
    for operation, asked in _writes(model.name, params):
        store = asked["TableName"].removeprefix(settings.current().table_prefix)
        allowed = fields.get(store, frozenset())
        if operation == "Put":
            _check_map(store, allowed, "", asked["Item"])
        elif operation == "Update":
            _check_map(store, allowed, "", asked["Key"])
            _check_update(store, allowed, asked)


def _writes(operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each write of a request by its kind, as a transaction would call it."""
    match operation:
        case "PutItem" | "UpdateItem" | "DeleteItem":
            yield operation.removesuffix("Item"), params
        case "TransactWriteItems":
            for item in params["TransactItems"]:
                yield from item.items()
        case "BatchWriteItem":
            for table, requests in params["RequestItems"].items():
                for request in requests:
                    for kind, asked in request.items():
                        yield kind.removesuffix("Request"), {"TableName": table, **asked}
        case _:
            raise NotInPolicy(f"{operation} writes in a way that the guard can't read.")


def _check_map(store: str, allowed: frozenset[str], path: str, content: Mapping[str, Any]) -> None:
    for key, value in content.items():
        inside = _step(store, allowed, path, key)
        _check_value(store, allowed, inside, value)


def _check_value(store: str, allowed: frozenset[str], path: str, value: Mapping[str, Any]) -> None:
    for kind, content in value.items():
        if kind == "S":
            _refuse_card(content)
        elif kind == "M":
            _check_map(store, allowed, path, content)
        elif kind == "L":
            for entry in content:
                _check_value(store, allowed, path, entry)
        elif kind == "SS":
            for text in content:
                _refuse_card(text)


def _check_update(store: str, allowed: frozenset[str], asked: Mapping[str, Any]) -> None:
    names, values = asked.get("ExpressionAttributeNames", {}), asked.get("ExpressionAttributeValues", {})
    for parts, placeholders in _assigned(asked["UpdateExpression"]):
        path = ""
        for part in parts:
            path = _step(store, allowed, path, names.get(part, part))
        for placeholder in placeholders:
            _check_value(store, allowed, path, values[placeholder])


@lru_cache(maxsize=512)
def _assigned(expression: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Every path that an update gives a value, and the placeholders of what it gets."""
    pieces = CLAUSE.split(expression)
    found = []
    for clause, text in zip(map(str.upper, pieces[1::2]), pieces[2::2], strict=True):
        if clause in ("SET", "ADD"):
            for action in BETWEEN.split(text):
                path, _, value = action.strip().partition("=" if clause == "SET" else " ")
                parts = re.sub(r"\[\d+\]", "", path).strip().split(".")
                found.append((tuple(parts), tuple(PLACEHOLDER.findall(value))))
    return tuple(found)


def _step(store: str, allowed: frozenset[str], path: str, key: str) -> str:
    """The path one key further in; raises NotInPolicy."""
    named = f"{path}.{key}" if path else key
    if named in allowed:
        return named
    if path and (free := f"{path}.*") in allowed:
        _refuse_card(key)
        return free
    raise _not_in_policy(store, path, named)


def _not_in_policy(store: str, path: str, named: str) -> NotInPolicy:
    log.error("alarm", extra={"alarm": "field-not-in-policy", "store": store, "field": path or named})
    return NotInPolicy(
        f"{store} may not hold {named}: no category that this policy collects has it. In"
        f" chalicelib/policy/inventory.toml name {named!r} among the attributes of a field whose category"
        f" lies in {store} (or, if it says nothing of a person, among the store's technical ones); where a"
        " profile lists that category's fields, name the field there, too."
    )


def _refuse_card(text: str) -> None:
    if card_numbers.held_by(text):
        raise Refusal(422, "card-number", "This holds a card number. Please never type one here.")
