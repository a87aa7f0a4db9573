"""Stripe promises no order: whichever way its events come, each twice, the books end the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import boto3
import msgspec
import pytest

from chalicelib.money import facts
from chalicelib.policy import profile
from chalicelib.providers import stripe_events
from chalicelib.providers.stripe_facts import Fact
from tests.harness.environment import ENVIRONMENT
from tests.harness.stage import Stage
from tests.money.payer import Payer

SAMPLED = 6
TABLES = {"balances": ("account_id", "sk"), "payments": ("id",)}
Books = tuple[list[tuple[str, str, int]], int, str]


@dataclass
class Story:
    """A payment and what became of it, all its events still under way; the tables can be put back."""

    payer: Payer
    events: list[str]
    facts: dict[str, Fact | None]
    before: dict[str, list[dict[str, Any]]]

    def books(self) -> Books:
        return self.payer.entries(), self.payer.available_micros, self.payer.funds.standing

    def tell(self, events: Sequence[str]) -> Books:
        """The books when the events come in this order, from the beginning."""
        restore(self.before)
        for event in events:
            self.follow(event)
        told = self.books()
        assert sum(self.follow(event) for event in events) == 0, "told again, none is news"
        assert self.books() == told
        return told

    def follow(self, event: str) -> bool:
        """What the webhook does once the signature is right."""
        fact = self.facts[event]
        return fact is not None and facts.follow(fact)


def contents() -> dict[str, list[dict[str, Any]]]:
    client = boto3.client("dynamodb")
    return {table: client.scan(TableName=ENVIRONMENT["TABLE_PREFIX"] + table)["Items"] for table in TABLES}


def restore(before: dict[str, list[dict[str, Any]]]) -> None:
    client = boto3.client("dynamodb")
    for table, keys in TABLES.items():
        name = ENVIRONMENT["TABLE_PREFIX"] + table
        for item in client.scan(TableName=name)["Items"]:
            client.delete_item(TableName=name, Key={key: item[key] for key in keys})
        for item in before[table]:
            client.put_item(TableName=name, Item=item)


def tell_story(payer: Payer, verdict: str) -> Story:
    """A bank payment, two refunds, a dispute and its end."""
    order = payer.order()
    before = contents()
    assert order.checkout_id
    payment = payer.stage.payments.pay(order.checkout_id, "async_succeeded")["payment_intent"]
    charged = order.amount_micros + 890_000 if profile.current().automatic_tax else order.amount_micros
    for amount in (1_110_000, 2_220_000):
        payer.stage.payments.refund(payment, amount)
    payer.stage.payments.dispute(payment, charged - 3_330_000, verdict)  # type: ignore[arg-type]
    heard = {
        event["id"]: stripe_events.MEANINGS[event["type"]](event["data"]["object"])
        for event in payer.stage.payments.events()
        if event["type"] in stripe_events.MEANINGS
    }
    return Story(payer, [event for event in payer.waiting() if event in heard], heard, before)


@pytest.fixture
def payer(stage: Stage) -> Payer:
    return Payer(stage)


@pytest.fixture
def taxed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile whose prices have tax added."""
    made = msgspec.structs.replace(profile.current(), automatic_tax=True)
    monkeypatch.setattr(profile, "current", lambda: made)


def orders_of(events: list[str], seed: int) -> list[list[str]]:
    """As they happened, the other way round, and some by chance."""
    chance = random.Random(seed)
    return [events, events[::-1], *(chance.sample(events, len(events)) for _ in range(SAMPLED))]


@pytest.mark.parametrize("verdict", ["won", "lost"])
def test_any_order_of_a_whole_story_ends_in_the_same_books(payer: Payer, verdict: str) -> None:
    story = tell_story(payer, verdict)
    assert len(story.events) == {"won": 13, "lost": 12}[verdict]
    expected = story.tell(story.events)
    assert sum(amount for _, _, amount in expected[0]) == {"won": 6_670_000, "lost": 0}[verdict]
    assert expected[2] == {"won": "open", "lost": "frozen"}[verdict]
    for order in orders_of(story.events, seed=1):
        assert story.tell(order) == expected, order


def test_any_order_of_few_events_ends_in_the_same_books(payer: Payer) -> None:
    story = tell_story(payer, "won")
    kinds = {event["id"]: event["type"] for event in payer.stage.payments.events()}
    wanted = ["payment_intent.succeeded", "charge.refunded", "charge.dispute.funds_reinstated"]
    chosen = [next(event for event in story.events if kinds[event] == kind) for kind in wanted]
    expected = story.tell(chosen)
    assert [kind for kind, _, _ in expected[0]] == ["dispute", "dispute_won", "refund", "refund", "topup"]
    for order in permutations(chosen):
        assert story.tell(order) == expected, order


@pytest.mark.usefixtures("taxed")
def test_with_tax_any_order_ends_in_the_same_credit(payer: Payer) -> None:
    payer.stage.payments.set_tax("8.9")
    story = tell_story(payer, "won")
    ends = {story.tell(order)[1] for order in orders_of(story.events, seed=2)[:5]}
    assert ends == {10_000_000 - 3_330_000 * 10_000_000 // 10_890_000}
