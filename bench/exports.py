"""What a file of calls costs: rows a second against botocore's own reading, and memory at a million rows.

DynamoDB's pages are recorded ones and S3 takes every part, so that only our own work is measured.
"""

from __future__ import annotations

import csv
import io
import json
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import msgspec
from botocore.compat import HTTPHeaders

from bench import replay
from bench.alone import peak_mebibytes
from chalicelib.calling import csv_export, exports, history
from chalicelib.calling.filters import CallFilter
from chalicelib.calling.models import Line
from chalicelib.core import clock, scan, tables
from chalicelib.core.files import File
from tests.calling import past_calls

SENT = "before-send.dynamodb.Query"
PAGE_ROWS = 1_200
PAIRS = 7
PAIR_PAGES = 10


def measure_rows() -> tuple[float, float]:
    """Our rows a second / the stock client's, and / csv.writer's on prepared rows: medians of pairs."""
    account_id = past_calls.account(timedelta(days=1))
    body, lines = _page(account_id)
    sheet = io.StringIO()
    csv_export.write(sheet, lines)
    prepared = [tuple(row) for row in csv.reader(sheet.getvalue().splitlines())] * PAIR_PAGES
    ours, stock, bare = [], [], []
    for _ in range(PAIRS):
        ours.append(_cpu(lambda: _read(account_id, body, _export)))
        stock.append(_cpu(lambda: _read(account_id, body, _export_plainly)))
        bare.append(_cpu(lambda: csv.writer(io.StringIO()).writerows(prepared)))
    pairs = list(zip(ours, stock, bare, strict=True))
    return (
        statistics.median(theirs / own for own, theirs, _ in pairs),
        statistics.median(least / own for own, _, least in pairs),
    )


def grow(rows: int) -> float:
    """In this process: the peak's growth over that of a single page."""
    account_id = past_calls.account(timedelta(days=1))
    body, _ = _page(account_id)
    _make_file(account_id, body, 1)
    before = peak_mebibytes()
    assert _make_file(account_id, body, rows // PAGE_ROWS) >= rows - PAGE_ROWS
    return peak_mebibytes() - before


def _make_file(account_id: str, body: bytes, pages: int) -> int:
    file, rows = File(account_id=account_id, wanted="{}", rows=0), 0
    with _replayed(body, pages):
        for part in exports.parts(file):
            rows = part.rows
    return rows


def _read(account_id: str, body: bytes, write: Callable[[str], int]) -> None:
    with _replayed(body, PAIR_PAGES):
        assert write(account_id) == PAIR_PAGES * PAGE_ROWS


def _export(account_id: str) -> int:
    text, rows = io.StringIO(), 0
    for chunk in history.read(account_id, CallFilter()):
        csv_export.write(text, chunk.lines)
        rows += len(chunk.lines)
    return rows


def _export_plainly(account_id: str) -> int:
    """As one would without thinking of it: the client's paginator into csv.writer."""
    client: Any = tables.connection().client
    writer, rows = csv.writer(io.StringIO()), 0
    asked = {
        "TableName": tables.name("cdrs"),
        "KeyConditionExpression": "month_key = :month",
        "ExpressionAttributeValues": {":month": {"S": account_id}},
    }
    for page in client.get_paginator("query").paginate(**asked):
        for item in page["Items"]:
            writer.writerow([value for typed in item.values() for value in typed.values()])
            rows += 1
    return rows


def _page(account_id: str) -> tuple[bytes, list[Line]]:
    """A page as DynamoDB sends it, of the attributes that are asked for."""
    now = clock.now()
    items = []
    for number in range(PAGE_ROWS):
        item = past_calls.record(account_id, now - timedelta(seconds=number)).serialize()
        items.append({name: item[name] for name in Line.__struct_fields__ if name in item})
    body = msgspec.json.encode({"Count": PAGE_ROWS, "ScannedCount": PAGE_ROWS, "Items": items})
    return body, scan._decoder_of(Line).decode(body).Items


def _replayed(body: bytes, pages: int) -> AbstractContextManager[None]:
    """So many answers of this page, then empty ones."""
    left = [pages]

    def answer() -> tuple[int, HTTPHeaders, bytes]:
        left[0] -= 1
        sent = body if left[0] >= 0 else b'{"Items": []}'
        if left[0] > 0:
            key = {"month_key": {"S": "month"}, "call_id": {"S": str(left[0])}}
            sent = body[:-1] + b', "LastEvaluatedKey": ' + json.dumps(key).encode() + b"}"
        return 200, HTTPHeaders(), sent

    return replay.answered(SENT, answer)


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
