"""What a file of all of somebody's data costs: CPU against the stock way, its growth, requests and memory.

DynamoDB's pages are generated ones that botocore is given at its HTTP layer, and no part is sent anywhere, so
that only our own work is measured: reading, both forms, checksums and the archive.
"""

from __future__ import annotations

import csv
import io
import json
import math
import statistics
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

import msgspec
from boto3.dynamodb.types import TypeDeserializer
from botocore.compat import HTTPHeaders

from bench import replay
from bench.alone import measure_alone, peak_mebibytes
from bench.exports import PAGE_ROWS, SENT
from chalicelib.calling import personal_data
from chalicelib.core import clock, tables
from chalicelib.core.files import File
from chalicelib.privacy import contents, exports, register
from chalicelib.privacy.models import Request
from tests.calling import past_calls

PAIRS = 5
PAIR_PAGES = 10
SIZES = (10_000, 100_000, 1_000_000)
CALLS = personal_data.EXTRACTS[0]


def measure_to_stock() -> float:
    """The stock client's CPU / ours for the same rows, the median of pairs."""
    account_id = past_calls.account(timedelta(days=1))
    body = page(account_id)
    ours, stock = [], []
    for _ in range(PAIRS):
        ours.append(_cpu(lambda: make(account_id, body, PAIR_PAGES)))
        stock.append(_cpu(lambda: _make_plainly(account_id, body)))
    return statistics.median(theirs / own for own, theirs in zip(ours, stock, strict=True))


def measure_growth() -> tuple[float, float, float]:
    """Exponents of CPU and of requests from the least size to the most, and MiB that the process grew by.

    Each size is a process of its own, and the least one, which is soon done, is the median of some.
    """
    least = sorted(measure_alone(grow, SIZES[0]) for _ in range(PAIRS))[PAIRS // 2]
    found = [least, *(measure_alone(grow, size) for size in SIZES[1:])]
    tenfolds = math.log(SIZES[-1] / SIZES[0])
    cpu, requests = (math.log(found[-1][index] / found[0][index]) / tenfolds for index in (0, 1))
    return cpu, requests, found[-1][2]


def grow(rows: int) -> tuple[float, int, float]:
    """In this process: CPU seconds, requests, and the peak's growth over that of a single page."""
    account_id = past_calls.account(timedelta(days=1))
    body = page(account_id)
    make(account_id, body, 1)
    before = peak_mebibytes()
    started, pages = time.process_time(), round(rows / PAGE_ROWS)
    requests = make(account_id, body, pages)
    seconds = time.process_time() - started
    return seconds, requests, peak_mebibytes() - before


def make(account_id: str, body: bytes, pages: int) -> int:
    """A whole file of so many pages, and nothing kept; answers how many requests it took."""
    now = clock.render(clock.now())
    file = File(account_id=account_id, wanted="req", rows=0, created_at=now)
    request = Request(type="access", id="req", account_id=account_id, user_id="usr", received_at=now)
    with (
        _replayed(body, pages) as asked,
        mock.patch.object(register, "get", return_value=request),
        mock.patch.object(contents, "of", return_value=[CALLS]),
    ):
        rows = [part.rows for part in exports.parts(file)][-1]
    assert rows == pages * PAGE_ROWS
    return asked[0]


def page(account_id: str) -> bytes:
    """A page of whole records as DynamoDB sends it."""
    now = clock.now()
    items = [
        past_calls.record(account_id, now - timedelta(seconds=number)).serialize()
        for number in range(PAGE_ROWS)
    ]
    return msgspec.json.encode({"Count": PAGE_ROWS, "ScannedCount": PAGE_ROWS, "Items": items})


def _make_plainly(account_id: str, body: bytes) -> None:
    """As one would without thinking of it: the client's paginator, the standard library, one ZIP."""
    client: Any = tables.connection().client
    plain, rows = TypeDeserializer(), []
    asked = {
        "TableName": tables.name("cdrs"),
        "KeyConditionExpression": "month_key = :month",
        "ExpressionAttributeValues": {":month": {"S": account_id}},
    }
    with _replayed(body, PAIR_PAGES):
        for answer in client.get_paginator("query").paginate(**asked):
            rows += [
                {name: plain.deserialize(value) for name, value in item.items()} for item in answer["Items"]
            ]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(CALLS.fields))
    writer.writeheader()
    writer.writerows(rows)
    with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("calls.json", json.dumps(rows, default=int))
        archive.writestr("calls.csv", text.getvalue())
    assert len(rows) == PAIR_PAGES * PAGE_ROWS


@contextmanager
def _replayed(body: bytes, pages: int) -> Iterator[list[int]]:
    """So many answers of this page, then empty ones; gives the count of requests."""
    asked = [0]

    def answer() -> tuple[int, HTTPHeaders, bytes]:
        asked[0] += 1
        if asked[0] > pages:
            return 200, HTTPHeaders(), b'{"Items": []}'
        if asked[0] == pages:
            return 200, HTTPHeaders(), body
        key = {"month_key": {"S": "month"}, "call_id": {"S": str(asked[0])}}
        return 200, HTTPHeaders(), body[:-1] + b', "LastEvaluatedKey": ' + json.dumps(key).encode() + b"}"

    with replay.answered(SENT, answer):
        yield asked


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
