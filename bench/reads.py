"""Counts what DynamoDB would bill for reading, by its published rules: a unit for each 4 KiB of a request.

A read that may lag behind costs half. What a projection or a filter leaves out is billed and not seen here:
the figures are of requests that ask for whole items, and of index entries.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import msgspec
from botocore.client import BaseClient

from bench import meter
from chalicelib.core import tables

UNIT_BYTES = 4096
READS = ("Query", "Scan", "GetItem", "BatchGetItem")
Items = list[dict[str, Any]]


@dataclass
class Read:
    """What was read while it ran."""

    units: float = 0.0


@contextmanager
def weighed() -> Iterator[Read]:
    """Everything that this process reads from DynamoDB inside."""
    read, asked = Read(), [("", True)]
    ask = BaseClient._make_api_call  # type: ignore[attr-defined]

    def note(client: Any, operation: str, params: dict[str, Any]) -> Any:
        asked[0] = operation, _is_consistent(params)
        return ask(client, operation, params)

    def weigh(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
        operation, consistent = asked[0]
        if operation_model.name == operation and response_dict["status_code"] == 200:
            read.units += _units(operation, response_dict["body"]) / (1 if consistent else 2)

    client: Any = tables.connection().client
    # By their whole names: what hears of all requests hears of each last.
    for operation in READS:
        client.meta.events.register_first(f"before-parse.dynamodb.{operation}", weigh)
    try:
        with mock.patch.object(BaseClient, "_make_api_call", note):
            yield read
    finally:
        for operation in READS:
            client.meta.events.unregister(f"before-parse.dynamodb.{operation}", weigh)


def _is_consistent(params: dict[str, Any]) -> bool:
    within = params.get("RequestItems", {}).values()
    return bool(params.get("ConsistentRead")) or any(
        isinstance(one, dict) and one.get("ConsistentRead") for one in within
    )


def _units(operation: str, body: bytes) -> float:
    """Items that are asked for by their keys are rounded up one by one, those of a query together."""
    answer = msgspec.json.decode(body)
    if operation in ("Query", "Scan"):
        return max(1, math.ceil(sum(map(meter.size, answer.get("Items", ()))) / UNIT_BYTES))
    if operation == "GetItem":
        return _each([answer.get("Item", {})])
    return sum(map(_each, answer["Responses"].values()))


def _each(items: Items) -> float:
    return sum(max(1, math.ceil(meter.size(item) / UNIT_BYTES)) for item in items)
