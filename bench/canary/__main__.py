"""`python -m bench.canary [profile ...]`: canaries everywhere, a deletion, and a search for them.

The deletion runs in this process: the workflow's own definition over the real steps, on a virtual clock.
"""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from unittest import mock

from bench.canary.planting import Nest, hatch
from bench.canary.search import misplaced, places
from chalicelib.core import clock
from chalicelib.core.subjects import Subject
from chalicelib.policy import profile
from chalicelib.privacy import register
from chalicelib.privacy.models import Request
from tests.harness.lambda_door import application
from tests.harness.logged import logged
from tests.harness.mailbox import open_mailbox
from tests.harness.offering import obeying
from tests.harness.stage import Stage, running_stage
from tests.privacy.machine import Machine


@dataclass
class Time:
    """A clock that only the deletion moves."""

    moment: datetime = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


@dataclass(frozen=True)
class Found:
    """How many canaries there were, which were found before the deletion, and where any still is."""

    planted: int
    seen_before: int
    misplaced: list[str]
    days: float


def look(id: str) -> Found:
    """One deletion under one policy."""
    application()
    time = Time()
    with (
        obeying(id),
        mock.patch.object(clock, "now", time.now),
        running_stage() as stage,
        redirect_stdout(StringIO()) as printed,
        logged() as log,
        open_mailbox() as mailbox,
    ):
        nest = hatch(stage)
        before = "".join(text for _, text in places(stage, mailbox, ""))
        seen = sum(one.word in before for one in nest.canaries)
        request = _delete(nest, stage, time)
        found = list(places(stage, mailbox, log.getvalue() + printed.getvalue()))
        left = misplaced(nest, request, found)
    days = (time.moment - Time().moment) / timedelta(days=1)
    return Found(len(nest.canaries), seen, left, days)


def _delete(nest: Nest, stage: Stage, time: Time) -> Request:
    """From asking, through the whole grace, to the certificate."""
    subject = Subject(nest.planted.user_id, nest.planted.account_id)
    time.advance(timedelta(hours=1))
    stage.carrier.deliver_due()  # the code call has ended long since
    request, _ = register.receive(subject, "deletion", waive_grace=False)
    given = {"account_id": subject.account_id, "user_id": subject.user_id, "request_id": request.id}
    ended = Machine(time).run({"request": {**given, "attempt": 1}})
    assert ended == "Certified", ended
    return register.reload(request)


def main() -> None:
    """Each policy named, or all of them; fails where any canary is left."""
    wrong = 0
    for id in sys.argv[1:] or profile.known():
        found = look(id)
        wrong += bool(found.misplaced) or found.seen_before != found.planted
        print(
            f"canary: {id}: {found.planted} canaries, {found.seen_before} seen before,"
            f" {len(found.misplaced)} misplaced after {found.days:.0f} days",
            *found.misplaced,
            sep="\n  ",
        )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
