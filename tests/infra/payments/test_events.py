"""Events as the API lists them: what a reconciler asks for after an outage."""

from __future__ import annotations

import pytest
import stripe

from .conftest import START, World

DAY_SECONDS = 86_400


def test_events_are_listed_newest_first_within_a_range_of_time(world: World) -> None:
    for _ in range(3):
        world.client.v1.checkout.sessions.expire(world.order().id)
        world.clock.now += DAY_SECONDS
    events = world.client.v1.events
    created = [e.created for e in events.list().data]
    assert created == [START + 2 * DAY_SECONDS, START + DAY_SECONDS, START]
    middle = events.list({"created": {"gte": START + 1, "lt": START + 2 * DAY_SECONDS}})
    assert [e.created for e in middle.data] == [START + DAY_SECONDS]
    assert [e.created for e in events.list({"created": START}).data] == [START]


def test_pages_follow_each_other_while_what_they_list_is_taken(world: World) -> None:
    for _ in range(5):
        world.client.v1.checkout.sessions.expire(world.order().id)
    waiting = [each["event"] for each in world.payments.waiting()]
    seen: list[str] = []
    for event in world.client.v1.events.list(
        {"delivery_success": False, "types": ["checkout.session.expired"], "limit": 2}
    ).auto_paging_iter():
        seen.append(event.id)
        world.payments.redeliver(event.id)
    assert seen == waiting[::-1]
    assert world.client.v1.events.list({"delivery_success": False}).data == []
    assert len(world.client.v1.events.list({"delivery_success": True}).data) == 5


def test_pages_go_back_too(world: World) -> None:
    made = [world.paid() for _ in range(3)]
    newest_first = [e.id for e in world.client.v1.events.list({"limit": 100}).data]
    assert len(newest_first) == 3 * len(made)
    before = world.client.v1.events.list({"limit": 2, "ending_before": newest_first[4]})
    assert ([e.id for e in before.data], before.has_more) == (newest_first[2:4], True)
    all_before = world.client.v1.events.list({"limit": 4, "ending_before": newest_first[4]})
    assert ([e.id for e in all_before.data], all_before.has_more) == (newest_first[:4], False)


def test_types_are_filtered_with_everything_else(world: World) -> None:
    world.paid()
    world.clock.now += 10
    world.payments.deliver_due()
    world.payments.refund(world.paid(), 1_000_000)
    types = ["charge.succeeded", "charge.refunded"]
    found = world.client.v1.events.list({"types": types, "delivery_success": False})
    assert [e.type for e in found.data] == ["charge.refunded", "charge.succeeded"]
    old = world.client.v1.events.list({"type": "charge.succeeded", "created": {"lt": START + 10}})
    assert [e.created for e in old.data] == [START]


def test_events_are_forgotten_after_thirty_days(world: World) -> None:
    world.paid()
    event = world.payments.events()[0]["id"]
    world.clock.now += 30 * DAY_SECONDS
    assert world.client.v1.events.retrieve(event).id == event
    assert len(world.client.v1.events.list({"delivery_success": False}).data) == 3
    world.clock.now += 1
    assert world.client.v1.events.list().data == []
    assert world.client.v1.events.list({"delivery_success": False}).data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such event"):
        world.client.v1.events.retrieve(event)


def test_a_page_after_something_unknown_is_refused(world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such event") as refused:
        world.client.v1.events.list({"starting_after": "evt_unknown"})
    assert (refused.value.http_status, refused.value.param) == (400, "starting_after")
    with pytest.raises(stripe.InvalidRequestError, match="Only one of type and types"):
        world.client.v1.events.list({"type": "a", "types": ["b"]})


def test_paid_sessions_are_found_by_time_state_and_payment(world: World) -> None:
    paid = world.order()
    intent = world.payments.pay(paid.id, "succeeded")["payment_intent"]
    world.clock.now += 100
    later, opened = world.order(), world.order()
    world.payments.pay(later.id, "succeeded")
    sessions = world.client.v1.checkout.sessions
    assert [s.id for s in sessions.list({"status": "complete"}).data] == [later.id, paid.id]
    recent = sessions.list({"status": "complete", "created": {"gte": START + 1}})
    assert [s.id for s in recent.data] == [later.id]
    assert [s.id for s in sessions.list({"payment_intent": intent}).data] == [paid.id]
    assert [s.id for s in sessions.list({"status": "open"}).data] == [opened.id]
    assert sessions.list({"payment_intent": intent, "status": "open"}).data == []
