"""Whatever happens to a call, in whatever order and however often: one right bill."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.core import clock as service_clock
from tests.calling.stories import Story, Truth
from tests.conftest import Clock

STEPS = ("place", "place", "expire", "settle", "void")
CALLBACKS = ("queued", "initiated", "ringing", "in-progress", "completed")
REPEATS: dict[str, Callable[[tuple[str, ...]], tuple[str, ...]]] = {
    "each twice": lambda told: tuple(word for word in told for _ in range(2)),
    "all over again": lambda told: told + told,
}


def act(story: Story, step: str) -> None:
    steps: dict[str, Callable[[], object]] = {
        "place": story.place,
        "expire": story.expire,
        "settle": story.tell,
        "void": story.fall_back,
    }
    steps[step]()


def bill(story: Story) -> int:
    """The one bill of a call of which everything has been told."""
    story.check_books()
    assert story.held_micros == 0
    assert story.record
    assert (story.record.state, story.record.duration_seconds) == ("charged", 60)
    [(kind, cost)] = story.charges
    assert kind in ("call", "late_charge")
    return cost


def to_the_months_end(clock: Clock) -> None:
    """Seconds before the next month begins."""
    now = service_clock.now()
    following = (now.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0)
    clock.advance(following - now - timedelta(seconds=5))


@pytest.mark.proof
@pytest.mark.parametrize("where", ["within a month", "across its end"])
def test_every_order_of_what_places_and_ends_a_call_bills_it_once(
    truth: Truth, clock: Clock, where: str
) -> None:
    if where == "across its end":
        to_the_months_end(clock)
    bills = set()
    for order in sorted(set(itertools.permutations(STEPS))):
        story = Story(truth, clock)
        for step in order:
            act(story, step)
        story.expire()
        story.end_of_day()
        if order.index("place") < order.index("expire"):
            bills.add(bill(story))
        else:  # no call begins hours after its token was made
            assert (story.record, story.charges, story.held_micros) == (None, [], 0)
    assert len(bills) == 1


@pytest.mark.proof
@pytest.mark.parametrize("repeat", REPEATS)
def test_every_order_of_callbacks_bills_a_call_once(truth: Truth, clock: Clock, repeat: str) -> None:
    bills = set()
    for order in itertools.permutations(CALLBACKS):
        story = Story(truth, clock)
        story.place()
        for status in REPEATS[repeat](order):
            story.tell("60" if status == "completed" else None, status)
        bills.add(bill(story))
    assert len(bills) == 1
