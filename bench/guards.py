"""What the write guard costs: the CPU of looking at a write, as a share of what botocore needs to send it."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from botocore.awsrequest import AWSResponse, HTTPHeaders

from chalicelib.core import guard, tables

TIMES = 2_000
RECORD = {
    "month_key": {"S": "acc_01M809S3XQ9G5BGMGYT9C4PR9N#2026-11"},
    "call_id": {"S": "call_01M809S3XQ9G5BGMGYT9C4PR9N"},
    **{name: {"S": "2026-11-22T00:00:00Z"} for name in ("started_at", "ended_at", "state", "outcome")},
    **{name: {"S": "+4930123456"} for name in ("to", "caller_id", "prefix", "description", "country")},
    **{name: {"N": "60"} for name in ("duration_seconds", "limit_seconds", "cost_micros", "price_micros")},
}
MOVEMENT = {
    "TableName": tables.name("balances"),
    "Key": {"account_id": {"S": "acc_01M809S3XQ9G5BGMGYT9C4PR9N"}, "sk": {"S": "BAL"}},
    "UpdateExpression": "SET #0 = :0, #1 = :1 REMOVE #2.#3",
    "ExpressionAttributeNames": {"#0": "available_micros", "#1": "version", "#2": "holds", "#3": "call_1"},
    "ExpressionAttributeValues": {":0": {"N": "5"}, ":1": {"N": "6"}},
}
SETTLEMENT = {
    "TransactItems": [{"Update": MOVEMENT}, {"Put": {"TableName": tables.name("cdrs"), "Item": RECORD}}]
}


def measure_share() -> float:
    """The guard's CPU / the whole request's, for the transaction that ends a call; nothing is sent."""
    client: Any = tables.connection().client
    operation = SimpleNamespace(name="TransactWriteItems")
    client.meta.events.register("before-send.dynamodb", _answer, unique_id="answer")
    try:
        sending = _seconds(lambda: client.transact_write_items(**SETTLEMENT))
        looking = _seconds(lambda: guard.check(SETTLEMENT, operation))
    finally:
        client.meta.events.unregister("before-send.dynamodb", unique_id="answer")
    return looking / sending


def measure_microseconds() -> float:
    """The guard's CPU for the transaction that ends a call."""
    operation = SimpleNamespace(name="TransactWriteItems")
    return _seconds(lambda: guard.check(SETTLEMENT, operation)) * 1e6


def _answer(request: Any, **_: Any) -> AWSResponse:
    answer = AWSResponse(request.url, 200, HTTPHeaders(), None)
    answer._content = b"{}"  # type: ignore[attr-defined]
    return answer


def _seconds(work: Callable[[], object]) -> float:
    """CPU of one run, the best of five rounds."""
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        for _ in range(TIMES // 5):
            work()
        best = min(best, (time.process_time() - started) / (TIMES // 5))
    return best


if __name__ == "__main__":
    print(f"guard: {measure_microseconds():.1f} us, {measure_share():.1%} of the request")
