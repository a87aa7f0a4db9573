"""Kill points: every writing entry has a sweep, and a sweep tells lost and doubled from right."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from unittest import mock

import pytest

from bench.killpoints import running
from bench.killpoints.running import missing, sweep_one
from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import SWEEPS, Sweep
from chalicelib.core import clock, doors, ids
from chalicelib.core.doors import Door
from chalicelib.money import orders, preference_routes
from chalicelib.money.ledger import Movement, book
from tests.harness.killpoints import Case

numbers = itertools.count()


@pytest.fixture
def planted(request: pytest.FixtureRequest) -> Iterator[int]:
    """The number of a sweep that stands for a handler as it must not be."""
    with mock.patch.object(running, "SWEEPS", [Sweep("planted", "", request.param, alone=False)]):
        yield 0


def book_anew(scene: Scene) -> Case:
    """Each time under another cause."""
    payer = scene.payer()

    def act() -> None:
        book(payer.account_id, Movement("topup", f"pi_{next(numbers)}", clock.now(), 1))

    return Case(act, lambda: scene.outcome(payer.account_id))


def mark_first(scene: Scene) -> Case:
    """What is marked as done is not done again."""
    payer, marker = scene.payer(), ids.new("ord", clock.now())

    def act() -> None:
        if orders.find(marker) is None:
            orders.write(scene.payer().account_id, 1, marker)
            book(payer.account_id, Movement("topup", "pi_1", clock.now(), 1))

    return Case(act, lambda: scene.outcome(payer.account_id))


def test_every_writing_entry_of_money_and_calling_has_a_sweep() -> None:
    assert missing() == []


def test_an_entry_without_a_sweep_is_told_by_its_name() -> None:
    view = preference_routes.put_limits
    forgotten = Door(method="PUT", path="/api/forgotten", view=view, answers={})
    with mock.patch.object(doors, "DOORS", [*doors.DOORS, forgotten]):
        assert missing() == ["PUT /api/forgotten writes and has no sweep"]
    with mock.patch.object(running, "SWEEPS", SWEEPS[1:]):
        [told] = missing()
    assert told == f"{SWEEPS[0].entry} writes and has no sweep"


@pytest.mark.parametrize("planted", [book_anew], indirect=True)
def test_what_is_done_twice_is_told_as_doubled(planted: int) -> None:
    swept = sweep_one(planted)
    assert swept.doubled
    assert not swept.lost


@pytest.mark.parametrize("planted", [mark_first], indirect=True)
def test_what_is_marked_before_it_is_done_is_told_as_lost(planted: int) -> None:
    swept = sweep_one(planted)
    assert swept.lost
    assert not swept.doubled


@pytest.mark.parametrize(
    "name",
    [
        "before its payment",
        "withdrawn, first of all",
        "given up before",
        "without a card",
        "a reset",
        "a confirmed address",
    ],
)
def test_some_entries_survive_every_death(name: str) -> None:
    [number] = [number for number, sweep in enumerate(SWEEPS) if sweep.name == name]
    swept = sweep_one(number)
    assert swept.points > 4
    assert swept.lost + swept.doubled == []
