"""`python -m bench.orders [--count 5000] [--seed 1]`: Stripe promises no order, so every order is tried.

One payment by a bank with two refunds, a dispute that is won and one that is lost: all pairs and triples of
its events in every order, and all of them in seeded random orders, each event twice. What the books must be
then follows from which events were told, never from their order.
"""

from __future__ import annotations

import argparse
import copy
import itertools
import logging
import os
import random
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib.core import clock, ids, secrets, tables
from chalicelib.money import facts, ledger, topups
from chalicelib.providers import stripe_events
from chalicelib.providers.stripe_facts import Fact
from tests.harness.stage import Stage, running_stage

PRICE = 10_000_000
REFUNDS = {"refund 1": 1_110_000, "refund 2": 2_220_000}
WON, LOST = 2_000_000, 3_000_000
PAYS_NOTHING = "session completed"
Order = tuple[str, ...]
Outcome = tuple[int, int, tuple[str, ...]]


@dataclass(frozen=True)
class Story:
    """The facts of a payment by their names, and the tables as they were before the first was told."""

    account_id: str
    facts: dict[str, Fact | None]
    before: dict[str, Any]

    def tell(self, order: Sequence[str]) -> Outcome:
        """What is there when the facts are told in this order, from the beginning."""
        for name, items in self.before.items():
            _backend().tables[name].items = copy.deepcopy(items)
        for name in order:
            if fact := self.facts[name]:
                facts.follow(fact)
        funds = ledger.funds(self.account_id)
        booked = ledger.entries(self.account_id, 100)
        kinds = tuple(sorted(entry.kind for entry in booked))
        assert funds.total_micros == sum(entry.amount_micros for entry in booked)
        return funds.available_micros, len(funds.frozen), kinds


def expected(told: frozenset[str]) -> tuple[int, int]:
    """Credit and freezes once these facts are known, in whatever order they came."""
    if told <= {PAYS_NOTHING}:
        return 0, 0
    credit = PRICE - sum(amount for name, amount in REFUNDS.items() if name in told)
    frozen = 0
    if "won dispute created" in told and not told & {"won", "reinstated"}:
        credit, frozen = credit - WON, frozen + 1
    if told & {"lost dispute created", "lost"}:
        credit, frozen = credit - LOST, frozen + 1
    return credit, frozen


def check(story: Story, order: Order) -> str | None:
    """What is wrong with the books after an order; None when they are right, and one cause is one entry."""
    available, frozen, kinds = story.tell(order)
    due = expected(frozenset(order))
    wrong = (available, frozen) != due or kinds.count("topup") > 1
    return f"{' > '.join(order)}: {available}, frozen by {frozen}, {kinds}; not {due}" if wrong else None


def few(names: Sequence[str], size: int) -> list[Order]:
    """Every order of every so many facts, then all of them again."""
    return [order * 2 for order in itertools.permutations(names, size)]


def by_chance(names: Sequence[str], count: int, seed: int) -> list[Order]:
    """Random orders of all facts, each told twice."""
    chance = random.Random(seed)
    return [tuple(chance.sample([*names, *names], 2 * len(names))) for _ in range(count)]


@contextmanager
def telling() -> Iterator[Story]:
    """A story on a stage of its own."""
    with (
        running_stage() as stage,
        mock.patch.object(tables, "pause"),
        mock.patch.object(secrets, "_cached", None),
    ):
        yield _story(stage)


def _story(stage: Stage) -> Story:
    account_id = ids.new("acc", clock.now())
    page = topups.start(account_id, PRICE, ids.new("ord", clock.now())).checkout_id
    before = {name: copy.deepcopy(table.items) for name, table in _backend().tables.items()}
    payments = stage.payments
    intent = payments.pay(str(page), "async_succeeded")["payment_intent"]
    for amount in REFUNDS.values():
        payments.refund(intent, amount)
    payments.dispute(intent, WON, "won")
    payments.dispute(intent, LOST, "lost")
    return Story(account_id, dict(_named(stage)), before)


def _named(stage: Stage) -> Iterator[tuple[str, Fact | None]]:
    """The facts, by what their events are in this story."""
    names = {
        "checkout.session.completed": [PAYS_NOTHING],
        "checkout.session.async_payment_succeeded": ["async succeeded"],
        "payment_intent.succeeded": ["intent succeeded"],
        "refund.updated": list(REFUNDS),
        "charge.dispute.created": ["won dispute created", "lost dispute created"],
        "charge.dispute.closed": ["won", "lost"],
        "charge.dispute.funds_reinstated": ["reinstated"],
    }
    for event in stage.payments.events():
        if names.get(event["type"]):
            fact = stripe_events.MEANINGS[event["type"]](event["data"]["object"])
            yield names[event["type"]].pop(0), fact
    assert not any(names.values())


def _backend() -> Any:
    return dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]


def _check_share(orders: list[Order]) -> list[str]:
    logging.disable(logging.CRITICAL)
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for the life of the process
    with telling() as story:
        return [wrong for order in orders if (wrong := check(story, order))]


def names() -> list[str]:
    with telling() as story:
        return list(story.facts)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.orders")
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    known = names()
    orders = [*few(known, 2), *few(known, 3), *by_chance(known, asked.count, asked.seed)]
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores) as pool:
        wrong = [
            one for share in pool.map(_check_share, [orders[n::cores] for n in range(cores)]) for one in share
        ]
    print(*wrong[:20], sep="\n")
    print(f"orders: {len(orders)} orders of {len(known)} events, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
