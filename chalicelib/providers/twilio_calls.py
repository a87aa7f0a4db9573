"""The carrier's own list of calls and what it took for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from chalicelib.providers import twilio
from chalicelib.providers.twilio import Leg

if TYPE_CHECKING:
    from twilio.rest.api.v2010.account.call import CallInstance

PAGE = 1000


@dataclass(frozen=True)
class Finished:
    """A browser's call on the carrier's list: who called, how the dialled side ended, what both sides took.

    `price_micros` is None while the carrier has not priced it, which may take a day.
    """

    call_sid: str
    identity: str
    leg: Leg
    price_micros: int | None
    currency: str


def finished_calls(since: datetime) -> Iterator[Finished]:
    """Calls that dialled somebody, began at `since` or later and have ended. Raises ProviderError.

    Either side may come first in the list; only calls that still wait for their other side are kept.
    """
    waiting: dict[str, CallInstance] = {}
    with twilio.asking() as client:
        for call in client.calls.stream(start_time_after=since, page_size=PAGE):
            key = str(call.parent_call_sid or call.sid)
            other = waiting.pop(key, None)
            if other is None:
                waiting[key] = call
                continue
            caller, dialled = (other, call) if call.parent_call_sid else (call, other)
            leg = twilio.leg_of(dialled.status, dialled.duration, dialled.end_time, dialled.sid)
            if leg and str(caller.status) in twilio.OUTCOMES:
                yield Finished(
                    key,
                    str(caller._from).removeprefix("client:"),
                    leg,
                    _price_micros(caller, dialled),
                    str(caller.price_unit).upper(),
                )


def _price_micros(*sides: CallInstance) -> int | None:
    """What was taken from us, which the carrier writes as a negative decimal; an unanswered side is free."""
    total = Decimal(0)
    for side in sides:
        if side.price is not None:
            total -= Decimal(str(side.price))
        elif str(side.status) == "completed":
            return None
    return int((total * 1_000_000).to_integral_value(ROUND_CEILING))
