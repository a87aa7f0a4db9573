"""Refunds and disputes: money that goes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from infra.local.payments import Decision, RefusedError

from .conftest import World

REFUND_EVENTS = ["refund.created", "charge.refunded", "refund.updated"]


def charge_of(world: World, intent: str) -> stripe.Charge:
    found = world.client.v1.payment_intents.retrieve(intent, {"expand": ["latest_charge"]}).latest_charge
    assert isinstance(found, stripe.Charge)
    return found


def test_refunds_in_parts_add_up_to_the_whole(world: World) -> None:
    intent = world.paid(2500)
    part = world.client.v1.refunds.create(
        {"payment_intent": intent, "amount": 1000, "metadata": {"request": "R1"}}
    )
    assert (part.status, part.amount) == ("succeeded", 1000)
    assert part.metadata is not None
    assert part.metadata.to_dict() == {"request": "R1"}
    charge = charge_of(world, intent)
    assert (charge.amount_refunded, charge.refunded) == (1000, False)

    rest = world.client.v1.refunds.create({"payment_intent": intent})
    assert rest.amount == 1500
    charge = charge_of(world, intent)
    assert (charge.amount_refunded, charge.refunded) == (2500, True)
    assert world.types()[3:] == REFUND_EVENTS * 2
    listed = world.client.v1.refunds.list({"payment_intent": intent})
    assert [r.id for r in listed.data] == [rest.id, part.id]
    assert world.client.v1.refunds.retrieve(part.id).charge == charge.id


def test_a_refund_over_the_rest_is_refused_and_changes_nothing(world: World) -> None:
    intent = world.paid(2500)
    with pytest.raises(stripe.InvalidRequestError, match="more than the 2500 left") as refused:
        world.client.v1.refunds.create({"payment_intent": intent, "amount": 2501})
    assert refused.value.param == "amount"
    assert charge_of(world, intent).amount_refunded == 0
    world.client.v1.refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError) as again:
        world.client.v1.refunds.create({"payment_intent": intent})
    assert again.value.code == "charge_already_refunded"


def test_refunds_at_the_same_moment_never_exceed_the_charge(world: World) -> None:
    intent = world.paid(2500)

    def take(_: int) -> bool:
        try:
            world.client.v1.refunds.create({"payment_intent": intent, "amount": 1000})
        except stripe.InvalidRequestError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 2
    assert charge_of(world, intent).amount_refunded == 2000


def test_a_refund_by_hand_is_counted_in_micros(world: World) -> None:
    intent = world.paid(2500)
    answer = world.payments.refund(intent, 12_500_000)
    assert world.client.v1.refunds.retrieve(answer["refund"]).amount == 1250
    with pytest.raises(RefusedError, match="not a positive whole amount"):
        world.payments.refund(intent, 12_345)


def test_a_refund_that_the_bank_sends_back_can_be_asked_for_again(world: World) -> None:
    intent = world.paid(2500)
    refund = world.client.v1.refunds.create({"payment_intent": intent})
    assert world.payments.fail_refund(refund.id) == {"refund": refund.id, "status": "failed"}
    assert world.types()[-2:] == ["refund.updated", "refund.failed"]
    charge = charge_of(world, intent)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert world.client.v1.refunds.retrieve(refund.id).failure_reason == "lost_or_stolen_card"
    assert world.client.v1.refunds.create({"payment_intent": intent}).amount == 2500


def test_an_unpaid_intent_cannot_be_refunded(world: World) -> None:
    intent = world.payments.pay(world.order().id, "declined")["payment_intent"]
    with pytest.raises(stripe.InvalidRequestError, match="no successful charge"):
        world.client.v1.refunds.create({"payment_intent": intent})


@pytest.mark.parametrize(
    ("outcome", "status", "events"),
    [
        ("open", "needs_response", []),
        ("lost", "lost", ["charge.dispute.closed"]),
        ("won", "won", ["charge.dispute.closed", "charge.dispute.funds_reinstated"]),
    ],
)
def test_a_dispute_takes_the_money_and_only_a_won_one_brings_it_back(
    world: World, outcome: Decision, status: str, events: list[str]
) -> None:
    intent = world.paid(2500)
    answer = world.payments.dispute(intent, 10_000_000, outcome)
    dispute = world.client.v1.disputes.retrieve(answer["dispute"])
    assert (dispute.status, dispute.amount, dispute.payment_intent) == (status, 1000, intent)
    assert charge_of(world, intent).disputed
    assert world.types()[3:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn", *events]


def test_an_open_dispute_is_decided_later_and_only_once(world: World) -> None:
    intent = world.paid(2500)
    opened = world.payments.dispute(intent, 25_000_000, "open")
    with pytest.raises(RefusedError, match="disputed already"):
        world.payments.dispute(intent, 25_000_000, "open")
    closed = world.payments.dispute(intent, 25_000_000, "lost")
    assert closed == {"dispute": opened["dispute"], "status": "lost"}
    with pytest.raises(RefusedError, match="disputed already"):
        world.payments.dispute(intent, 25_000_000, "won")


def test_a_disputed_charge_is_not_refunded_until_the_dispute_is_won(world: World) -> None:
    intent = world.paid(2500)
    world.payments.dispute(intent, 25_000_000, "open")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        world.client.v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_disputed"
    world.payments.dispute(intent, 25_000_000, "won")
    assert world.client.v1.refunds.create({"payment_intent": intent}).amount == 2500


def test_a_dispute_is_never_over_more_than_was_paid(world: World) -> None:
    intent = world.paid(2500)
    with pytest.raises(RefusedError, match="more than was paid"):
        world.payments.dispute(intent, 25_010_000, "open")
    assert world.client.v1.disputes.list().data == []
