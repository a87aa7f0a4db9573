"""What one call costs in requests and write units, at any length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from unittest import mock

from bench.meter import measure
from chalicelib.core import clock
from chalicelib.money import errands, holds
from tests.harness import stage
from tests.harness.browser import Browser
from tests.harness.lambda_door import Answer, ask
from tests.harness.mailbox import open_mailbox
from tests.harness.stage import running_stage

LONDON = "+442079460958"
READS = ("GetItem", "Query")
LENGTHS_SECONDS = (1, 300, 7200)


@dataclass(frozen=True)
class CallCost:
    """One call's bill at DynamoDB, its token's too, and the requests that the carrier makes for it."""

    duration_seconds: int
    write_units: int
    read_units: int
    carrier_requests: int
    balance_bytes: int


def measure_calls() -> list[CallCost]:
    """The same call at a second, five minutes and two hours, through the doors and the real clients."""
    with running_stage() as made, open_mailbox() as mailbox:
        browser = Browser(made, mailbox).sign_up().top_up(100_000_000)
        # The receipt's errand, still to be done, would keep the balance in the sweep's index.
        errands.sweep(list(holds.overdue(clock.epoch_seconds(clock.now()))))
        return [_measure(browser, seconds) for seconds in LENGTHS_SECONDS]


def _measure(browser: Browser, seconds: int) -> CallCost:
    webhooks: list[str] = []

    def counted(method: str, path: str, **rest: Any) -> Answer:
        webhooks.append(path)
        return ask(method, path, **rest)

    with measure() as meter, mock.patch.object(stage, "ask", counted):
        token = browser.post("/api/calls/token").json["token"]
        outcome = browser.stage.carrier.place_call(token, LONDON, seconds)
    assert outcome["duration_seconds"] == seconds, outcome
    return CallCost(
        duration_seconds=seconds,
        write_units=meter.write_units,
        read_units=sum(request in READS for request in meter.requests),
        carrier_requests=len(webhooks),
        balance_bytes=meter.largest_bytes["balances"],
    )
