"""The functions that a schedule starts, run when the clock is moved by hand or the service starts."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError

from infra.local.clock_file import ClockFile
from infra.local.events import ACCOUNT_ID

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# A jump of a year is taken in this many steps at most, each with one run of every schedule.
MOST_STEPS = 31


class ScheduleFailed(Exception):
    """A scheduled function raised or could not be asked; the message holds what was said."""


@dataclass(frozen=True)
class Schedules:
    """`functions` by name, in the order in which they run."""

    functions: tuple[str, ...]
    aws: LambdaClient
    clock: ClockFile

    def advance(self, by: timedelta) -> None:
        """Moves the clock in steps of about a day and runs what was due at each. Raises ScheduleFailed."""
        steps = max(1, min(MOST_STEPS, -(-by // timedelta(days=1))))
        for _ in range(steps - 1):
            self.clock.advance(timedelta(seconds=by.total_seconds() // steps))
            self.run()
        self.clock.advance(by - (steps - 1) * timedelta(seconds=by.total_seconds() // steps))
        self.run()

    def run(self) -> None:
        """Runs every schedule once, now. Raises ScheduleFailed."""
        for function in self.functions:
            try:
                answer = self.aws.invoke(FunctionName=function, Payload=json.dumps(_event(self.clock.now())))
            except BotoCoreError as error:  # the embedded AWS is away
                raise ScheduleFailed(f"{function}: {error}") from error
            if "FunctionError" in answer:
                raise ScheduleFailed(f"{function}: {answer['Payload'].read().decode()}")


def _event(at: datetime) -> dict[str, object]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT_ID,
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "region": "us-east-1",
        "resources": [],
        "detail": {},
    }
