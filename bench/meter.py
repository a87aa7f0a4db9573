"""Counts what DynamoDB would bill: requests, and write units by its published rules.

A write costs a unit a started KiB of the larger of the item before and after, twice that in a transaction;
each index entry that is put, deleted or changed costs one more. The embedded AWS's own figures are not AWS's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from botocore.client import BaseClient

UNIT_BYTES = 1024
SWEEP_KEYS = ("sweep_shard", "sweep_at")
CALL = BaseClient._make_api_call  # type: ignore[attr-defined]
Item = dict[str, Any]


@dataclass
class Meter:
    """What was asked of DynamoDB while it ran."""

    write_units: int = 0
    requests: list[str] = field(default_factory=list)
    largest_bytes: dict[str, int] = field(default_factory=dict)

    def count(self, client: Any, operation: str, params: dict[str, Any]) -> Any:
        """Do the call, and weigh every item that it wrote."""
        if client.meta.service_model.service_name != "dynamodb":
            return CALL(client, operation, params)
        self.requests.append(operation)
        writes = _writes(operation, params)
        before = [_read(client, table, key) for table, key in writes]
        answer = CALL(client, operation, params)
        factor = 2 if operation == "TransactWriteItems" else 1
        for (table, key), old in zip(writes, before, strict=True):
            new = _read(client, table, key)
            self.write_units += factor * _units(old, new) + _index_units(old, new)
            name = table.rpartition("-")[2]
            self.largest_bytes[name] = max(self.largest_bytes.get(name, 0), size(new))
        return answer


@contextmanager
def measure() -> Iterator[Meter]:
    """Everything that this process asks of DynamoDB inside."""
    meter = Meter()

    def count(client: Any, operation: str, params: dict[str, Any]) -> Any:
        return meter.count(client, operation, params)

    with mock.patch.object(BaseClient, "_make_api_call", count):
        yield meter


def _writes(operation: str, params: dict[str, Any]) -> list[tuple[str, Item]]:
    if operation == "TransactWriteItems":
        parts = [part for item in params["TransactItems"] for part in item.values()]
    elif operation == "BatchWriteItem":
        parts = [
            {"TableName": table, **part}
            for table, requests in params["RequestItems"].items()
            for request in requests
            for part in request.values()
        ]
    elif operation in ("PutItem", "UpdateItem", "DeleteItem"):
        parts = [params]
    else:
        return []
    return [(part["TableName"], part["Key"] if "Key" in part else _key_of(part)) for part in parts]


KEYS = {
    "balances": ("account_id", "sk"),
    "payments": ("id",),
    "cdrs": ("month_key", "call_id"),
    "registry": ("pk", "sk"),
    "sessions": ("token_hash",),
    "users": ("user_id",),
}


def _key_of(put: dict[str, Any]) -> Item:
    names = KEYS[put["TableName"].rpartition("-")[2]]
    return {name: put["Item"][name] for name in names}


def _read(client: Any, table: str, key: Item) -> Item:
    found: Item = CALL(client, "GetItem", {"TableName": table, "Key": key}).get("Item", {})
    return found


def _units(old: Item, new: Item) -> int:
    return max(1, -(-max(size(old), size(new)) // UNIT_BYTES))


def _index_units(old: Item, new: Item) -> int:
    entries = [{name: item[name] for name in SWEEP_KEYS if name in item} for item in (old, new)]
    before, after = (entry if len(entry) == len(SWEEP_KEYS) else None for entry in entries)
    if before == after:
        return 0
    return (before is not None) + (after is not None)


def size(item: Item) -> int:
    """Bytes of an item in DynamoDB's wire form: names and values, 3 a container and 1 an element."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(typed: dict[str, Any]) -> int:
    [(kind, value)] = typed.items()
    if kind == "S":
        return len(value.encode())
    if kind == "N":
        return len(value.strip("-").lstrip("0.").replace(".", "")) // 2 + 2
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _value_size(inner) for name, inner in value.items())
    if kind == "L":
        return 3 + sum(1 + _value_size(inner) for inner in value)
    return 1 if kind in ("BOOL", "NULL") else len(value)
