"""`python -m bench.canary.live kinvo`: the same run over the packaged functions and real Step Functions.

The project's own template is deployed into an embedded AWS of its own; partners answer over HTTP. The
workflow's history, the log, the queues and the topics are those of AWS, not an interpreter's.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import boto3

from bench.canary import leaks, run, search, verdict
from bench.canary.partners import store_of
from bench.canary.person import Person
from bench.canary.search import Spot
from bench.canary.words import Canary
from chalicelib.core import clock, settings
from chalicelib.money import ledger
from chalicelib.privacy import executions
from chalicelib.privacy.models import Request
from infra.local import embedded_aws
from infra.local.carrier import Carrier
from infra.local.laptop import Laptop
from infra.local.payments import Payments
from tests.end_to_end.deployed import Deployed, deploy
from tests.infra.local.sockets import free_ports

SCHEDULES = ("sweep", "exports", "daily")
WAIT_SCALE = 0.00001
"""A day of the workflow's waiting takes less than a second."""
PATIENCE_SECONDS = 120
MOST_DAYS = timedelta(days=12)
"""For grace and erasing, on the functions' clock."""
DEPLOYED_PLACES = ("a queue", "a topic", "an execution's input", "an open upload")
"""Where a leak is planted when all is done: the search of these has to see it here, too."""
STATE = {".db", ".db-wal", ".db-shm"}
"""The partners' own memory, which is searched document by document."""


@dataclass
class Live:
    """One deployed service."""

    deployed: Deployed
    began: datetime
    how = "deployed: the packaged functions, and Step Functions' own history"

    @property
    def payments(self) -> Payments:
        return self.deployed.payments

    @property
    def carrier(self) -> Carrier:
        return self.deployed.carrier

    def settle_payments(self, account_id: str) -> None:
        self.deployed.stand_ins.deliveries.wake()
        _await(lambda: ledger.funds(account_id).available_micros > 0, "a payment's webhook")

    def now(self) -> datetime:
        return clock.now()

    def advance(self, by: timedelta) -> None:
        """The functions' clock goes ahead, and the schedules run each ten days."""
        left = by
        while left > timedelta():
            step = min(left, timedelta(days=10))
            self.deployed.schedules.clock.advance(step)
            left -= step
            if step >= timedelta(days=1):
                self.run("sweep")
                self.run("daily")

    def run(self, schedule: str) -> None:
        functions = dict(zip(SCHEDULES, self.deployed.schedules.functions, strict=True))
        replace(self.deployed.schedules, functions=(functions[schedule],)).run()

    def delete(self, request: Request) -> None:
        """The execution goes its own way while hours pass; then on to the end of the thirty days."""
        assert executions.start(request)

        def ended() -> bool:
            if self.now() < self.began + MOST_DAYS:  # a machine that is slow must not live through months
                self.deployed.schedules.clock.advance(timedelta(hours=6))
            return executions.status(request) != "RUNNING"

        _await(ended, "the workflow", 0.3)
        assert executions.status(request) == "SUCCEEDED", executions.status(request)
        self.advance(self.began + timedelta(days=30, hours=3) - self.now())

    def spots(self) -> Iterator[Spot]:
        """All that there is, wherever it lies."""
        yield from search.in_tables()
        yield from search.in_objects()
        yield from search.in_queues()
        yield from search.in_executions()
        yield from search.in_histories()
        yield from _log()
        yield from search.in_stand_in("stripe", store_of(self.payments))
        yield from search.in_stand_in("twilio", store_of(self.carrier))
        self.deployed.mailbox.collect()
        for mail in self.deployed.mailbox.items():
            yield Spot(
                "mailbox", mail["subject"], "\n".join((mail["subject"], mail["text"], mail["html"] or ""))
            )
        folder = self.deployed.laptop.folder
        yield from search.in_files(
            folder, without=STATE | {str(folder / "aws/state"), str(folder / "aws/s3")}
        )


def _log() -> Iterator[Spot]:
    """Every line that the functions wrote."""
    client: Any = boto3.client("logs")
    for group in client.get_paginator("describe_log_groups").paginate().search("logGroups"):
        for event in (
            client.get_paginator("filter_log_events")
            .paginate(logGroupName=group["logGroupName"])
            .search("events")
        ):
            yield from search.in_lines(event["message"])


def _await(true: Callable[[], bool], what: str, every_seconds: float = 0.1) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, f"{what} took too long"
        time.sleep(every_seconds)


def look(id: str, folder: Path) -> run.Found:
    """A run of one policy, in a state folder of its own."""
    with ExitStack() as running:
        laptop = Laptop(free_ports(4), id, folder)
        running.enter_context(mock.patch.dict(os.environ, laptop.workers_environment()))
        settings.current.cache_clear()
        running.enter_context(mock.patch.object(embedded_aws, "WAIT_SCALE", WAIT_SCALE))
        live = Live(deploy(laptop, running), clock.now())
        found = run.look(live)
        found.wrong += _blind(live)
        return found


def _blind(live: Live) -> list[str]:
    """What is planted where only a deployed service has such places, and the search does not see."""
    person = Person("ada", leaves=True, at=live.now())
    for place in DEPLOYED_PLACES:
        leaks.AFTER[place][0](live, person)
    words = [
        Canary(person.email, "", "User", "email", ""),
        Canary(person.account_id, "", "User", "account_id", ""),
    ]
    told = [str(hit) for hit in verdict.hits(words, live.spots())]
    expected = {place: leaks.AFTER[place][1] for place in DEPLOYED_PLACES}
    return [
        f"a leak planted in {place} is not found"
        for place, begins in expected.items()
        if not any(one.startswith(begins) for one in told)
    ]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="vowline-canary-") as folder:
        found = look(sys.argv[1], Path(folder))
    print(f"canary: {sys.argv[1]}: {found}", *found.wrong, sep="\n  ")
    sys.exit(1 if found.wrong else 0)


if __name__ == "__main__":
    main()
