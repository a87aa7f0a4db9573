"""What a call would cost, before anybody dials."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.core import clock, settings
from chalicelib.core.errors import Refusal
from chalicelib.money import decks, holds, rates
from chalicelib.money.funds import Funds, spendable_micros
from chalicelib.money.rates import Rate
from chalicelib.numbers import dialling
from chalicelib.numbers.dialling import Dialled
from chalicelib.policy import profile

NORTH_AMERICA = "+1"


@dataclass(frozen=True)
class Quote:
    """A number that we connect, and its rate; `affordable_seconds` is what a call now could last at most."""

    dialled: Dialled
    rate: Rate
    affordable_seconds: int


def quote(to: str, funds: Funds, origin: str | None = None) -> Quote:
    """Price a call and what funds buy of it, within their caps; refuses as `price`, and high-risk-country."""
    dialled, rate = price(to, origin)
    if is_high_risk(dialled):
        holds.check_high_risk(funds)
    policy = profile.current()
    spendable = spendable_micros(funds, clock.now(), policy.first_day_cap_micros)
    return Quote(dialled, rate, rates.affordable_seconds(rate, spendable, policy.longest_call_seconds))


def price(to: str, origin: str | None = None) -> tuple[Dialled, Rate]:
    """The number as it will be dialled, and its rate for calls from a caller ID, or from the house number.

    All in E.164. Refuses what is no number, a kind of line or country that we don't call, or has no price.
    """
    dialled = dialling.parse(to)
    dialling.check(dialled, allowed=profile.current().calls.countries)
    rate = decks.current().find(dialled.e164, origin or settings.current().house_number)
    if rate is None or _is_of_a_neighbour(dialled, rate):
        raise Refusal(422, "number-unpriced", "We don't connect calls to this number yet.")
    return dialled, rate


def is_high_risk(dialled: Dialled) -> bool:
    """Whether its country is off until a person switches it on."""
    return dialled.country in profile.current().calls.high_risk_countries


def _is_of_a_neighbour(dialled: Dialled, rate: Rate) -> bool:
    """Whether a short prefix of +1 would sell one country's numbers at another's price, a tenth of theirs."""
    return dialled.e164.startswith(NORTH_AMERICA) and rate.country != dialled.country
