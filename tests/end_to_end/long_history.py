"""More than one answer can hold, in the embedded AWS's own table: few calls, of absurdly long numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import boto3

from chalicelib.core import clock
from infra.local.embedded_aws import REGION
from tests.calling import past_calls

BATCH = 25
TO = "+" + "4" * 2_000


def write(aws_url: str, account_id: str, count: int) -> None:
    """So many calls of an account, a second apart, until an hour ago."""
    session = boto3.Session("test", "test", region_name=REGION)
    dynamodb = session.client("dynamodb", endpoint_url=aws_url)
    now = clock.now() - timedelta(hours=1)
    table = "vowline-local-cdrs"
    for first in range(0, count, BATCH):
        puts: list[Any] = [
            {"PutRequest": {"Item": _item(account_id, now - timedelta(seconds=n))}}
            for n in range(first, min(first + BATCH, count))
        ]
        assert not dynamodb.batch_write_item(RequestItems={table: puts})["UnprocessedItems"]
    dynamodb.close()


def _item(account_id: str, at: datetime) -> dict[str, Any]:
    return past_calls.record(account_id, at, to=TO).serialize()
