"""Somebody who asks for their data, and the file that they get."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import Any
from unittest import mock
from zipfile import ZipFile

from moto.s3 import models

from chalicelib.core import files
from chalicelib.privacy import exports, register
from chalicelib.privacy.models import Request
from tests.harness.browser import Browser
from tests.harness.lambda_door import Answer, run_schedule

REQUESTS = "/api/privacy/requests"
TINY = 2_000


def work(part_bytes: int = files.PART_BYTES, rows: int = exports.ROWS) -> dict[str, int]:
    """One minute's run, in parts that may be so small that no real S3 would take them."""
    with (
        mock.patch.object(files, "PART_BYTES", part_bytes),
        mock.patch.object(exports, "ROWS", rows),
        mock.patch.object(models, "S3_UPLOAD_PART_MIN_SIZE", 1),
    ):
        return dict((run_schedule("exports") or {})["data"])


def fetch(link: str) -> bytes:
    import requests  # what moto listens to

    answer = requests.get(link, timeout=5)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return answer.content


class Asked:
    """A request for a file, as its person sees it."""

    def __init__(self, browser: Browser, type: str = "access") -> None:
        self.browser = browser
        me = browser.get("/api/me").json
        self.account_id, self.user_id, self.email = me["account_id"], me["user_id"], me["email"]
        answer = browser.post(REQUESTS, {"type": type})
        assert answer.status in (200, 201), answer.text
        self.id = str(answer.json["id"])

    @property
    def path(self) -> str:
        return f"{REQUESTS}/{self.id}"

    def request(self) -> Request:
        found = register.get(self.account_id, self.id)
        assert found
        return found

    def state(self) -> str:
        return str(self.browser.get(self.path).json["state"])

    def see(self) -> dict[str, Any]:
        answer = self.browser.get(f"{self.path}/export")
        assert answer.status == 200, answer.text
        return dict(answer.json)

    def fetch(self) -> Archive:
        """The file, as whoever has its link gets it."""
        return Archive(fetch(self.see()["link"]))

    def offer(self) -> Answer:
        return self.browser.post(f"{self.path}/transmission")


class Archive:
    """What is in a file; opening it checks every member's checksum, by the ZIP and by the index."""

    def __init__(self, content: bytes) -> None:
        self._zip = ZipFile(io.BytesIO(content))
        assert self._zip.testzip() is None
        self.names = self._zip.namelist()
        assert len(set(self.names)) == len(self.names)
        self.index = json.loads(self.text("index.json"))
        told = {one["path"]: one for one in self.index["files"]}
        assert {*told, "index.json"} == set(self.names)
        for path, one in told.items():
            body = self._zip.read(path)
            assert (len(body), hashlib.sha256(body).hexdigest()) == (one["bytes"], one["sha256"])

    def text(self, name: str) -> str:
        return self._zip.read(name).decode()

    def everything(self) -> str:
        return "\n".join(self.text(name) for name in self.names)

    def rows(self, extract: str) -> list[dict[str, Any]]:
        """All rows of an extract, in order, from as many files as it has."""
        found: list[dict[str, Any]] = []
        for path in self._paths(extract, "json"):
            rows = json.loads(self.text(path))
            [told] = [one for one in self.index["files"] if one["path"] == path]
            assert told["rows"] == len(rows)
            found += rows
        return found

    def cells(self, extract: str) -> list[dict[str, str]]:
        """The same from the spreadsheets."""
        return [
            row
            for path in self._paths(extract, "csv")
            for row in csv.DictReader(io.StringIO(self.text(path), newline=""))
        ]

    def schema(self, extract: str) -> dict[str, Any]:
        return dict(json.loads(self.text(f"schema/{extract}.schema.json")))

    def _paths(self, extract: str, ending: str) -> list[str]:
        folders = [
            name for name in self.names if name.endswith(f".{ending}") and not name.startswith("schema")
        ]
        return [name for name in folders if name.rpartition("/")[2].split(".")[0].split("-")[0] == extract]
