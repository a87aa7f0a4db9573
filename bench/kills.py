"""A thousand calls exported and erased, killed once at each request: what comes of it is the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from unittest import mock

from bench import erasures
from bench.killpoints.scene import Scene, playing
from chalicelib.calling import erasure
from chalicelib.core import clock, files, ids, runs
from chalicelib.core.subjects import Subject
from chalicelib.privacy import exports, register
from chalicelib.privacy.models import Request
from chalicelib.providers import twilio
from tests.calling import past_calls
from tests.calling.exported import stored
from tests.harness.killpoints import Case, deaths, run
from tests.privacy.asked import Archive, work

ITEMS = 1_000
SMALL_PART_BYTES, FEW_ROWS = 20_000, 200
"""So that a thousand rows are several parts of several files."""


@dataclass(frozen=True)
class Killed:
    """At how many requests, and after how many of these something else came of it."""

    points: int
    different: int


def kill_exports() -> Killed:
    """Each time another request of the same account's: its calls' files must be the same to the byte."""
    with playing() as scene:
        account_id = past_calls.account(erasures.AGE)
        erasures.fill(account_id, ITEMS)
        return _kill(lambda: _export(scene, Subject(ids.new("usr", clock.now()), account_id)))


def kill_erasures() -> Killed:
    """Each time another account: nothing of it may be left, and nothing missing of somebody else's."""
    with playing(), mock.patch.object(twilio, "delete_call", return_value=True):
        other = past_calls.account(erasures.AGE)
        erasures.fill(other, ITEMS // 10)
        return _kill(lambda: _erasure(other))


def _kill(make: Callable[[], Case]) -> Killed:
    expected, requests = run(make)
    found = [death.outcome != expected for death in deaths(make, requests, moments=("before",))]
    return Killed(len(found), sum(found))


def _export(scene: Scene, subject: Subject) -> Case:
    request, _ = register.receive(subject, "access", waive_grace=True)
    exports.begin(request)

    def act() -> None:
        work(SMALL_PART_BYTES, FEW_ROWS)
        if register.reload(request).state == "in_progress":
            # The next run that has the file comes when the lease of the killed one is over.
            scene.clock.advance(timedelta(seconds=runs.LEASE_SECONDS + 1))
            work(SMALL_PART_BYTES, FEW_ROWS)

    return Case(act, lambda: _checksums(request))


def _checksums(request: Request) -> object:
    [content] = stored(request.account_id).values()
    archive = Archive(content)
    told = {
        one["path"]: (one["rows"], one["sha256"])
        for one in archive.index["files"]
        if one["path"].startswith("call_record/")
    }
    files.erase(exports.DATA, request.account_id, request.id)
    return register.reload(request).state, told


def _erasure(other: str) -> Case:
    account_id = past_calls.account(erasures.AGE)
    erasures.fill(account_id, ITEMS)

    def act() -> None:
        erased = erasure.erase(account_id, set())
        while erased.go_on:
            erased = erased.go_on()

    return Case(act, lambda: (erasure.count(account_id, set()), erasure.count(other, set())))
