"""What a minute to a prefix costs, and the arithmetic of a call. Pure: integers in, integers out.

A call is billed in steps: the first increment once it is answered, then whole next increments, and never
less than the minimum. An unanswered call (0 seconds) costs nothing, not even the connect fee.
"""

from __future__ import annotations

from dataclasses import dataclass

MINUTE_SECONDS = 60
MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """One row of a rate deck; `price_micros` is for a minute, all amounts are in `currency`."""

    prefix: str
    country: str
    description: str
    price_micros: int
    connect_fee_micros: int
    increment_first_seconds: int
    increment_next_seconds: int
    minimum_seconds: int
    deck_version: str
    currency: str = "USD"


def billed_seconds(rate: Rate, duration_seconds: int) -> int:
    """The seconds charged for an answered duration: a whole number of steps, 0 when unanswered."""
    return billed(
        duration_seconds, rate.increment_first_seconds, rate.increment_next_seconds, rate.minimum_seconds
    )


def billed(
    duration_seconds: int, increment_first_seconds: int, increment_next_seconds: int, minimum_seconds: int
) -> int:
    """The same of a rate's steps alone."""
    assert duration_seconds >= 0
    if duration_seconds == 0:
        return 0
    beyond_first = max(duration_seconds, minimum_seconds) - increment_first_seconds
    if beyond_first <= 0:
        return increment_first_seconds
    return increment_first_seconds + _up(beyond_first, increment_next_seconds)


def cost_micros(rate: Rate, duration_seconds: int) -> int:
    """Connect fee + price x billed seconds / 60, rounded up to the micro once; 0 when unanswered."""
    billed = billed_seconds(rate, duration_seconds)
    if billed == 0:
        return 0
    return rate.connect_fee_micros + -(-rate.price_micros * billed // MINUTE_SECONDS)


def affordable_seconds(rate: Rate, amount_micros: int, longest_seconds: int) -> int:
    """The longest call, up to `longest_seconds`, that costs no more than the amount.

    It ends where a step ends, so that a call cut there has had all it pays for. 0 when the amount does not
    even pay for the first second.
    """
    spare_micros = amount_micros - rate.connect_fee_micros
    if spare_micros < 0:
        return 0
    if rate.price_micros == 0:
        return longest_seconds
    payable = spare_micros * MINUTE_SECONDS // rate.price_micros
    if payable < billed_seconds(rate, 1):
        return 0
    beyond_first = payable - rate.increment_first_seconds
    whole_steps = beyond_first - beyond_first % rate.increment_next_seconds
    return min(rate.increment_first_seconds + whole_steps, longest_seconds)


def arithmetic(rate: Rate, duration_seconds: int) -> str:
    """One line that shows how the cost came about, e.g. `0.01 connect + 0.024/min x 120 s = 0.058 USD`."""
    cost = f"{decimal(cost_micros(rate, duration_seconds))} {rate.currency}"
    if duration_seconds == 0:
        return f"not answered = {cost}"
    billed = billed_seconds(rate, duration_seconds)
    connect = f"{decimal(rate.connect_fee_micros)} connect + " if rate.connect_fee_micros else ""
    rounded = " (rounded up)" if rate.price_micros * billed % MINUTE_SECONDS else ""
    return f"{connect}{decimal(rate.price_micros)}/min x {billed} s = {cost}{rounded}"


def decimal(amount_micros: int) -> str:
    """An amount of at least 0 as a decimal without trailing zeros: 24000 is `0.024`."""
    assert amount_micros >= 0
    whole, part = divmod(amount_micros, MICROS)
    return f"{whole}.{part:06}".rstrip("0").rstrip(".")


def _up(value: int, step: int) -> int:
    return -(-value // step) * step
