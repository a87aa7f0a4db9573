"""What a whole export of real items costs in the embedded AWS: requests, read units, CPU and memory.

All that the minute's run does is in it: every extract, both forms, the archive, its parts in S3, the marks of
how far it is. Nobody is told, since its account has no person.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from bench import meter, reads
from bench.alone import forget_peak, peak_mebibytes
from bench.embedded import embedded_tables
from bench.erasures import AGE, CALL, fill, item, recorded
from chalicelib.core import clock, files, ids, tables
from chalicelib.core.files import File
from chalicelib.core.subjects import Subject
from chalicelib.privacy import exports, register
from tests.calling import past_calls
from tests.harness.environment import ENVIRONMENT

Asked = list[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Made:
    """What one cost: requests of DynamoDB and S3, the fewest that could do, CPU, memory and read units."""

    items: int
    requests: int = 0
    parts: int = 0
    fewest_requests: int = 0
    read_units: float = 0.0
    fewest_units: int = 0
    cpu_seconds: float = 0.0
    bare_seconds: float = 0.0
    mebibytes: float = 0.0

    @property
    def besides(self) -> int:
        """Requests that are neither a page nor a part."""
        return self.requests - self.fewest_requests


def measure(items: int) -> Made:
    """Its requests, CPU, and the process's peak of memory; then the same requests once more, bare."""
    with embedded_tables():
        subject, pages = _begin(items)
        forget_peak()
        with recorded() as asked:
            started = time.process_time()
            file = _make(subject)
            cpu_seconds = time.process_time() - started
        peak = peak_mebibytes()
        assert file.rows >= items
        parts = len(json.loads(str(file.tags)))
        bare_seconds = _repeat(asked)
    return Made(
        items,
        requests=len(asked),
        parts=parts,
        fewest_requests=pages + parts,
        cpu_seconds=cpu_seconds,
        bare_seconds=bare_seconds,
        mebibytes=peak,
    )


def weigh(items: int) -> Made:
    """Its read units, and the fewest: all bytes of the items, 4 KiB a unit."""
    with embedded_tables():
        subject, _ = _begin(items)
        size = meter.size(item(subject.account_id, clock.now()))
        with reads.weighed() as read:
            _make(subject)
    return Made(items, read_units=read.units, fewest_units=-(-items * size // reads.UNIT_BYTES))


def _begin(items: int) -> tuple[Subject, int]:
    """An account with so many calls that has asked for a file, and the pages that its calls lie in."""
    boto3.client("s3").create_bucket(Bucket=ENVIRONMENT["EXPORTS_BUCKET"])
    subject = Subject(ids.new("usr", clock.now()), past_calls.account(AGE))
    pages = fill(subject.account_id, items)
    request, _ = register.receive(subject, "access", waive_grace=True)
    exports.begin(request)
    return subject, pages


def _make(subject: Subject) -> File:
    """One run after another until it is whole."""
    done: Counter[str] = Counter()
    while not done["ready"]:
        done = Counter(exports.work())
        assert not done["failed"], "an export failed"
    [request] = register.page(subject.account_id, 2)
    file = files.find(exports.DATA, subject.account_id, request.id)
    assert file
    assert request.state == "fulfilled"
    return file


def _repeat(asked: Asked) -> float:
    """CPU of the clients alone for the same requests; uploads begin anew, and some are refused by now."""
    clients: dict[bool, Any] = {True: boto3.client("s3"), False: tables.connection().client}
    upload, seconds = "", 0.0
    for operation, params in asked:
        again = {**params, "UploadId": upload} if "UploadId" in params else dict(params)
        if "Body" in again:
            again["Body"] = bytes(again["Body"])
        started = time.process_time()
        with contextlib.suppress(ClientError):
            upload = CALL(clients["Bucket" in params], operation, again).get("UploadId", upload)
        seconds += time.process_time() - started
    return seconds
