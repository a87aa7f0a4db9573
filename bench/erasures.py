"""What erasing a person's calls costs: write units, requests, memory, and CPU against the bare requests.

Of 1,000 to 100,000 calls the items are real, in the embedded AWS; of a million DynamoDB's answers are
generated ones that botocore is given at its HTTP layer. The carrier forgets each call at once, but where
it is counted how many tasks of the workflow that takes.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import msgspec
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders

from bench import meter, replay
from bench.alone import peak_mebibytes
from bench.embedded import embedded_tables
from chalicelib.calling import erasure, records, rules
from chalicelib.core import clock, subjects, tables
from chalicelib.core.subjects import Subject
from chalicelib.privacy import audit, deletion, manifest
from chalicelib.privacy.models import Request
from chalicelib.providers import twilio
from tests.calling import past_calls

CARRIER_SECONDS = 0.1
PARTITION_UNITS = 1_000
"""What a partition writes in a second."""
EVENTS_A_TASK = 7
AGE = timedelta(days=365)
EMPTY = b'{"Items": [], "Count": 0, "ScannedCount": 0}'
PAGE_BYTES, BATCH = 1024 * 1024, 25
Reply = tuple[int, HTTPHeaders, bytes]
CALL: Any = BaseClient._make_api_call  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Erasure:
    """What one cost: requests of DynamoDB, the fewest that could do, CPU of ours and of the bare requests."""

    items: int
    requests: int = 0
    fewest_requests: int = 0
    cpu_seconds: float = 0.0
    bare_seconds: float = 0.0
    mebibytes: float = 0.0
    tasks: int = 0
    write_units: int = 0

    @property
    def events(self) -> int:
        """In the history of the workflow, for this row."""
        return self.tasks * EVENTS_A_TASK


def weigh(items: int) -> Erasure:
    """Its write units alone, by the size of each item."""
    with embedded_tables(), _carrier(0):
        request = _request()
        fill(request.account_id, items)
        with meter.measure() as spent:
            _erase(request)
    return Erasure(items, write_units=spent.write_units)


def measure(items: int) -> Erasure:
    """With real items in the embedded AWS; then the same requests once more, bare."""
    with embedded_tables(), _carrier(0):
        request = _request()
        pages = fill(request.account_id, items)
        with recorded() as asked:
            started = time.process_time()
            _erase(request)
            cpu_seconds = time.process_time() - started
        assert erasure.count(request.account_id, set()) == 0
        fill(request.account_id, items)  # so that the bare requests read pages that are as full
        client: Any = tables.connection().client
        started = time.process_time()
        for operation, params in asked:
            CALL(client, operation, params)
        bare_seconds = time.process_time() - started
    return Erasure(items, len(asked), math.ceil(items / BATCH) + pages, cpu_seconds, bare_seconds)


def generate(items: int, carrier_seconds: float = 0) -> Erasure:
    """Erase so many generated items, spread evenly over a year's months."""
    request = _request()
    there = dict.fromkeys(list(_months(request.account_id))[:12], items // 12)
    there[next(iter(there))] += items % 12
    one = item(request.account_id, clock.now())
    pages = sum(math.ceil(count * meter.size(one) / PAGE_BYTES) for count in there.values())
    before = peak_mebibytes()
    with _carrier(carrier_seconds), _generated(there, one) as told:
        started = time.process_time()
        tasks = _erase(request)
        seconds = time.process_time() - started
    assert told.erased == Counter(there)
    grown = peak_mebibytes() - before
    fewest = math.ceil(items / BATCH) + pages
    return Erasure(items, told.requests, fewest, seconds, mebibytes=grown, tasks=tasks)


def _erase(request: Request) -> int:
    """The workflow's row of calls, task after task; answers how many tasks."""
    event = {"row": {"name": "calls"}}
    with (
        mock.patch.object(clock, "monotonic", _spent_seconds),
        mock.patch.object(audit, "append"),
        mock.patch.object(manifest, "row", return_value=_row()),
    ):
        tasks = 1
        while deletion.erase(request, event)["outcome"] == "more":
            tasks += 1
    return tasks


def _spent_seconds() -> float:
    return _spent[0]


def _row() -> subjects.Row:
    """As the profile has it that deletes calls whole."""

    def erase(subject: Subject) -> subjects.Erased:
        return erasure.erase(subject.account_id, set())

    return subjects.Row("calls", "call_record", lambda _: 0, erase, store="cdrs")


_spent = [0.0]
"""Seconds that the carrier and the table would have taken."""


@contextmanager
def _carrier(seconds: float) -> Iterator[None]:
    """It takes so long for each of a call's two records."""

    def forget(_: str) -> bool:
        _spent[0] += seconds + 0.5 / PARTITION_UNITS
        return True

    with mock.patch.object(twilio, "delete_call", forget):
        yield


def _request() -> Request:
    account_id, now = past_calls.account(AGE), clock.render(clock.now())
    return Request(
        id="req", type="deletion", state="in_progress", account_id=account_id, user_id="usr", received_at=now
    )


def fill(account_id: str, items: int) -> int:
    """Write them, spread over the account's life; answers in how many pages of DynamoDB's they lie."""
    bytes_by_month: Counter[str] = Counter()
    now, step = clock.now(), AGE / items
    client: Any = tables.connection().client
    puts = []
    for number in range(items):
        one = item(account_id, now - number * step)
        bytes_by_month[one["month_key"]["S"]] += meter.size(one)
        puts.append({"PutRequest": {"Item": one}})
        if len(puts) == BATCH or number == items - 1:
            CALL(client, "BatchWriteItem", {"RequestItems": {tables.name("cdrs"): puts}})
            puts = []
    return sum(max(1, math.ceil(bytes_by_month[month] / PAGE_BYTES)) for month in _months(account_id))


def item(account_id: str, at: datetime) -> dict[str, Any]:
    """A call as the table has it, with an id of its own at the carrier."""
    written: dict[str, Any] = past_calls.record(account_id, at, leg_sid="CA" + "0" * 32).serialize()
    return written


def _months(account_id: str) -> Iterator[str]:
    return records.months(account_id, clock.now() + rules.CALL_ID_LIFE)


@contextmanager
def recorded() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """What is asked of AWS; of a file's part only how many bytes it has."""
    asked: list[tuple[str, dict[str, Any]]] = []

    def note(client: Any, operation: str, params: dict[str, Any]) -> Any:
        told = {**params, "Body": len(params["Body"])} if "Body" in params else params
        asked.append((operation, told))
        return CALL(client, operation, params)

    with mock.patch.object(BaseClient, "_make_api_call", note):
        yield asked


@dataclass
class Told:
    """What a generated table was asked for, and what is gone of it by month."""

    requests: int = 0
    erased: Counter[str] = field(default_factory=Counter)


@contextmanager
def _generated(there: Mapping[str, int], item: dict[str, Any]) -> Iterator[Told]:
    """So many calls a month, whose ids are their places in it; whoever reads again finds what is left."""
    told, a_page = Told(), PAGE_BYTES // meter.size(item)
    leg = {name: item[name] for name in ("call_sid", "leg_sid")}

    def query(wanted: Any) -> Reply:
        told.requests += 1
        if wanted["TableName"] != tables.name("cdrs"):  # holds: there are none
            return 200, HTTPHeaders(), EMPTY
        month = wanted["ExpressionAttributeValues"][":hash"]["S"]
        behind = wanted.get("ExclusiveStartKey")
        at = int(behind["call_id"]["S"][5:]) + 1 if behind else told.erased[month]
        end = min(at + a_page, there.get(month, 0))
        found: dict[str, Any] = {"Items": [{"call_id": _place(one), **leg} for one in range(at, end)]}
        if end < there.get(month, 0):
            found["LastEvaluatedKey"] = {"month_key": {"S": month}, "call_id": _place(end - 1)}
        return 200, HTTPHeaders(), msgspec.json.encode(found)

    def write(wanted: Any) -> Reply:
        told.requests += 1
        [deleted] = wanted["RequestItems"].values()
        told.erased.update(one["DeleteRequest"]["Key"]["month_key"]["S"] for one in deleted)
        return 200, HTTPHeaders(), b'{"UnprocessedItems": {}}'

    with (
        replay.answering("before-send.dynamodb.Query", query),
        replay.answering("before-send.dynamodb.BatchWriteItem", write),
    ):
        yield told


def _place(number: int) -> dict[str, str]:
    return {"S": f"call_{number:026}"}


def exponent(small: float, large: float, tenfolds: float) -> float:
    """With which power of the size something grows."""
    return math.log10(large / small) / tenfolds
