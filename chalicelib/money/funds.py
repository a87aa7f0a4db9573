"""A balance as it was read, and what follows from it: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core import ids

FIRST_DAY = timedelta(days=1)
CALL = "call_"


@dataclass(frozen=True)
class Funds:
    """A balance at one version; version 0 is none yet. `held_micros` is the sum of `holds`."""

    account_id: str
    available_micros: int
    currency: str
    holds: Mapping[str, Mapping[str, Any]]
    status: str
    version: int
    sweep_at: int | None = None
    closed_at: datetime | None = None
    frozen: frozenset[str] = frozenset()
    day: str | None = None
    day_spent_micros: int = 0
    hour: str | None = None
    hour_calls: int = 0
    call_cap_micros: int | None = None
    day_cap_micros: int | None = None
    high_risk_calls: bool = False
    auto_threshold_micros: int | None = None
    auto_amount_micros: int | None = None
    customer: str | None = None
    payment_method: str | None = None

    @property
    def held_micros(self) -> int:
        return sum(hold["amount"] for hold in self.holds.values())

    @property
    def total_micros(self) -> int:
        """What the entries add up to."""
        return self.available_micros + self.held_micros

    @property
    def standing(self) -> str:
        """open, frozen by a dispute, suspended during a deletion, closing by its person's wish, or closed."""
        return "frozen" if self.status == "open" and self.frozen else self.status

    @property
    def live_calls(self) -> int:
        return sum(key.startswith(CALL) for key in self.holds)

    def spent_on(self, day: str) -> int:
        """What the calls of a day have cost and hold so far."""
        return self.day_spent_micros if self.day == day else 0

    def calls_in(self, hour: str) -> int:
        """How many calls were placed in an hour so far, however they ended."""
        return self.hour_calls if self.hour == hour else 0


def spendable_micros(funds: Funds, now: datetime, first_day_cap_micros: int) -> int:
    """What one call may hold now: the free credit, within the person's caps and the first day's."""
    spent = funds.spent_on(day_of(funds.account_id, now))
    bounds = [funds.available_micros]
    if funds.call_cap_micros is not None:
        bounds.append(funds.call_cap_micros)
    if funds.day_cap_micros is not None:
        bounds.append(funds.day_cap_micros - spent)
    if is_first_day(funds.account_id, now):
        bounds.append(first_day_cap_micros - spent)
    return max(0, min(bounds))


def is_first_day(account_id: str, now: datetime) -> bool:
    return now - ids.made_at(account_id) < FIRST_DAY


def day_of(account_id: str, now: datetime) -> str:
    """The UTC day that spending counts for. An account's first day has 24 hours, whenever it was opened."""
    first = is_first_day(account_id, now)
    return f"{ids.made_at(account_id) if first else now:%Y-%m-%d}"


def hour_of(now: datetime) -> str:
    """The UTC hour that a call counts for."""
    return f"{now:%Y-%m-%dT%H}"


def seconds_left(account_id: str, now: datetime) -> int:
    """Until the next day of `day_of`, at least 1."""
    ends = (now + FIRST_DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    if is_first_day(account_id, now):
        ends = ids.made_at(account_id) + FIRST_DAY
    return int((ends - now).total_seconds()) + 1


def crossed(before_micros: int, after_micros: int, threshold_micros: int | None) -> bool:
    """Whether a movement took the whole balance below a threshold; who was below already did not cross it."""
    return threshold_micros is not None and after_micros < threshold_micros <= before_micros
