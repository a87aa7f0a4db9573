"""The arithmetic of a call's price."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.money.rates import Rate, affordable_seconds, arithmetic, billed_seconds, cost_micros, decimal

KENYA = Rate("254", "KE", "Kenya - Fixed", 24_000, 10_000, 60, 60, 0, "v1")

rates = st.builds(
    Rate,
    prefix=st.just("254"),
    country=st.just("KE"),
    description=st.just("Kenya"),
    price_micros=st.one_of(st.integers(0, 100), st.integers(0, 5_000_000)),
    connect_fee_micros=st.one_of(st.just(0), st.integers(0, 500_000)),
    increment_first_seconds=st.integers(1, 90),
    increment_next_seconds=st.integers(1, 90),
    minimum_seconds=st.integers(0, 120),
    deck_version=st.just("v1"),
)
durations = st.integers(0, 20_000)


@pytest.mark.parametrize(
    ("first", "following", "expected"),
    [
        (60, 60, {0: 0, 1: 60, 59: 60, 60: 60, 61: 120, 120: 120, 121: 180}),
        (30, 6, {0: 0, 1: 30, 29: 30, 30: 30, 31: 36, 36: 36, 37: 42, 59: 60, 60: 60, 61: 66}),
        (1, 1, {0: 0, 1: 1, 59: 59, 60: 60, 61: 61}),
        (6, 6, {0: 0, 1: 6, 6: 6, 7: 12, 59: 60, 60: 60, 61: 66}),
    ],
)
def test_increments_are_billed_exactly_at_their_borders(
    first: int, following: int, expected: dict[int, int]
) -> None:
    rate = replace(KENYA, increment_first_seconds=first, increment_next_seconds=following)
    assert {duration: billed_seconds(rate, duration) for duration in expected} == expected


@pytest.mark.parametrize(
    ("first", "following", "expected"),
    [
        (60, 60, {0: 0, 1: 34_000, 59: 34_000, 60: 34_000, 61: 58_000}),
        (30, 6, {0: 0, 1: 22_000, 59: 34_000, 60: 34_000, 61: 36_400}),
        (1, 1, {0: 0, 1: 10_400, 59: 33_600, 60: 34_000, 61: 34_400}),
    ],
)
def test_the_cost_is_exact_at_the_borders(first: int, following: int, expected: dict[int, int]) -> None:
    rate = replace(KENYA, increment_first_seconds=first, increment_next_seconds=following)
    assert {duration: cost_micros(rate, duration) for duration in expected} == expected


def test_a_minimum_is_billed_in_whole_steps() -> None:
    rate = replace(KENYA, increment_first_seconds=1, increment_next_seconds=6, minimum_seconds=30)
    assert [billed_seconds(rate, duration) for duration in (0, 1, 30, 31, 32)] == [0, 31, 31, 31, 37]


def test_an_unanswered_call_costs_nothing_whatever_the_fee_and_minimum() -> None:
    rate = replace(KENYA, connect_fee_micros=500_000, minimum_seconds=60)
    assert cost_micros(rate, 0) == 0


def test_a_part_of_a_micro_is_rounded_up_once_for_the_whole_call() -> None:
    rate = replace(KENYA, price_micros=1, connect_fee_micros=0, increment_first_seconds=1)
    rate = replace(rate, increment_next_seconds=1)
    assert [cost_micros(rate, duration) for duration in (1, 59, 60, 61)] == [1, 1, 1, 2]


def test_a_negative_duration_is_our_bug() -> None:
    with pytest.raises(AssertionError):
        cost_micros(KENYA, -1)


@given(rates, durations, durations)
def test_a_longer_call_never_costs_less(rate: Rate, one: int, other: int) -> None:
    shorter, longer = sorted((one, other))
    assert cost_micros(rate, shorter) <= cost_micros(rate, longer)


@given(rates, st.integers(1, 20_000))
def test_what_is_billed_covers_the_call_and_its_minimum_by_less_than_a_step(
    rate: Rate, duration: int
) -> None:
    billed = billed_seconds(rate, duration)
    owed = max(duration, rate.minimum_seconds, rate.increment_first_seconds)
    assert owed <= billed < owed + rate.increment_next_seconds
    assert (billed - rate.increment_first_seconds) % rate.increment_next_seconds == 0


@given(rates, durations)
def test_the_cost_is_the_least_integer_that_is_not_below_the_exact_price(rate: Rate, duration: int) -> None:
    cost = cost_micros(rate, duration)
    assert type(cost) is int
    if duration:
        exact_times_60 = rate.price_micros * billed_seconds(rate, duration)
        assert 0 <= (cost - rate.connect_fee_micros) * 60 - exact_times_60 < 60


@given(rates, st.integers(0, 30_000_000), st.integers(0, 14_400))
def test_the_affordable_seconds_cost_no_more_than_the_amount_and_the_next_second_does(
    rate: Rate, amount: int, longest: int
) -> None:
    seconds = affordable_seconds(rate, amount, longest)
    assert type(seconds) is int
    assert 0 <= seconds <= longest
    assert cost_micros(rate, seconds) <= amount
    if seconds < longest:
        assert cost_micros(rate, seconds + 1) > amount


@given(rates, st.integers(1, 14_400))
def test_the_cost_of_a_call_buys_at_least_that_call(rate: Rate, duration: int) -> None:
    assert affordable_seconds(rate, cost_micros(rate, duration), 100_000) >= duration


@pytest.mark.parametrize(
    ("amount_micros", "expected"),
    [(-1, 0), (0, 0), (10_000, 0), (33_999, 0), (34_000, 60), (57_999, 60), (58_000, 120), (10**9, 7_200)],
)
def test_an_amount_buys_whole_minutes_up_to_the_longest_call(amount_micros: int, expected: int) -> None:
    assert affordable_seconds(KENYA, amount_micros, 7_200) == expected


def test_an_amount_below_the_minimum_buys_nothing() -> None:
    rate = replace(KENYA, increment_first_seconds=1, increment_next_seconds=1, minimum_seconds=30)
    assert affordable_seconds(rate, 21_999, 7_200) == 0
    assert affordable_seconds(rate, 22_000, 7_200) == 30


def test_a_free_call_lasts_as_long_as_any_may_once_its_connect_fee_is_paid() -> None:
    rate = replace(KENYA, price_micros=0)
    assert affordable_seconds(rate, 9_999, 7_200) == 0
    assert affordable_seconds(rate, 10_000, 7_200) == 7_200


@pytest.mark.parametrize(
    ("rate", "duration", "line"),
    [
        (KENYA, 61, "0.01 connect + 0.024/min x 120 s = 0.058 USD"),
        (KENYA, 0, "not answered = 0 USD"),
        (replace(KENYA, connect_fee_micros=0), 60, "0.024/min x 60 s = 0.024 USD"),
        (replace(KENYA, connect_fee_micros=0, price_micros=0), 5, "0/min x 60 s = 0 USD"),
        (
            replace(KENYA, connect_fee_micros=0, increment_first_seconds=1, price_micros=10_001),
            1,
            "0.010001/min x 1 s = 0.000167 USD (rounded up)",
        ),
        (
            replace(KENYA, price_micros=12_500_000, currency="EUR"),
            60,
            "0.01 connect + 12.5/min x 60 s = 12.51 EUR",
        ),
    ],
)
def test_the_arithmetic_reads_as_one_line(rate: Rate, duration: int, line: str) -> None:
    assert arithmetic(rate, duration) == line


@given(st.integers(0, 10**12))
def test_a_decimal_is_exact_and_has_no_trailing_zeros(micros: int) -> None:
    text = decimal(micros)
    whole, _, part = text.partition(".")
    assert int(whole) * 1_000_000 + int(part.ljust(6, "0")) == micros
    assert not part.endswith("0")
    assert not text.endswith(".")
