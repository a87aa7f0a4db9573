"""What a call would cost, before anybody dials."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.core.errors import Refusal
from chalicelib.money import decks, rates
from chalicelib.money.rates import Rate
from chalicelib.numbers import dialling
from chalicelib.numbers.dialling import Dialled
from chalicelib.policy import profile


@dataclass(frozen=True)
class Quote:
    """A number that we connect, and its rate; `affordable_seconds` is what a balance buys in one call."""

    dialled: Dialled
    rate: Rate
    affordable_seconds: int


def quote(to: str, available_micros: int) -> Quote:
    """Price a number given in E.164; refuses what is no number, premium or without a price."""
    dialled, rate = price(to)
    longest = profile.current().longest_call_seconds
    return Quote(dialled, rate, rates.affordable_seconds(rate, available_micros, longest))


def price(to: str) -> tuple[Dialled, Rate]:
    """The number as it will be dialled, and its rate: the longest prefix of the deck."""
    dialled = dialling.parse(to)
    dialling.check(dialled, allowed=profile.current().calls.countries)
    rate = decks.current().find(dialled.e164)
    if rate is None:
        raise Refusal(422, "number-unpriced", "We don't connect calls to this number yet.")
    return dialled, rate
