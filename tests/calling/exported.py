"""One person's file of calls, asked for although it would fit into an answer, and in small parts."""

from __future__ import annotations

from typing import Any
from unittest import mock

import boto3
from moto.s3 import models

from chalicelib.calling import csv_export
from chalicelib.core import files, vault
from tests.harness.browser import Browser
from tests.harness.environment import ENVIRONMENT
from tests.harness.lambda_door import run_schedule

TINY = 300
"""Two rows are more than that."""


class Exported:
    """What a browser does until it has the file, and what lies in the bucket."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.account_id = browser.account_id
        self.id = ""

    def ask(self, **query: str) -> dict[str, Any]:
        """Ask for the spreadsheet; it is too long for an answer."""
        with mock.patch.object(csv_export, "LARGEST_BYTES", 0):
            answer = self.browser.get("/api/calls.csv", **query)
        assert answer.status == 202, answer.text
        self.id = answer.json["id"]
        assert answer.headers["location"] == f"/api/calls/exports/{self.id}"
        return dict(answer.json)

    def see(self) -> dict[str, Any]:
        answer = self.browser.get(f"/api/calls/exports/{self.id}")
        assert answer.status == 200, answer.text
        return dict(answer.json)

    def fetch(self) -> str:
        """The file, as whoever has its link gets it."""
        return str(fetch(self.see()["link"]))


def fetch(link: str) -> str:
    import requests  # what moto listens to

    answer = requests.get(link, timeout=5)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="calls.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return answer.content.decode()


def work(part_bytes: int = TINY) -> dict[str, int]:
    """One minute's run, in parts so small that no real S3 would take them."""
    with (
        mock.patch.object(files, "PART_BYTES", part_bytes),
        mock.patch.object(models, "S3_UPLOAD_PART_MIN_SIZE", 1),
    ):
        return dict((run_schedule("exports") or {})["calls"])


def stored(account_id: str) -> dict[str, bytes]:
    """Somebody's files by key."""
    s3 = boto3.client("s3")
    bucket = ENVIRONMENT["EXPORTS_BUCKET"]
    found = s3.list_objects_v2(Bucket=bucket, Prefix=f"{account_id}/").get("Contents", [])
    return {one["Key"]: s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in found}


def open_uploads(account_id: str) -> int:
    return vault.count(account_id) - len(stored(account_id))
