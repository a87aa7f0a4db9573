"""Deletions under kills and outages, in this suite too; and a seed tells the same story each time."""

from __future__ import annotations

from unittest import mock

import pytest

from bench.deletions.__main__ import Run, simulate
from chalicelib.privacy import register, rules, watchdog
from chalicelib.privacy.models import Request
from tests.bench.running import run_proof

KILLED_AND_LOST = 9
CANCELLED = 7


def broken(runs: list[Run]) -> list[str]:
    return [run.violation for run in runs if run.violation]


def test_a_seed_replays_to_the_last_step() -> None:
    first, second = (simulate(KILLED_AND_LOST) for _ in range(2))
    assert broken([first, second]) == []
    assert first.killed
    assert first.executions > 1
    assert first == second


def test_a_cancellation_that_undoes_nothing_is_told() -> None:
    """Planted: the person is told that it is cancelled, and the machine goes on."""
    move = register.move

    def forget(request: Request, to: rules.State, *changes: object) -> Request:
        return request if to == "cancelled" else move(request, to, *changes)  # type: ignore[arg-type]

    with mock.patch.object(register, "move", forget):
        [found] = broken([simulate(CANCELLED)])
    assert "the person was told that it is cancelled" in found


def test_a_deletion_that_is_late_and_that_nobody_hears_of_is_told() -> None:
    """Planted: a machine that is lost is never started again, and nobody is called."""
    with (
        mock.patch.object(watchdog, "ALIVE", {"RUNNING", "ABORTED"}),
        mock.patch.object(register, "escalate", return_value=False),
    ):
        [found] = broken([simulate(KILLED_AND_LOST)])
    assert "it never ended" in found


@pytest.mark.proof
def test_fifty_deletions_under_faults_break_no_promise() -> None:
    told = run_proof("deletions", "--count", "50", seconds=1200)
    assert "deletions: 50 simulated" in told
    assert "0 violations" in told
