"""Deliveries that go wrong, and that a test or a simulator orders itself."""

from __future__ import annotations

import pytest

from infra.local.exchange import Answered
from infra.local.payments import Delivery, RefusedError

from .conftest import START, World

PAID = ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


def ids(world: World) -> list[str]:
    return [waiting["event"] for waiting in world.payments.waiting()]


def undelivered(world: World) -> list[str]:
    return [event.type for event in world.client.v1.events.list({"delivery_success": False}).data]


def test_what_waits_is_told_in_the_order_in_which_it_happened(world: World) -> None:
    world.paid()
    waiting = world.payments.waiting()
    assert [each["type"] for each in waiting] == PAID
    assert {(each["attempts"], each["due_at"]) for each in waiting} == {(0, START)}
    world.payments.deliver_due()
    assert world.payments.waiting() == []


def test_events_are_delivered_in_any_order_and_as_often_as_asked(world: World) -> None:
    world.paid()
    one, two, three = ids(world)
    assert world.payments.deliver([three, one], times=2) == 4
    assert world.receiver.types() == [PAID[2], PAID[2], PAID[0], PAID[0]]
    assert ids(world) == [two]
    assert world.payments.deliver([one, two]) == 2
    assert world.payments.deliver_due() == 0


def test_an_event_that_is_not_taken_still_waits(world: World) -> None:
    world.paid()
    first = ids(world)[0]
    world.receiver.answers = [500, ConnectionRefusedError()]
    assert world.payments.deliver([first], times=2) == 0
    assert first in ids(world)


def test_a_dropped_event_never_comes_by_itself_and_is_listed_as_undelivered(world: World) -> None:
    world.paid()
    dropped = ids(world)[2]
    world.payments.drop([dropped])
    assert world.payments.deliver_due() == 2
    world.clock.now += 7 * 86_400
    assert world.payments.deliver_due() == 0
    assert undelivered(world) == [PAID[2]]
    assert world.payments.deliver([dropped]) == 1
    assert undelivered(world) == []


def test_a_delayed_event_comes_when_its_time_has_come(world: World) -> None:
    world.paid()
    world.payments.delay(ids(world)[:1], 100)
    assert world.payments.deliver_due() == 2
    world.clock.now += 99
    assert world.payments.deliver_due() == 0
    world.clock.now += 1
    assert world.payments.deliver_due() == 1
    assert world.receiver.types() == [*PAID[1:], PAID[0]]


@pytest.mark.parametrize(
    ("kind", "first", "later"),
    [
        ("drop", PAID[1:], []),
        ("duplicate", [PAID[0], *PAID], []),
        ("reorder", [*PAID[1:], PAID[0]], []),
        ("delay", PAID[1:], PAID[:1]),
        ("answer_lost", PAID, PAID[:1]),
    ],
)
def test_a_planted_fault_strikes_the_next_webhook(
    world: World, kind: Delivery, first: list[str], later: list[str]
) -> None:
    world.payments.faults.plant("webhooks", kind)
    world.paid()
    world.payments.deliver_due()
    assert world.receiver.types() == first
    world.receiver.events.clear()
    world.clock.now += 3601
    world.payments.deliver_due()
    assert world.receiver.types() == later
    assert undelivered(world) == ([PAID[0]] if kind == "drop" else [])


def test_webhooks_that_are_all_put_behind_each_other_come_all_the_same(world: World) -> None:
    world.payments.faults.plant("webhooks", "reorder", 7)
    world.paid()
    assert world.payments.deliver_due() == 3
    assert sorted(world.receiver.types()) == sorted(PAID)


def test_a_fault_of_another_place_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        world.payments.faults.plant("webhooks", "error500")
    with pytest.raises(ValueError, match="unknown kind"):
        world.payments.faults.plant("refunds.create", "reorder")
    with pytest.raises(RefusedError, match="No such event"):
        world.payments.drop(["evt_unknown"])


def test_a_receiver_that_breaks_loses_nothing(world: World) -> None:
    class CrashError(Exception):
        pass

    def break_down(*_: object) -> Answered:
        raise CrashError

    world.paid()
    broken = world.another(break_down)
    first = ids(world)[0]
    with pytest.raises(CrashError):
        broken.deliver([first])
    with pytest.raises(CrashError):
        broken.deliver_due()
    assert len(ids(world)) == 3
    world.clock.now += 1
    assert world.payments.deliver_due() == 3
