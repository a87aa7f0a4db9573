"""What the bench makes of times: a difference is seen, and noise is not."""

from __future__ import annotations

import random

from bench.timing import Compared


def times(middle: float, spread: float, seed: int) -> list[float]:
    chance = random.Random(seed)
    return [chance.gauss(middle, spread) for _ in range(500)]


def test_the_same_times_can_not_be_told_apart() -> None:
    compared = Compared(times(50, 5, 1), times(50, 5, 2))
    assert compared.met
    assert 0.5 <= compared.share < 0.55


def test_a_kind_that_takes_longer_is_told_apart_whichever_it_is() -> None:
    slow, quick = times(60, 1, 1), times(50, 1, 2)
    for compared in (Compared(slow, quick), Compared(quick, slow)):
        assert compared.share > 0.99
        assert 9 < compared.gap_milliseconds < 11
        assert not compared.met


def test_a_small_gap_that_noise_does_not_cover_is_told_apart_too() -> None:
    compared = Compared(times(51, 1, 1), times(50, 1, 2))
    assert compared.gap_milliseconds < 5
    assert not compared.met


def test_equal_times_are_a_coin() -> None:
    assert Compared([1.0, 1.0], [1.0]).share == 0.5
