"""Checkout sessions through the provider's real client."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from .conftest import START, World

DAY_SECONDS = 86_400


def test_a_new_session_is_open_and_keeps_what_it_was_given(world: World) -> None:
    session = world.client.v1.checkout.sessions.retrieve(world.order(1234).id)
    assert (session.status, session.payment_status, session.mode) == ("open", "unpaid", "payment")
    assert (session.amount_subtotal, session.amount_total, session.currency) == (1234, 1234, "usd")
    assert session.total_details is not None
    assert session.total_details.amount_tax == 0
    assert session.client_reference_id == "top_1"
    assert session.metadata is not None
    assert session.metadata.to_dict() == {"order": "top_1"}
    assert session.url == f"http://127.0.0.1:8003/pay/{session.id}"
    assert (session.created, session.expires_at) == (START, START + DAY_SECONDS)
    assert session.livemode is False
    assert session.payment_intent is None
    assert session.customer is None


def test_paying_completes_the_session_and_makes_intent_charge_and_customer(world: World) -> None:
    session = world.order(1234)
    intent_id = world.payments.pay(session.id, "succeeded")["payment_intent"]
    done = world.client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge", "customer"]}
    )
    assert (done.status, done.payment_status, done.url) == ("complete", "paid", None)
    assert isinstance(done.customer, stripe.Customer)
    intent = done.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.id, intent.status, intent.amount_received) == (intent_id, "succeeded", 1234)
    assert intent.metadata.to_dict() == {"order": "top_1"}
    assert intent.customer == done.customer.id
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert (intent.latest_charge.paid, intent.latest_charge.amount_captured) == (True, 1234)
    assert world.types() == ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


def test_no_customer_is_made_unless_always_is_asked_for(world: World) -> None:
    session = world.order(customer_creation="if_required")
    world.payments.pay(session.id, "succeeded")
    assert world.client.v1.checkout.sessions.retrieve(session.id).customer is None


def test_a_declined_card_leaves_the_session_open_for_another_try_on_the_same_intent(world: World) -> None:
    session = world.order()
    declined = world.payments.pay(session.id, "declined")["payment_intent"]
    intent = world.client.v1.payment_intents.retrieve(declined)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == "card_declined"
    assert world.client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert world.types() == ["payment_intent.payment_failed"]

    assert world.payments.pay(session.id, "succeeded")["payment_intent"] == declined
    paid = world.client.v1.payment_intents.retrieve(declined)
    assert (paid.status, paid.last_payment_error) == ("succeeded", None)


def test_a_bank_payment_completes_unpaid_and_is_paid_later(world: World) -> None:
    session = world.order()
    world.payments.pay(session.id, "async_succeeded")
    assert world.types() == [
        "checkout.session.completed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]
    first, *_, last = (event["data"]["object"] for event in world.payments.events())
    assert (first["payment_status"], last["payment_status"]) == ("unpaid", "paid")
    assert world.client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_bank_payment_that_fails_stays_unpaid(world: World) -> None:
    session = world.order()
    intent = world.payments.pay(session.id, "async_failed")["payment_intent"]
    assert world.types()[1:] == ["payment_intent.payment_failed", "checkout.session.async_payment_failed"]
    assert world.client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    assert world.client.v1.payment_intents.retrieve(intent).amount_received == 0


def test_an_abandoned_session_expires_without_an_intent(world: World) -> None:
    session = world.order()
    assert world.payments.pay(session.id, "abandoned") == {"payment_intent": None}
    expired = world.client.v1.checkout.sessions.retrieve(session.id)
    assert (expired.status, expired.payment_status, expired.url) == ("expired", "unpaid", None)
    assert world.types() == ["checkout.session.expired"]


def test_a_session_expires_by_itself_after_a_day(world: World) -> None:
    session = world.order()
    world.clock.now += DAY_SECONDS - 1
    assert world.client.v1.checkout.sessions.retrieve(session.id).status == "open"
    world.clock.now += 1
    assert world.payments.deliver_due() == 1
    assert world.receiver.types() == ["checkout.session.expired"]
    with pytest.raises(Exception, match="not open but expired"):
        world.payments.pay(session.id, "succeeded")


def test_only_an_open_session_can_be_expired(world: World) -> None:
    session = world.order()
    assert world.client.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="not open but expired"):
        world.client.v1.checkout.sessions.expire(session.id)
    assert world.types() == ["checkout.session.expired"]


def test_a_session_is_paid_once(world: World) -> None:
    session = world.order()
    world.payments.pay(session.id, "succeeded")
    with pytest.raises(Exception, match="not open but complete"):
        world.payments.pay(session.id, "succeeded")
    assert len(world.client.v1.payment_intents.list().data) == 1


def test_line_items_say_what_is_sold(world: World) -> None:
    session = world.order(700)
    (item,) = world.client.v1.checkout.sessions.line_items.list(session.id).data
    assert (item.description, item.quantity, item.amount_total, item.currency) == (
        "Calling credit",
        1,
        700,
        "usd",
    )
    assert item.price is not None
    assert item.price.unit_amount == 700
    expanded = world.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})
    assert expanded.line_items is not None
    assert expanded.line_items.data[0].id == item.id


def test_sessions_are_listed_newest_first_page_by_page(world: World) -> None:
    made = [world.order().id for _ in range(5)]
    first = world.client.v1.checkout.sessions.list({"limit": 2})
    assert ([s.id for s in first.data], first.has_more) == ([made[4], made[3]], True)
    rest = world.client.v1.checkout.sessions.list({"limit": 3, "starting_after": made[3]})
    assert ([s.id for s in rest.data], rest.has_more) == ([made[2], made[1], made[0]], False)
    before = world.client.v1.checkout.sessions.list({"limit": 1, "ending_before": made[2]})
    assert ([s.id for s in before.data], before.has_more) == ([made[3]], True)
    assert [s.id for s in first.auto_paging_iter()] == made[::-1]


def test_lists_are_filtered_by_their_fields_and_by_time(world: World) -> None:
    old = world.order()
    intent = world.payments.pay(old.id, "succeeded")["payment_intent"]
    world.clock.now += 100
    new = world.order()
    sessions = world.client.v1.checkout.sessions
    assert [s.id for s in sessions.list({"payment_intent": intent}).data] == [old.id]
    assert [s.id for s in sessions.list({"status": "open"}).data] == [new.id]
    assert [s.id for s in sessions.list({"created": {"gte": START + 100}}).data] == [new.id]
    assert [s.id for s in sessions.list({"created": {"gt": START - 1, "lt": START + 100}}).data] == [old.id]


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"line_items": []}, "line_items"),
        ({"success_url": "javascript:alert(1)"}, "success_url"),
        ({"success_url": "https://vowline.test/\r\nset-cookie: a"}, "success_url"),
        ({"mode": "subscription"}, "mode"),
        ({"expires_at": START + 60}, "expires_at"),
        ({"expires_at": START + 2 * DAY_SECONDS}, "expires_at"),
        ({"metadata": {"note": "x" * 501}}, "metadata"),
        ({"customer": "cus_unknown"}, "customer"),
        ({"sucess_url": "https://vowline.test"}, "sucess_url"),
        ({"line_items": [{"price": "price_unknown"}]}, "line_items[0][price]"),
    ],
)
def test_a_wrong_parameter_is_refused_by_its_name(world: World, change: dict[str, Any], param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        world.order(**change)
    assert (refused.value.http_status, refused.value.param) == (400, param)
    assert world.client.v1.checkout.sessions.list().data == []


@pytest.mark.parametrize(("cents", "code"), [(49, "amount_too_small"), (100_000_000, "amount_too_large")])
def test_an_amount_out_of_bounds_is_refused(world: World, cents: int, code: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        world.order(cents)
    assert refused.value.code == code
