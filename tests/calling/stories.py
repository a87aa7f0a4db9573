"""One call as both sides tell of it: what the carrier knows to be true, and words that come in any order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.calling import calls, margins, records, sweeper
from chalicelib.calling.models import CallRecord
from chalicelib.core import clock, ids
from chalicelib.core.errors import ProviderError
from chalicelib.money import ledger
from chalicelib.money.ledger import Movement
from chalicelib.providers.twilio import Leg
from chalicelib.providers.twilio_calls import Finished
from tests.conftest import Clock

LONDON = "+442079460958"
CREDIT_MICROS = 10_000_000
_numbers = itertools.count(1)


class Truth:
    """The carrier's own answers, for every call it is asked about."""

    def __init__(self) -> None:
        self.leg: Leg | None = Leg("completed", 60, None, "CAleg")
        self.silent = False
        self.asked = 0
        self.finished: list[Finished] = []

    def fetch_leg(self, _call_sid: str) -> Leg | None:
        self.asked += 1
        if self.silent:
            raise ProviderError("twilio", "no-answer", permanent=False)
        return self.leg

    def finished_calls(self, _since: datetime) -> Iterator[Finished]:
        yield from self.finished


class Story:
    """One account with credit and one call of it, told by forms as the carrier sends them."""

    def __init__(self, truth: Truth, clock_: Clock, call_made_at: datetime | None = None) -> None:
        now = clock.now()
        self.truth = truth
        self.clock = clock_
        self.account_id = ids.new("acc", now - timedelta(days=40))
        self.call_id = ids.new("call", call_made_at or now)
        self.call_sid = f"CA{next(_numbers):032}"
        ledger.book(self.account_id, Movement("topup", "pi_1", now, CREDIT_MICROS))

    def place(self) -> str:
        """The voice webhook; a second time it is the replayed one."""
        return calls.answer({**self._token(), "To": LONDON, "CallSid": self.call_sid})

    def fall_back(self) -> None:
        calls.give_up({**self._token(), "CallSid": self.call_sid})

    def _token(self) -> dict[str, str]:
        """What the carrier hands on of the token that the call was placed with."""
        signature = calls.sign(self.account_id, self.call_id)
        return {"From": f"client:{self.account_id}", "call_id": self.call_id, "signature": signature}

    def tell(self, duration: str | None = "60", status: str = "completed", sid: str | None = None) -> None:
        """A status callback."""
        form = {"CallStatus": status, "ParentCallSid": sid or self.call_sid, "CallSid": "CAleg"}
        calls.hear(
            self.account_id, self.call_id, form | ({} if duration is None else {"CallDuration": duration})
        )

    def expire(self) -> dict[str, int]:
        """Its deadline passes, and a sweep comes."""
        self.clock.advance(timedelta(hours=3))
        return sweeper.sweep()

    def end_of_day(self) -> dict[str, int]:
        """The carrier's list of finished calls, priced."""
        assert self.truth.leg
        self.truth.finished = [Finished(self.call_sid, self.account_id, self.truth.leg, 14_000, "USD")]
        return margins.collect()

    @property
    def record(self) -> CallRecord | None:
        return records.find(self.account_id, self.call_id)

    @property
    def charges(self) -> list[tuple[str, int]]:
        """What the call's entries took, by kind."""
        entries = ledger.entries(self.account_id, 100)
        return [(entry.kind, -entry.amount_micros) for entry in entries if entry.kind != "topup"]

    @property
    def held_micros(self) -> int:
        return ledger.funds(self.account_id).held_micros

    def check_books(self) -> None:
        """Invariant M, and the bill is the record's."""
        entries = ledger.entries(self.account_id, 100)
        assert ledger.funds(self.account_id).total_micros == sum(entry.amount_micros for entry in entries)
        if self.record:
            assert sum(cost for _, cost in self.charges) == self.record.cost_micros
        assert len(self.charges) <= 1, "one bill"
