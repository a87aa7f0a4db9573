"""Refunds, calls, staff and webhooks at once on one account, with real threads on the embedded AWS.

`python -m bench.refund_race` prints one line and fails when the books are not what the partner gave back.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any
from unittest import mock

from bench.embedded import embedded_tables
from bench.rivals import at_once, patiently
from chalicelib.core import clock, ids
from chalicelib.core.errors import Refusal
from chalicelib.money import facts, holds, ledger, refund_requests, refunds, topups
from chalicelib.money.holds import Hold
from chalicelib.money.ledger import Movement
from chalicelib.providers import stripe, stripe_events, stripe_records
from infra.local.exchange import Answered
from infra.local.payments import Payments, RefusedError
from infra.local.payments.in_process import stripe_client
from infra.local.store import Store

THREADS = 20
TWENTY = 20_000_000
MOST_MICROS = 3_000_000


def race() -> str | None:
    """What went wrong; None when the books are right."""
    with _partner() as partner:
        account_id = ids.new("acc", clock.now())
        orders = [topups.start(account_id, TWENTY, ids.new("ord", clock.now())) for _ in range(3)]
        paid = [str(partner.pay(str(order.checkout_id), "succeeded")["payment_intent"]) for order in orders]
        at_once(tell_all(partner), THREADS)
        if ledger.funds(account_id).available_micros != len(paid) * TWENTY:
            return "payments were not credited once each"
        jobs: list[Callable[[], Any]] = [lambda: ask_back(account_id)] * 20 + [lambda: call(account_id)] * 25
        jobs += [lambda: refund_by_staff(partner, random.choice(paid))] * 4
        jobs += [lambda: tell_some(partner)] * 10
        at_once(jobs, THREADS)
        at_once(tell_all(partner), THREADS)
        for key in ledger.funds(account_id).holds:
            if refund_requests.is_reservation(key):
                refunds.ask_again(account_id, key)
        return audit(account_id, paid)


def audit(account_id: str, paid: list[str]) -> str | None:
    """What the books say against what the partner says."""
    entries, funds = ledger.entries(account_id, 1000), ledger.funds(account_id)
    causes = Counter((entry.kind, entry.cause) for entry in entries)
    booked = {entry.cause: -entry.amount_micros for entry in entries if entry.kind == "refund"}
    made = {fact.id: fact.amount_micros for intent in paid for fact in stripe_records.refunds_of(intent)}
    if set(causes.values()) != {1} or {kind for kind, _ in causes} != {"topup", "call", "refund"}:
        return f"entries are doubled or missing: {causes}"
    if not sum(entry.amount_micros for entry in entries) == funds.total_micros == funds.available_micros:
        return "the balance is not the sum of its entries"
    return None if booked == made else f"{booked} booked, {made} given back"


def tell_all(partner: Payments) -> list[Callable[[], Any]]:
    """Every event so far, twice."""
    told: list[Callable[[], Any]] = []
    for event in partner.events():
        meaning = stripe_events.MEANINGS.get(event["type"])
        fact = meaning(event["data"]["object"]) if meaning else None
        if fact is not None:
            told += [partial(facts.follow, fact)] * 2
    return told


def call(account_id: str) -> None:
    """Hold what is there, and spend some of it."""
    key = ids.new("call", clock.now())
    with suppress(Refusal):
        hold = holds.place(account_id, key, lambda micros: Hold(min(micros, MOST_MICROS), 1, {}), 10)
        cost = random.randint(0, hold.amount_micros)
        charge = Movement("call", key, ids.made_at(key), -cost)
        patiently(lambda: ledger.book(account_id, charge, release=key))


def ask_back(account_id: str) -> None:
    with suppress(Refusal):
        refunds.start(account_id, random.randint(1, 4) * 1_000_000, ids.new("ref", clock.now()))


def refund_by_staff(partner: Payments, payment: str) -> None:
    with suppress(RefusedError):
        partner.refund(payment, 500_000)


def tell_some(partner: Payments) -> None:
    for tell in random.sample(tell_all(partner), 5):
        patiently(tell)


@contextmanager
def _partner() -> Iterator[Payments]:
    """The payment partner, and our tables where threads are safe."""
    made = Payments(
        Store(),
        lambda *_: Answered(200, b"", {}),
        webhook_url="http://127.0.0.1:8000/",
        webhook_secret="whsec_race",
        page_url="http://127.0.0.1:8003",
        now=lambda: clock.epoch_seconds(clock.now()),
    )
    with embedded_tables(), mock.patch.object(stripe, "_client", return_value=stripe_client(made)):
        yield made


def main() -> int:
    wrong = race()
    print(f"refunds raced by {THREADS} threads: {wrong or 'the books are right'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
