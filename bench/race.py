"""Fifty threads spend one balance at once, on the embedded AWS; moto would lose money here by itself.

`python -m bench.race [calls a thread]` prints one line and fails when a cent was overspent, lost or doubled.
"""

from __future__ import annotations

import random
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from unittest import mock

import msgspec

from bench.embedded import embedded_tables
from chalicelib.calling import calls as calling
from chalicelib.calling import records, settlements
from chalicelib.core import ids
from chalicelib.core.errors import Busy, Refusal
from chalicelib.money import ledger
from chalicelib.money.funds import Funds
from chalicelib.money.ledger import Movement
from chalicelib.money.models import Entry
from chalicelib.policy import profile
from chalicelib.providers.twilio import Leg

THREADS = 50
LIVE_CALLS = 10
FUNDS_MICROS = 20_000_000
LONGEST_TALK_SECONDS = 300


@dataclass(frozen=True)
class Outcome:
    """What the books say after everybody has spent."""

    threads: int
    attempts: int
    charged: int
    refused: int
    overspent_micros: int
    doubled: int
    unbalanced_micros: int

    @property
    def right(self) -> bool:
        return self.charged > 0 and not (self.overspent_micros or self.doubled or self.unbalanced_micros)

    def __str__(self) -> str:
        return (
            f"{self.threads} threads, {self.attempts} calls tried: {self.charged} charged,"
            f" {self.refused} refused, {self.overspent_micros} micros overspent, {self.doubled} doubled,"
            f" {self.unbalanced_micros} micros unbalanced"
        )


@dataclass
class Lowest:
    """The least credit that any reader has seen: what was overspent may have come back by the end."""

    read: Callable[[str], Funds]
    available_micros: int = FUNDS_MICROS

    def look(self, account_id: str) -> Funds:
        funds = self.read(account_id)
        self.available_micros = min(self.available_micros, funds.available_micros)
        return funds


def race(calls_a_thread: int, seed: int = 1) -> Outcome:
    """Everybody holds and settles on one account, and two threads at once tell how each call ended."""
    now = datetime.now(UTC)
    account = ids.new("acc", now)
    ledger.book(account, Movement("topup", "pi_race", now, FUNDS_MICROS))
    refused: list[int] = []
    threads = [
        threading.Thread(target=_spend, args=(account, calls_a_thread, random.Random(seed + n), refused))
        for n in range(THREADS)
    ]
    # As many calls as a balance can hold, and as fast, so that it is the credit that everybody fights for.
    generous = msgspec.structs.replace(profile.current(), live_calls=LIVE_CALLS, calls_an_hour=10**6)
    lowest = Lowest(ledger.funds)
    with (
        mock.patch.object(profile, "current", return_value=generous),
        mock.patch.object(ledger, "funds", lowest.look),
    ):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return _audit(account, THREADS * calls_a_thread, len(refused), lowest.available_micros)


def _spend(account: str, calls: int, chance: random.Random, refused: list[int]) -> None:
    for _ in range(calls):
        call_id = ids.new("call", datetime.now(UTC))
        form = {"From": f"client:{account}", "To": "+442079460958", "CallSid": call_id, "call_id": call_id}
        form["signature"] = calling.sign(account, call_id)
        while True:
            try:
                answer = calling.answer(form)
                break
            except Refusal:  # busy: the carrier would come again
                time.sleep(chance.random() / 10)
        if "<Dial" not in answer:
            refused.append(1)
            continue
        limit_seconds = int(re.findall(r'timeLimit="(\d+)"', answer)[0])
        leg = Leg("completed", min(limit_seconds, chance.randint(1, LONGEST_TALK_SECONDS)), None, "leg")
        rival = threading.Thread(target=_settle, args=(account, call_id, leg))
        rival.start()
        _settle(account, call_id, leg)
        rival.join()


def _settle(account: str, call_id: str, leg: Leg) -> None:
    while True:
        try:
            settlements.settle(account, call_id, leg)
        except Busy:
            continue
        return


def _audit(account: str, attempts: int, refused: int, lowest_micros: int) -> Outcome:
    funds = ledger.funds(account)
    entries = list(Entry.query(account, Entry.sk.startswith("ENTRY#"), consistent_read=True))
    causes = [entry.cause for entry in entries]
    booked = sum(entry.amount_micros for entry in entries)
    costs = sum(record.cost_micros for record in records.newest_first(account))
    return Outcome(
        threads=THREADS,
        attempts=attempts,
        charged=len(causes) - 1,
        refused=refused,
        overspent_micros=max(0, -lowest_micros, -funds.available_micros),
        doubled=len(causes) - len(set(causes)),
        unbalanced_micros=abs(funds.available_micros + funds.held_micros - booked)
        + abs(FUNDS_MICROS - booked - costs),
    )


def main() -> None:
    calls_a_thread = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    with embedded_tables():
        outcome = race(calls_a_thread)
    print(f"race: {outcome}")
    sys.exit(0 if outcome.right else 1)


if __name__ == "__main__":
    main()
