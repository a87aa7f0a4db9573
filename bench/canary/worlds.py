"""The service of a run in this process: its AWS in memory, its partners as stand-ins, its own clock."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from unittest import mock

from bench.canary import search
from bench.canary.partners import store_of
from bench.canary.search import Spot
from chalicelib.core import clock
from chalicelib.privacy import executions
from chalicelib.privacy.models import Request
from chalicelib.providers import google
from infra.local.carrier import Carrier
from infra.local.google import Google
from infra.local.payments import Payments
from tests.app import at_google
from tests.harness.lambda_door import application, run_schedule
from tests.harness.logged import logged
from tests.harness.mailbox import Mailbox, open_mailbox
from tests.harness.offering import obeying
from tests.harness.stage import Stage, running_stage
from tests.privacy import machine
from tests.privacy.machine import Document, Machine

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS = 30


@dataclass
class World:
    """One run; `history` is what the workflow's states got and gave."""

    stage: Stage
    mailbox: Mailbox
    google: Google
    folder: Path
    log: StringIO
    printed: StringIO
    moment: datetime = START
    history: list[Document] = field(default_factory=list)
    every_days: int = 1
    how = "in process: the workflow's own definition, followed by an interpreter"

    @property
    def payments(self) -> Payments:
        return self.stage.payments

    @property
    def carrier(self) -> Carrier:
        return self.stage.carrier

    def settle_payments(self, _: str) -> None:
        self.stage.settle_payments()

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        """Time goes by, and each day's schedules run on their day."""
        until = self.moment + by
        while self.moment < until:
            evening = self.moment.replace(hour=0) + DAY
            self.moment = min(evening, until)
            if self.moment == evening and (evening - START).days % self.every_days == 0:
                self.run("daily")
                self.run("sweep")

    def run(self, schedule: str) -> None:
        run_schedule(schedule)

    def delete(self, request: Request) -> None:
        """Through the whole grace to the certificate, then on to the end of the thirty days."""
        executions.start(request)
        given = {"account_id": request.account_id, "user_id": request.user_id, "request_id": request.id}
        with mock.patch.object(machine, "run_step", self._step):
            ended = Machine(self).run({"request": {**given, "attempt": 1}})
        assert ended == "Certified", ended
        self.advance(START + DAYS * DAY - self.moment)

    def _step(self, event: Document) -> Document:
        answered = RUN_STEP(event)
        self.history.append(
            {"type": event["step"], "input": json.dumps(event), "output": json.dumps(answered)}
        )
        return answered

    def spots(self) -> Iterator[Spot]:
        """All that there is, wherever it lies."""
        yield from search.in_tables()
        yield from search.in_objects()
        yield from search.in_queues()
        yield from search.in_executions()
        for one in self.history:
            yield Spot("workflow history", one["type"], json.dumps(one))
        yield from search.in_lines(self.log.getvalue() + self.printed.getvalue())
        yield from search.in_stand_in("stripe", store_of(self.stage.payments))
        yield from search.in_stand_in("twilio", store_of(self.stage.carrier))
        yield from search.in_stand_in("google", self.google.store)
        for mail in self.mailbox.all():
            yield Spot("mailbox", mail.subject, "\n".join((mail.subject, mail.text, mail.html)))
        yield from search.in_files(self.folder)


RUN_STEP = machine.run_step


@contextmanager
def running(id: str, *, every_days: int = 1) -> Iterator[World]:
    """A service under one policy, whose schedules run each so many days."""
    application()
    issuer = at_google.issuer()
    with (
        tempfile.TemporaryDirectory(prefix="vowline-canary-") as folder,
        mock.patch.object(tempfile, "tempdir", folder),
        obeying(id),
        redirect_stdout(StringIO()) as printed,
        logged() as log,
        running_stage() as stage,
        open_mailbox() as mailbox,
        mock.patch.object(google, "_pool", return_value=issuer),
    ):
        world = World(stage, mailbox, issuer.google, Path(folder), log, printed, every_days=every_days)
        with mock.patch.object(clock, "now", world.now):
            yield world
