"""The schedules under each policy: also where there is nothing to reconcile, for want of credit or calls."""

from __future__ import annotations

import pytest

from chalicelib.money import aging, books
from chalicelib.policy import profile
from chalicelib.privacy import closings, expiry, kinds
from infra import stages
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


def test_the_days_rounds_leave_time_for_its_other_work() -> None:
    """However large all tables are by then."""
    tables = len({kind.model.Meta.table_name for kind in kinds.kinds()})
    rounds = closings.SECONDS + books.SECONDS + 2 * aging.SECONDS
    rounds += tables * (expiry.SWEEP_SECONDS + expiry.SHORTEN_SECONDS)
    daily = stages.configuration()["lambda_functions"]["daily"]["lambda_timeout"]
    assert 0 < rounds <= daily - 180
