"""The embedded AWS: what it keeps, and where it listens."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from infra.local.embedded_aws import REGION, EmbeddedAws
from tests.infra.local.runner import wait_until
from tests.infra.local.sockets import free_ports, listening_addresses


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[EmbeddedAws]:
    embedded = EmbeddedAws(free_ports(1), tmp_path, save_every_seconds=0.2)
    yield embedded
    embedded.stop()


def _put(aws: EmbeddedAws, name: str) -> None:
    boto3.Session("test", "test", region_name=REGION).client("ssm", endpoint_url=aws.url).put_parameter(
        Name=name, Value="1", Type="String", Overwrite=True
    )


def _names(aws: EmbeddedAws) -> list[str]:
    client = boto3.Session("test", "test", region_name=REGION).client("ssm", endpoint_url=aws.url)
    return sorted(parameter["Name"] for parameter in client.describe_parameters()["Parameters"])


def test_a_clean_stop_keeps_the_state_and_says_nothing(aws: EmbeddedAws) -> None:
    assert aws.start() is None
    _put(aws, "kept")
    assert aws.stop()
    assert aws.start() is None
    assert _names(aws) == ["kept"]


def test_a_killed_one_starts_from_its_last_saved_state_and_says_so(aws: EmbeddedAws) -> None:
    aws.start()
    _put(aws, "saved")
    saved = aws.folder / "state" / "ssm.json"
    wait_until(lambda: saved.exists() and "saved" in saved.read_text())
    _kill(aws)
    assert not aws.is_running()
    warning = aws.start()
    assert warning
    assert re.search(
        r"not stopped cleanly: .* last saved state, of 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC\.", warning
    )
    assert _names(aws) == ["saved"]


def test_one_killed_before_any_save_starts_empty_and_says_so(tmp_path: Path) -> None:
    aws = EmbeddedAws(free_ports(1), tmp_path, save_every_seconds=60)
    aws.start()
    _put(aws, "lost")
    _kill(aws)
    warning = aws.start()
    assert warning
    assert "starts empty" in warning
    assert _names(aws) == []
    assert aws.stop()


def test_it_saves_and_ends_by_itself_when_its_runner_is_gone(aws: EmbeddedAws) -> None:
    aws.start()
    _put(aws, "kept")
    process = aws._process
    assert process
    assert process.stdin
    process.stdin.close()  # as the death of its runner does
    assert process.wait(20) == 0
    assert aws.start() is None
    assert _names(aws) == ["kept"]


def test_it_listens_on_this_machine_alone(aws: EmbeddedAws) -> None:
    aws.start()
    pid = aws.pid()
    assert pid
    assert listening_addresses(pid) == {("127.0.0.1", aws.port)}


def _kill(aws: EmbeddedAws) -> None:
    pid = aws.pid()
    assert pid
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not aws.is_running())
