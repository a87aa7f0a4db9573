"""Disputes, a phase at a time and in any order, inquiries, and the warnings before them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest
import stripe

from infra.local.payments import RefusedError, Verdict

from .conftest import START, World

PHASES = ("withdraw", "update", "close", "reinstate")
EVENTS = {
    "withdraw": "charge.dispute.funds_withdrawn",
    "update": "charge.dispute.updated",
    "close": "charge.dispute.closed",
    "reinstate": "charge.dispute.funds_reinstated",
}


def verbs(world: World, dispute: str) -> dict[str, Callable[[], object]]:
    payments = world.payments
    return {
        "withdraw": lambda: payments.withdraw_dispute(dispute),
        "update": lambda: payments.update_dispute(dispute),
        "close": lambda: payments.close_dispute(dispute, "won"),
        "reinstate": lambda: payments.reinstate_dispute(dispute),
    }


@pytest.mark.parametrize("order", list(permutations(PHASES)), ids="-".join)
def test_each_phase_is_one_event_in_whatever_order(world: World, order: tuple[str, ...]) -> None:
    opened = world.payments.open_dispute(world.paid(), 10_000_000)
    assert opened["status"] == "needs_response"
    phases = verbs(world, opened["dispute"])
    for phase in order:
        phases[phase]()
    assert world.types()[3:] == ["charge.dispute.created", *(EVENTS[phase] for phase in order)]
    dispute = world.client.v1.disputes.retrieve(opened["dispute"])
    assert (dispute.status, dispute.evidence_details.submission_count) == ("won", 1)
    assert sorted(moved.amount for moved in dispute.balance_transactions) == [-1000, 1000]
    assert {moved.reporting_category for moved in dispute.balance_transactions} == {
        "dispute",
        "dispute_reversal",
    }


@pytest.mark.parametrize("phase", ["withdraw", "close", "reinstate"])
def test_a_phase_that_ends_something_happens_once(world: World, phase: str) -> None:
    act = verbs(world, world.payments.open_dispute(world.paid(), 10_000_000)["dispute"])[phase]
    act()
    with pytest.raises(RefusedError, match=r"already|closed"):
        act()


@pytest.mark.parametrize("verdict", ["won", "lost"])
def test_closing_moves_no_money_by_itself(world: World, verdict: Verdict) -> None:
    dispute = world.payments.open_dispute(world.paid(), 10_000_000)["dispute"]
    world.payments.withdraw_dispute(dispute)
    assert world.payments.close_dispute(dispute, verdict) == {"dispute": dispute, "status": verdict}
    event = world.payments.events()[-1]
    assert event["type"] == "charge.dispute.closed"
    assert event["data"]["previous_attributes"] == {"status": "needs_response"}
    assert [moved["amount"] for moved in event["data"]["object"]["balance_transactions"]] == [-1000]


def test_an_inquiry_moves_no_money_and_leaves_the_charge_refundable(world: World) -> None:
    intent = world.paid()
    inquiry = world.payments.open_dispute(intent, 25_000_000, inquiry=True)
    assert inquiry["status"] == "warning_needs_response"
    for act in (world.payments.withdraw_dispute, world.payments.reinstate_dispute):
        with pytest.raises(RefusedError, match="moves no money"):
            act(inquiry["dispute"])
    with pytest.raises(RefusedError, match="cannot become lost"):
        world.payments.close_dispute(inquiry["dispute"], "lost")
    found = world.client.v1.disputes.retrieve(inquiry["dispute"])
    assert (found.is_charge_refundable, found.balance_transactions) == (True, [])
    assert world.client.v1.refunds.create({"payment_intent": intent, "amount": 100}).status == "succeeded"
    assert world.payments.close_dispute(inquiry["dispute"], "warning_closed")["status"] == "warning_closed"


def test_an_inquiry_may_become_a_claim(world: World) -> None:
    intent = world.paid()
    dispute = world.payments.open_dispute(intent, 25_000_000, inquiry=True)["dispute"]
    assert world.payments.update_dispute(dispute, "needs_response")["status"] == "needs_response"
    world.payments.withdraw_dispute(dispute)
    with pytest.raises(stripe.InvalidRequestError, match="disputed"):
        world.client.v1.refunds.create({"payment_intent": intent})
    assert world.payments.close_dispute(dispute, "lost")["status"] == "lost"
    with pytest.raises(RefusedError, match="closed"):
        world.payments.update_dispute(dispute, "under_review")


@pytest.mark.parametrize("inquiry", [True, False])
def test_a_dispute_that_is_prevented_leaves_the_charge_refundable(world: World, inquiry: bool) -> None:
    intent = world.paid()
    dispute = world.payments.open_dispute(intent, 25_000_000, inquiry=inquiry)["dispute"]
    assert world.payments.close_dispute(dispute, "prevented")["status"] == "prevented"
    assert world.client.v1.refunds.create({"payment_intent": intent}).status == "succeeded"


def test_disputes_are_listed_by_payment_and_by_time(world: World) -> None:
    first, second = world.paid(), world.paid()
    one = world.payments.open_dispute(first, 10_000_000)["dispute"]
    world.clock.now += 3600
    two = world.payments.open_dispute(second, 10_000_000)["dispute"]
    disputes = world.client.v1.disputes
    assert [d.id for d in disputes.list().data] == [two, one]
    assert [d.id for d in disputes.list({"payment_intent": first}).data] == [one]
    assert [d.id for d in disputes.list({"created": {"gt": START}}).data] == [two]
    assert [d.id for d in disputes.list({"created": {"lt": START + 1}}).data] == [one]


def test_a_bank_warns_of_fraud_before_anyone_disputes(world: World) -> None:
    intent = world.paid()
    id = world.payments.warn_of_fraud(intent)["early_fraud_warning"]
    assert world.types()[-1] == "radar.early_fraud_warning.created"
    warning = world.client.v1.radar.early_fraud_warnings.retrieve(id)
    assert (warning.actionable, warning.payment_intent) == (True, intent)
    listed = world.client.v1.radar.early_fraud_warnings.list({"payment_intent": intent}).data
    assert [w.id for w in listed] == [id]
    world.payments.open_dispute(intent, 25_000_000)
    late = world.payments.warn_of_fraud(intent)["early_fraud_warning"]
    assert not world.client.v1.radar.early_fraud_warnings.retrieve(late).actionable


def test_an_unknown_status_or_verdict_is_refused(world: World) -> None:
    dispute = world.payments.open_dispute(world.paid(), 10_000_000)["dispute"]
    with pytest.raises(RefusedError, match="Unknown status"):
        world.payments.update_dispute(dispute, "won")  # type: ignore[arg-type]
    with pytest.raises(RefusedError, match="Unknown verdict"):
        world.payments.close_dispute(dispute, "under_review")  # type: ignore[arg-type]
    with pytest.raises(RefusedError, match="No such dispute"):
        world.payments.withdraw_dispute("du_unknown")
