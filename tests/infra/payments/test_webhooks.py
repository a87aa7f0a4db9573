"""Webhooks: signed as the provider signs, and repeated until they are taken."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

import pytest
import stripe

from infra.local.exchange import Answered
from infra.local.payments.state import API_VERSION
from infra.local.payments.webhooks import sign

from .conftest import SECRET, Receiver, World


def test_due_webhooks_are_posted_once_and_pass_the_real_check(world: World) -> None:
    world.paid()
    assert world.payments.deliver_due() == 3
    assert world.receiver.types() == world.types()
    assert {url for url, _, _ in world.receiver.posts} == {"https://vowline.test/api/webhooks/stripe"}
    assert world.payments.deliver_due() == 0
    assert all(event["pending_webhooks"] == 0 for event in world.payments.events())


def test_the_signature_carries_the_real_time_whatever_the_worlds_clock_says(world: World) -> None:
    world.paid()
    world.payments.deliver_due()
    _, body, headers = world.receiver.posts[0]
    at = int(headers["stripe-signature"].split(",")[0].removeprefix("t="))
    assert abs(at - time.time()) < 60
    assert json.loads(body)["created"] == world.clock.now


def test_the_signature_is_the_one_that_the_real_library_makes() -> None:
    ours = sign(b'{"a": 1}', SECRET, 1_700_000_000)
    theirs = stripe.WebhookSignature.generate_signature_header('{"a": 1}', SECRET, 1_700_000_000)
    assert ours == theirs


@pytest.mark.parametrize("secret", ["whsec_other", SECRET])
def test_a_changed_body_or_another_secret_fails_the_check(world: World, secret: str) -> None:
    world.paid()
    world.payments.deliver_due()
    _, body, headers = world.receiver.posts[0]
    changed = body.replace(b"2500", b"9900") if secret == SECRET else body
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(changed, headers["stripe-signature"], secret)


@pytest.mark.parametrize("failure", [500, 302, 403, ConnectionRefusedError()])
def test_a_webhook_that_is_not_taken_is_posted_again_later(world: World, failure: int | OSError) -> None:
    world.client.v1.checkout.sessions.expire(world.order().id)
    world.receiver.answers = [failure, failure]
    assert world.payments.deliver_due() == 0
    assert world.payments.deliver_due() == 0
    assert len(world.receiver.posts) == 1
    world.clock.now += 1
    assert world.payments.deliver_due() == 0
    world.clock.now += 1
    assert world.payments.deliver_due() == 0
    assert len(world.receiver.posts) == 2
    world.clock.now += 1
    assert world.payments.deliver_due() == 1
    assert len({body for _, body, _ in world.receiver.posts}) == 1


def test_pauses_grow_and_after_three_days_the_provider_gives_up(world: World) -> None:
    world.client.v1.checkout.sessions.expire(world.order().id)
    world.receiver.answers = [500] * 1000
    start = last = world.clock.now
    pauses: list[int] = []
    for _ in range(13):
        while not world.payments.deliver_due() and len(world.receiver.posts) == len(pauses):
            world.clock.now += 1
        pauses.append(world.clock.now - last)
        last = world.clock.now
    assert pauses[:6] == [0, 1, 2, 4, 8, 16]
    assert pauses[12] == 2048
    world.clock.now = start + 3 * 86_400
    world.payments.deliver_due()
    tried = len(world.receiver.posts)
    world.clock.now += 20 * 86_400
    assert world.payments.deliver_due() == 0
    assert len(world.receiver.posts) == tried
    undelivered = world.client.v1.events.list({"delivery_success": False}).data
    assert [event.type for event in undelivered] == ["checkout.session.expired"]


def test_an_event_can_be_posted_again_even_when_it_was_taken(world: World) -> None:
    world.paid()
    world.payments.deliver_due()
    event = world.payments.events()[0]
    assert world.payments.redeliver(event["id"])
    assert [e.id for e in world.receiver.events].count(event["id"]) == 2


def test_an_event_posted_by_hand_and_taken_is_not_due_any_more(world: World) -> None:
    world.client.v1.checkout.sessions.expire(world.order().id)
    assert world.payments.redeliver(world.payments.events()[0]["id"])
    assert world.payments.deliver_due() == 0


def test_a_receiver_may_ask_the_provider_while_it_takes_an_event(world: World) -> None:
    seen: list[str | None] = []

    def asking(url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        found = world.client.v1.checkout.sessions.retrieve(json.loads(body)["data"]["object"]["id"])
        seen.append(found.status)
        world.payments.deliver_due()
        return world.receiver(url, body, headers)

    asker = world.another(asking)
    world.client.v1.checkout.sessions.expire(world.order().id)
    assert asker.deliver_due() == 1
    assert (seen, world.receiver.types()) == (["expired"], ["checkout.session.expired"])


def test_a_restart_loses_neither_objects_nor_webhooks(world: World) -> None:
    intent = world.paid()
    again = world.another(Receiver())
    assert again.deliver_due() == 3
    assert again.refund(intent, 25_000_000)["status"] == "succeeded"


def test_events_are_listed_by_type_and_name_the_request_that_caused_them(world: World) -> None:
    session = world.order()
    world.client.v1.checkout.sessions.expire(session.id, {}, {"idempotency_key": "stop_1"})
    world.paid()
    (expired,) = world.client.v1.events.list({"type": "checkout.session.expired"}).data
    assert expired.request is not None
    assert expired.request.idempotency_key == "stop_1"
    assert world.client.v1.events.retrieve(expired.id).data.object["id"] == session.id
    listed = world.client.v1.events.list({"types": ["charge.succeeded", "payment_intent.succeeded"]}).data
    assert [event.type for event in listed] == ["payment_intent.succeeded", "charge.succeeded"]
    assert all(event.request and event.request.id is None for event in listed)


def test_events_have_the_version_of_the_pinned_library() -> None:
    assert stripe.api_version == API_VERSION
