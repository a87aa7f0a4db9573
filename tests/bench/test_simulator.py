"""Weeks of faults over many seeds, in this suite too; and one seed tells the same story each time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from unittest import mock

import pytest

from bench.simulator import __main__ as simulator
from bench.simulator import checks, rest
from bench.simulator.world import World
from chalicelib.money import ledger
from chalicelib.money.funds import Funds
from tests.bench.running import run_proof

SEED = 4


@pytest.fixture
def stories() -> Iterator[list[object]]:
    """The books of every account each time that a run comes to rest."""
    kept: list[object] = []
    check = rest.check_rest

    def keep(world: World) -> None:
        kept.append([checks.look(account_id) for account_id in [*world.everyone, ledger.SUSPENSE]])
        check(world)

    with mock.patch.object(simulator, "check_rest", keep):
        yield kept


def test_a_seed_replays_to_the_last_entry(stories: list[object]) -> None:
    runs = [simulator.simulate(SEED, 60) for _ in range(2)]
    assert [run.violation for run in runs] == [None, None]
    assert stories[0] == stories[1]


def test_a_machine_that_stalls_tells_the_same_story(stories: list[object]) -> None:
    simulator.simulate(SEED, 60)
    moments = itertools.count(step=6.0)  # seconds from one look to the next: whatever is in a hurry gives up
    with mock.patch("time.monotonic", side_effect=moments):
        simulator.simulate(SEED, 60)
    assert stories[0] == stories[1]


def test_a_violation_is_told_with_its_seed_and_what_was_done_last() -> None:
    """Planted: whoever is charged keeps what was held, so that credit grows."""
    change_of = ledger._change_of

    def forget(before: Funds, movement: ledger.Movement | None, *rest: object) -> object:
        return change_of(before, None if movement and movement.kind == "call" else movement, *rest)  # type: ignore[arg-type]

    with mock.patch.object(ledger, "_change_of", forget):
        runs = [simulator.simulate(seed, 100) for seed in range(1, 6)]
    broken = [run for run in runs if run.violation]
    assert broken
    assert all("on the balance" in str(run.violation) for run in broken), broken
    assert all(run.story for run in broken)


@pytest.mark.proof
def test_twenty_thousand_faulted_steps_break_no_promise() -> None:
    told = run_proof("simulator", "--steps", "20000", seconds=1200)
    assert "20000 steps over 200 seeds, 0 violations" in told


def test_a_thousand_faulted_steps_break_no_promise() -> None:
    told = run_proof("simulator", "--steps", "1000")
    assert "1000 steps over 10 seeds, 0 violations" in told
