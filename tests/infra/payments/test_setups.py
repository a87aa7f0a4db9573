"""Cards saved for later, with a payment or without one, and charged when the customer is away."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from infra.local.payments import RefusedError

from .conftest import World


def charge(world: World, customer: str, method: str, key: str = "auto_1") -> stripe.PaymentIntent:
    return world.client.v1.payment_intents.create(
        {
            "amount": 1000,
            "currency": "usd",
            "customer": customer,
            "payment_method": method,
            "off_session": True,
            "confirm": True,
        },
        {"idempotency_key": key},
    )


def test_a_session_that_saves_a_card_has_nothing_to_pay_and_an_intent_of_its_own(world: World) -> None:
    session = world.saving(
        setup_intent_data={"metadata": {"account": "acc_1"}}, metadata={"account": "acc_1"}
    )
    assert (session.mode, session.status, session.payment_status) == ("setup", "open", "no_payment_required")
    assert (session.amount_total, session.payment_intent, session.currency) == (None, None, "usd")
    intent = world.client.v1.setup_intents.retrieve(str(session.setup_intent))
    assert (intent.status, intent.usage, intent.payment_method) == (
        "requires_payment_method",
        "off_session",
        None,
    )
    assert intent.metadata is not None
    assert intent.metadata.to_dict() == {"account": "acc_1"}


def test_a_card_saved_without_a_payment_is_charged_off_session(world: World) -> None:
    session = world.saving()
    answer = world.payments.pay(session.id, "succeeded")
    assert answer == {"payment_intent": None, "setup_intent": session.setup_intent}
    assert world.types() == [
        "payment_method.attached",
        "setup_intent.succeeded",
        "checkout.session.completed",
    ]
    done = world.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent.payment_method"]})
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    intent = done.setup_intent
    assert isinstance(intent, stripe.SetupIntent)
    assert isinstance(intent.payment_method, stripe.PaymentMethod)
    assert intent.payment_method.customer == intent.customer == done.customer
    assert charge(world, str(done.customer), intent.payment_method.id).status == "succeeded"
    assert world.types()[3:] == ["charge.succeeded", "payment_intent.succeeded"]


def test_a_customer_without_an_address_or_a_name_saves_a_card(world: World) -> None:
    customer = world.client.v1.customers.create({})
    assert (customer.address, customer.email, customer.name) == (None, None, None)
    world.payments.pay(world.saving(customer=customer.id).id, "succeeded")
    (saved,) = world.client.v1.payment_methods.list({"customer": customer.id, "type": "card"}).data
    assert (saved.customer, saved.allow_redisplay) == (customer.id, "limited")
    kept = world.client.v1.customers.payment_methods.retrieve(customer.id, saved.id)
    assert kept.id == saved.id
    assert [i.payment_method for i in world.client.v1.setup_intents.list({"customer": customer.id}).data] == [
        saved.id
    ]


def test_a_payment_may_save_its_card_and_says_so(world: World) -> None:
    session = world.order(payment_intent_data={"setup_future_usage": "off_session"})
    world.payments.pay(session.id, "succeeded")
    assert world.types()[0] == "payment_method.attached"
    customer = str(world.client.v1.checkout.sessions.retrieve(session.id).customer)
    (saved,) = world.client.v1.payment_methods.list({"customer": customer}).data
    assert charge(world, customer, saved.id).status == "succeeded"


def test_a_card_that_is_declined_leaves_the_session_open_for_another(world: World) -> None:
    session = world.saving()
    world.payments.pay(session.id, "declined")
    intent = world.client.v1.setup_intents.retrieve(str(session.setup_intent))
    assert intent.status == "requires_payment_method"
    assert intent.last_setup_error is not None
    assert intent.last_setup_error.code == "card_declined"
    assert world.types() == ["setup_intent.setup_failed"]
    world.payments.pay(session.id, "succeeded")
    saved = world.client.v1.setup_intents.retrieve(str(session.setup_intent))
    assert (saved.status, saved.last_setup_error) == ("succeeded", None)


def test_a_card_is_never_saved_by_a_bank_payment(world: World) -> None:
    with pytest.raises(RefusedError, match="cannot end as async_succeeded"):
        world.payments.pay(world.saving().id, "async_succeeded")


def test_a_detached_card_is_told_of_and_leaves_its_customer(world: World) -> None:
    session = world.saving()
    world.payments.pay(session.id, "succeeded")
    customer = str(world.client.v1.checkout.sessions.retrieve(session.id).customer)
    (saved,) = world.client.v1.payment_methods.list({"customer": customer}).data
    world.client.v1.payment_methods.detach(saved.id)
    event = world.payments.events()[-1]
    assert event["type"] == "payment_method.detached"
    assert event["data"]["previous_attributes"] == {"customer": customer}
    assert world.client.v1.payment_methods.list({"customer": customer}).data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_method"):
        world.client.v1.customers.payment_methods.retrieve(customer, saved.id)


def test_a_bank_account_charged_off_session_waits_for_the_bank(world: World) -> None:
    session = world.order(payment_intent_data={"setup_future_usage": "off_session"})
    world.payments.pay(session.id, "async_succeeded")
    customer = str(world.client.v1.checkout.sessions.retrieve(session.id).customer)
    (saved,) = world.client.v1.payment_methods.list({"customer": customer}).data
    assert saved.type == "us_bank_account"
    first, second = charge(world, customer, saved.id), charge(world, customer, saved.id, "auto_2")
    assert first.status == "processing"
    assert world.payments.settle(first.id, paid=True) == {"payment_intent": first.id, "status": "succeeded"}
    assert world.payments.settle(second.id, paid=False)["status"] == "requires_payment_method"
    assert world.types()[-3:] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
    ]
    with pytest.raises(RefusedError, match="is succeeded"):
        world.payments.settle(first.id, paid=True)


def test_a_card_whose_bank_takes_its_time_is_settled_later_and_its_key_repeats_the_first_answer(
    world: World,
) -> None:
    customer = world.client.v1.customers.create({}).id
    world.payments.pay(world.saving(customer=customer).id, "succeeded")
    (saved,) = world.client.v1.payment_methods.list({"customer": customer}).data
    world.payments.decline(saved.id, "processing")
    first = charge(world, customer, saved.id)
    assert first.status == "processing"
    world.payments.settle(first.id, paid=True)
    again = charge(world, customer, saved.id)
    assert (again.id, again.status) == (first.id, "processing")
    assert world.client.v1.payment_intents.retrieve(first.id).status == "succeeded"


@pytest.mark.parametrize("paid", [True, False])
def test_a_session_waits_unpaid_until_its_bank_payment_is_settled(world: World, paid: bool) -> None:
    session = world.order()
    intent = world.payments.pay(session.id, "processing")["payment_intent"]
    assert world.types() == ["checkout.session.completed"]
    assert world.client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    assert world.client.v1.payment_intents.retrieve(intent).status == "processing"
    world.payments.settle(intent, paid=paid)
    assert world.types()[-1] == f"checkout.session.async_payment_{'succeeded' if paid else 'failed'}"
    status = world.client.v1.checkout.sessions.retrieve(session.id).payment_status
    assert status == ("paid" if paid else "unpaid")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"currency": None}, "currency"),
        ({"payment_intent_data": {"metadata": {"a": "b"}}}, "payment_intent_data"),
        ({"automatic_tax": {"enabled": True}}, "automatic_tax"),
        ({"line_items": [{"quantity": 1}]}, "line_items"),
        ({"setup_intent_data": {"usage": "on_session"}}, "setup_intent_data[usage]"),
    ],
)
def test_what_belongs_to_a_payment_is_refused_when_a_card_is_saved(
    world: World, change: dict[str, Any], param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        world.saving(**change)
    assert refused.value.param == param


def test_the_page_offers_to_save_the_card(world: World) -> None:
    session = world.saving()
    html = world.get(f"/pay/{session.id}").body.decode()
    assert "Save a card for Vowline" in html
    assert "Save the card" in html
    assert world.press(session.id, "pay").headers["location"] == "https://vowline.test/saved"
    assert world.client.v1.checkout.sessions.retrieve(session.id).status == "complete"
