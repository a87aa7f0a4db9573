"""The schedules under each policy: also where there is nothing to reconcile, for want of credit or calls."""

from __future__ import annotations

import pytest

from chalicelib.policy import profile
from tests.harness.lambda_door import run_schedule
from tests.harness.offering import obeying
from tests.harness.stage import Stage


@pytest.mark.parametrize("id", profile.known())
def test_every_schedule_runs_under_every_policy(id: str, stage: Stage) -> None:
    with obeying(id) as policy:
        for name in ("sweep", "exports"):
            run_schedule(name)
        done = run_schedule("daily")
    assert ("reconciler" in done) is ("books" in done) is ("credit" in policy.offers)
    assert ("margins" in done) is ("calling" in policy.offers)
    assert {"watchdog", "expired items"} <= set(done)
