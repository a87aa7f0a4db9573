"""Operators' commands get the environment of the stage that they name."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import pytest

from chalicelib.core import settings
from infra import operate


def test_a_laptops_commands_go_to_the_running_service(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORT", "9100")
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    found = operate.environment("local")
    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9101"
    assert found["CLOCK_FILE"] == str(tmp_path / "clock")
    assert settings.load(found).local


def test_a_stages_environment_is_asked_of_its_own_function() -> None:
    lambdas = mock.Mock()
    lambdas.get_function_configuration.return_value = {"Environment": {"Variables": {"STAGE": "kinvo"}}}
    with mock.patch.object(boto3, "client", return_value=lambdas) as client:
        assert operate.environment("kinvo") == {"STAGE": "kinvo"}
    client.assert_called_once_with("lambda")
    lambdas.get_function_configuration.assert_called_once_with(FunctionName="vowline-kinvo-daily")


def test_the_command_runs_there_with_its_arguments_and_without_log_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: dict[str, Any] = {}

    def run_module(name: str, run_name: str) -> None:
        seen.update(name=name, arguments=sys.argv[1:])
        seen.update(stage=os.environ["STAGE"], level=os.environ["LOG_LEVEL"])

    monkeypatch.setattr(operate, "environment", lambda stage: {"STAGE": stage})
    monkeypatch.setattr(runpy, "run_module", run_module)
    with mock.patch.dict(os.environ), mock.patch.object(sys, "argv", ["python"]):
        operate.main(["--stage", "local", "explain", "acc_1"])
    assert seen == {
        "name": "infra.money",
        "arguments": ["explain", "acc_1"],
        "stage": "local",
        "level": "ERROR",
    }


def test_an_unknown_stage_is_said_to_be_none() -> None:
    with pytest.raises(SystemExit, match="There is no stage elsewhere"):
        operate.main(["--stage", "elsewhere", "check"])


def test_an_unknown_command_names_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    for given in (["chek"], []):
        with pytest.raises(SystemExit) as ended:
            operate.main(["--stage", "local", *given])
        assert ended.value.code == 2
        assert "audit, check, explain" in capsys.readouterr().err
