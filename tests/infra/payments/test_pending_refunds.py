"""Refunds that take their time: done later, sent back, or cancelled."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from infra.local.payments import RefusedError

from .conftest import START, World


def ask(world: World, intent: str, amount: int) -> stripe.Refund:
    return world.client.v1.refunds.create(
        {"payment_intent": intent, "amount": amount, "metadata": {"request": "R1"}}
    )


def refunded(world: World) -> list[tuple[int, int]]:
    """What each charge.refunded says: the total now, and before."""
    return [
        (event["data"]["object"]["amount_refunded"], event["data"]["previous_attributes"]["amount_refunded"])
        for event in world.payments.events()
        if event["type"] == "charge.refunded"
    ]


def last(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.payments.events()[-1]["data"]["object"]
    return found


def test_a_pending_refund_succeeds_later_and_keeps_its_metadata(world: World) -> None:
    intent = world.paid(2500)
    world.payments.start_refunds("pending")
    refund = ask(world, intent, 1000)
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    assert world.types()[3:] == ["refund.created", "charge.refunded"]
    assert world.payments.settle_refund(refund.id) == {"refund": refund.id, "status": "succeeded"}
    assert world.types()[5:] == ["refund.updated"]
    assert (last(world)["status"], last(world)["metadata"]) == ("succeeded", {"request": "R1"})
    with pytest.raises(RefusedError, match="is succeeded already"):
        world.payments.settle_refund(refund.id)


def test_a_pending_refund_that_fails_is_the_merchants_money_again(world: World) -> None:
    intent = world.paid(2500)
    world.payments.start_refunds("pending")
    refund = ask(world, intent, 2500)
    world.payments.fail_refund(refund.id, "expired_or_canceled_card")
    assert world.types()[5:] == ["refund.updated", "refund.failed"]
    failed = world.client.v1.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason, failed.pending_reason) == (
        "failed",
        "expired_or_canceled_card",
        None,
    )
    assert ask(world, intent, 2500).status == "pending"
    with pytest.raises(RefusedError, match="is failed already"):
        world.payments.fail_refund(refund.id)


def test_every_refund_event_of_a_charge_carries_the_running_total(world: World) -> None:
    intent = world.paid(2500)
    first, _ = ask(world, intent, 1000), ask(world, intent, 500)
    world.payments.fail_refund(first.id)
    ask(world, intent, 2000)
    assert refunded(world) == [(1000, 0), (1500, 1000), (2500, 500)]


def test_only_a_refund_that_waits_for_the_customer_is_cancelled(world: World) -> None:
    intent = world.paid(2500)
    done = ask(world, intent, 500)
    with pytest.raises(stripe.InvalidRequestError, match="cannot be cancelled"):
        world.client.v1.refunds.cancel(done.id)
    world.payments.start_refunds("requires_action")
    waiting = ask(world, intent, 2000)
    assert waiting.next_action is not None
    assert world.client.v1.refunds.cancel(waiting.id).status == "canceled"
    assert world.types()[-1] == "refund.updated"
    world.payments.start_refunds("succeeded")
    assert ask(world, intent, 2000).status == "succeeded"


def test_a_refund_by_hand_may_be_pending_while_others_are_not(world: World) -> None:
    intent = world.paid(2500)
    assert world.payments.refund(intent, 1_000_000, "pending")["status"] == "pending"
    assert ask(world, intent, 100).status == "succeeded"


def test_refunds_are_listed_by_payment_and_by_time(world: World) -> None:
    first, second = world.paid(2500), world.paid(2500)
    one = ask(world, first, 100)
    world.clock.now += 90_000
    two, other = ask(world, first, 100), ask(world, second, 100)
    refunds = world.client.v1.refunds
    assert [r.id for r in refunds.list({"payment_intent": first}).data] == [two.id, one.id]
    assert [r.id for r in refunds.list({"charge": str(other.charge)}).data] == [other.id]
    assert [r.id for r in refunds.list({"created": {"gt": START}}).data] == [other.id, two.id]
    late = refunds.list({"payment_intent": first, "created": {"lte": START}})
    assert [r.id for r in late.data] == [one.id]
    assert [r.id for r in refunds.list({"created": START}).data] == [one.id]
