"""Schedules that are run when the clock is moved."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from botocore.config import Config

from infra.local.clock_file import ClockFile
from infra.local.embedded_aws import REGION
from infra.local.schedules import MOST_STEPS, ScheduleFailed, Schedules
from tests.infra.local.sockets import free_ports


class Functions:
    """Notes who was invoked and at what time of the service; `broken` ones fail."""

    def __init__(self, broken: str = "") -> None:
        self.invoked: list[tuple[str, datetime]] = []
        self._broken = broken

    def invoke(self, *, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 - the client's own names
        self.invoked.append((FunctionName, datetime.fromisoformat(json.loads(Payload)["time"])))
        failed = {"FunctionError": "Unhandled"} if FunctionName == self._broken else {}
        return {"Payload": io.BytesIO(rb'{"errorMessage": "no"}'), **failed}


def _schedules(functions: Functions, folder: Path) -> Schedules:
    return Schedules(("sweep", "daily"), cast("Any", functions), ClockFile(folder / "clock"))


def test_a_short_jump_runs_each_schedule_once_after_it(tmp_path: Path) -> None:
    functions = Functions()
    schedules = _schedules(functions, tmp_path)
    schedules.advance(timedelta(minutes=5))
    assert [name for name, _ in functions.invoked] == ["sweep", "daily"]
    assert schedules.clock.offset_seconds() == 300


def test_each_day_of_a_jump_has_its_own_run(tmp_path: Path) -> None:
    functions = Functions()
    schedules = _schedules(functions, tmp_path)
    schedules.advance(timedelta(days=7, hours=1))
    days = [at for name, at in functions.invoked if name == "daily"]
    assert len(days) == 8
    assert all(
        timedelta(hours=20) < later - earlier < timedelta(hours=24) for earlier, later in pairwise(days)
    )
    assert schedules.clock.offset_seconds() == 7 * 86_400 + 3_600


def test_a_very_long_jump_takes_a_bounded_number_of_runs(tmp_path: Path) -> None:
    functions = Functions()
    schedules = _schedules(functions, tmp_path)
    schedules.advance(timedelta(days=3650))
    assert len(functions.invoked) == 2 * MOST_STEPS
    assert schedules.clock.offset_seconds() == 3650 * 86_400


def test_a_schedule_that_fails_says_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(ScheduleFailed, match=r'daily: \{"errorMessage": "no"\}'):
        _schedules(Functions(broken="daily"), tmp_path).run()


def test_an_embedded_aws_that_is_away_fails_the_schedule(tmp_path: Path) -> None:
    away = boto3.Session("test", "test", region_name=REGION).client(
        "lambda", endpoint_url=f"http://127.0.0.1:{free_ports(1)}", config=Config(retries={"max_attempts": 0})
    )
    with pytest.raises(ScheduleFailed, match="sweep: Could not connect"):
        Schedules(("sweep",), away, ClockFile(tmp_path / "clock")).run()
