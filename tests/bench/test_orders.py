"""A sample of the orders that `make orders` tries, and all pairs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench import orders
from bench.orders import Story, by_chance, check, few

TRIPLES = 60
CHANCES = 40


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with orders.telling() as told:
        yield told


@pytest.mark.proof
def test_every_pair_of_a_payments_events_ends_the_same(story: Story) -> None:
    pairs = few(list(story.facts), 2)
    assert len(pairs) == 90
    assert [wrong for order in pairs if (wrong := check(story, order))] == []


@pytest.mark.proof
def test_triples_and_random_orders_of_a_payments_events_end_the_same(story: Story) -> None:
    known = list(story.facts)
    triples = few(known, 3)
    assert len(triples) == 720
    tried = [*triples[:: len(triples) // TRIPLES], *by_chance(known, CHANCES, seed=7)]
    assert [wrong for order in tried if (wrong := check(story, order))] == []
