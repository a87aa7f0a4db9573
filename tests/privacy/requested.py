"""A deletion under test: its steps one by one, its machine as a whole, and what the register says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3

from chalicelib.core import clock as service_clock
from chalicelib.privacy import register
from chalicelib.privacy.models import Request
from tests.harness.browser import Browser
from tests.harness.environment import ENVIRONMENT
from tests.privacy.machine import Clock, Machine, run_step

MACHINE_ARN = ENVIRONMENT["DELETION_MACHINE_ARN"]


def executions() -> list[str]:
    """Names of all that were started, by attempt."""
    found = boto3.client("stepfunctions").list_executions(stateMachineArn=MACHINE_ARN)["executions"]
    return sorted((execution["name"] for execution in found), key=lambda name: int(name.rpartition("-")[2]))


def execution_arn(name: str) -> str:
    return f"{MACHINE_ARN.replace(':stateMachine:', ':execution:')}:{name}"


def input_of(name: str) -> dict[str, Any]:
    told = boto3.client("stepfunctions").describe_execution(executionArn=execution_arn(name))
    given: dict[str, Any] = json.loads(told["input"])
    return given


def lose(name: str) -> None:
    """The execution ends without its work being done."""
    boto3.client("stepfunctions").stop_execution(executionArn=execution_arn(name))


@dataclass
class Requested:
    """`answer` is what the person was told when they asked."""

    browser: Browser
    clock: Clock
    answer: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.answer["id"])

    @property
    def input(self) -> dict[str, Any]:
        """What the newest execution was started with."""
        return input_of([name for name in executions() if name.startswith(self.id)][-1])

    def now(self) -> Request:
        """The register's item."""
        given = input_of(f"{self.id}-1")["request"]
        request = register.get(given["account_id"], self.id)
        assert request
        return request

    def step(self, name: str, row: str | None = None) -> dict[str, Any]:
        """One task, as the machine would ask it."""
        event = {"step": name, **self.input}
        return run_step(event | ({"row": {"name": row}} if row else {}))

    def until(self, state: str) -> None:
        """Take the steps up to a state: grace or in_progress."""
        self.step("suspend")
        if state == "in_progress":
            self.at_grace_end()
            assert self.step("wait")["outcome"] == "due"
        assert self.now().state == state

    def at_grace_end(self) -> None:
        """Put the clock to the second in which the grace ends."""
        left = service_clock.parse(self.now().grace_ends_at) - service_clock.now()
        # Up, never down: the clock moves in whole seconds.
        self.clock.advance(timedelta(seconds=-(-left // timedelta(seconds=1))))

    def cancel(self) -> int:
        return self.browser.post(f"/api/privacy/requests/{self.id}/cancel").status

    def machine(self) -> Machine:
        return Machine(self.clock)

    def finish(self) -> Machine:
        """Run the newest execution to its end."""
        machine = self.machine()
        assert machine.run(self.input) == "Certified"
        return machine
