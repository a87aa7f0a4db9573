"""One running service, the processes that it is made of, and its visitors."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from infra.local.embedded_aws import REGION
from infra.local.visitor import Visitor, wait_for
from tests.infra.local.runner import Runner

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import ExecutionListItemTypeDef

LAST_SAVED = "The embedded AWS was not stopped cleanly: it starts from its last saved state, of "


class House:
    """`make run` with its state in `folder`, started again as often as a test wants."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self.folder = folder
        self._visitors: list[Visitor] = []
        self.runner = self._start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def newcomer(self) -> Visitor:
        """Somebody who has just signed up, and in."""
        who = Visitor(self.origin)
        self._visitors.append(who)
        assert who.sign_up().status_code == 202
        wait_for(who.mails, bool)
        assert who.verify().status_code == 204
        assert who.sign_in().status_code == 200
        return who

    def restart(self) -> None:
        assert self.runner.stop() == 0
        self.runner = self._start()

    def kill_workers(self, count: int) -> int:
        """SIGKILL for so many of the processes that hold the application; how many there were."""
        pids = self.runner.pids_of("infra.local.worker")[:count]
        _kill(pids)
        return len(pids)

    def kill_aws(self) -> None:
        _kill(self.runner.pids_of("embedded_aws_process"))

    def kill_everything(self) -> None:
        """SIGKILL for all at once, the embedded AWS first: it would save when its runner is gone."""
        aws = self.runner.pids_of("embedded_aws_process")
        assert aws
        _kill([*aws, *(pid for pid in self.runner.pids() if pid not in aws)])
        assert self.runner.wait() == -signal.SIGKILL

    def start_again(self) -> None:
        self.runner = self._start()

    def await_save(self) -> None:
        """Back when all that has happened so far is in the embedded AWS's saved state."""
        now = time.time()
        wait_for(self._saved_at, lambda saved_at: saved_at > now)

    def stop(self) -> None:
        for who in self._visitors:
            who.http.close()
        self.runner.stop()

    @contextmanager
    def machines(self) -> Iterator[Machines]:
        session = boto3.Session("test", "test", region_name=REGION)
        client = session.client("stepfunctions", endpoint_url=f"http://127.0.0.1:{self.port + 1}")
        yield Machines(client)
        client.close()

    def _start(self) -> Runner:
        runner = Runner(self.port, self.folder)
        try:
            runner.await_words("is ready")
        except AssertionError:
            status = runner.stop()
            raise AssertionError(f"status {status}: {runner.output}") from None
        return runner

    def _saved_at(self) -> float:
        return max((file.stat().st_mtime for file in (self.folder / "aws/state").glob("*.json")), default=0.0)


class Machines:
    """The executions of the deletion machine."""

    def __init__(self, client: SFNClient) -> None:
        self._client = client

    def statuses(self, request: str) -> list[str]:
        """Of a request's executions, by attempt."""
        return [execution["status"] for execution in self._of(request)]

    def stop_newest(self, request: str) -> None:
        """Its newest execution ends where it is, if it runs."""
        if found := self._of(request):
            self._client.stop_execution(executionArn=found[-1]["executionArn"])

    def _of(self, request: str) -> list[ExecutionListItemTypeDef]:
        [machine] = self._client.list_state_machines()["stateMachines"]
        found = self._client.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
        own = [it for it in found if it["name"].startswith(f"{request}-")]
        return sorted(own, key=lambda it: int(it["name"].rpartition("-")[2]))


def _kill(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
