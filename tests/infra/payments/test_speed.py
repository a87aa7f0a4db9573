"""The same calls give the same answers, and none gets slow as the weeks go by."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from infra.local.exchange import Asked
from infra.local.store import Document, Store

from .conftest import World, new_world

MANY = 80


class Counting(Store):
    """A store that counts the documents read from it."""

    read = 0

    def get(self, kind: str, id: str) -> Document | None:
        self.read += 1
        return super().get(kind, id)

    def all(self, kind: str) -> list[Document]:
        documents = super().all(kind)
        self.read += len(documents)
        return documents


def counted() -> Callable[[str], str]:
    """Ids that count up."""
    numbers = count(1)
    return lambda prefix: f"{prefix}_{next(numbers):014d}"


def live(world: World) -> None:
    """A history of weeks: orders, refunds, disputes, and webhooks of which one in thirty is lost."""
    for number in range(MANY):
        intent = world.paid()
        world.clock.now += 3 * 3600
        if number % 3 == 0:
            world.payments.refund(intent, 1_000_000)
        if number % 5 == 0:
            world.payments.dispute(intent, 1_000_000, "lost")
        waiting = [each["event"] for each in world.payments.waiting()]
        world.payments.drop(waiting[: number % 10 == 0])
        world.payments.deliver_due()


def test_the_same_calls_give_the_same_answers_with_given_ids_and_clocks() -> None:
    def lived() -> tuple[object, ...]:
        world = new_world(counted())
        live(world)
        return world.payments.events(), world.payments.waiting(), asked(world, "events"), world.types()

    assert lived() == lived()


def test_no_operation_reads_all_that_ever_happened() -> None:
    young, old = new_world(store=Counting()), new_world(store=Counting())
    live(old)
    at_first = operations(young)
    for name, act in operations(old).items():
        assert reads(old, act) < 2 * reads(young, at_first[name]) + MANY // 4, name


def operations(world: World) -> dict[str, Callable[[], object]]:
    intent = world.paid(100_000)
    for _ in range(5):
        world.paid()
    world.payments.deliver_due()
    recent = f"created[gte]={world.clock.now - 60}&limit=5"
    event = world.payments.events()[-1]["id"]
    return {
        "order": world.order,
        "pay": world.paid,
        "refund": lambda: world.payments.refund(intent, 1_000_000),
        "deliver": lambda: world.payments.deliver([event]),
        "deliver_due": world.payments.deliver_due,
        "refunds": lambda: asked(world, "refunds", f"payment_intent={intent}&limit=2"),
        "disputes": lambda: asked(world, "disputes", f"payment_intent={intent}"),
        "sessions": lambda: asked(world, "checkout/sessions", recent),
        "events": lambda: asked(world, "events", recent),
    }


def asked(world: World, path: str, query: str = "limit=5") -> bytes:
    headers = {"authorization": "Bearer sk_test_local"}
    answered = world.payments.answer(Asked("GET", f"/v1/{path}", query, headers))
    assert answered.status == 200
    return answered.body


def reads(world: World, act: Callable[[], object]) -> int:
    """How many documents are read for it."""
    assert isinstance(world.store, Counting)
    before = world.store.read
    act()
    return world.store.read - before
