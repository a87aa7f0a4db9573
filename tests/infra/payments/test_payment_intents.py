"""Charges without the customer present, and the saved cards that they use."""

from __future__ import annotations

import pytest
import stripe

from .conftest import World


def saved_card(world: World) -> tuple[str, str]:
    """A customer and the card kept from its first payment."""
    session = world.order(payment_intent_data={"setup_future_usage": "off_session"})
    world.payments.pay(session.id, "succeeded")
    customer = str(world.client.v1.checkout.sessions.retrieve(session.id).customer)
    (card,) = world.client.v1.customers.payment_methods.list(customer).data
    return customer, card.id


def charge(world: World, customer: str, card: str, key: str = "auto_1") -> stripe.PaymentIntent:
    return world.client.v1.payment_intents.create(
        {
            "amount": 1000,
            "currency": "usd",
            "customer": customer,
            "payment_method": card,
            "off_session": True,
            "confirm": True,
            "metadata": {"order": "auto_1"},
        },
        {"idempotency_key": key},
    )


def test_a_saved_card_is_charged_off_session(world: World) -> None:
    intent = charge(world, *saved_card(world))
    assert (intent.status, intent.amount_received) == ("succeeded", 1000)
    assert intent.metadata.to_dict() == {"order": "auto_1"}
    event = world.payments.events()[-1]
    assert event["type"] == "payment_intent.succeeded"
    assert event["request"]["idempotency_key"] == "auto_1"
    listed = world.client.v1.payment_intents.list({"customer": str(intent.customer)})
    assert listed.data[0].id == intent.id


def test_a_card_is_kept_only_when_the_order_asked_for_it(world: World) -> None:
    session = world.order()
    world.payments.pay(session.id, "succeeded")
    customer = str(world.client.v1.checkout.sessions.retrieve(session.id).customer)
    assert world.client.v1.customers.payment_methods.list(customer).data == []


@pytest.mark.parametrize(
    ("reason", "code"),
    [("insufficient_funds", "card_declined"), ("authentication_required", "authentication_required")],
)
def test_a_declined_charge_is_a_card_error_that_keeps_its_intent(
    world: World, reason: str, code: str
) -> None:
    customer, card = saved_card(world)
    world.payments.decline(card, reason)
    with pytest.raises(stripe.CardError) as declined:
        charge(world, customer, card)
    assert (declined.value.http_status, declined.value.code) == (402, code)
    assert declined.value.error is not None
    assert declined.value.error.decline_code == reason
    intent = declined.value.error.payment_intent
    assert intent is not None
    assert world.client.v1.payment_intents.retrieve(intent.id).status == "requires_payment_method"
    assert world.types()[-1] == "payment_intent.payment_failed"


def test_a_declined_charge_is_replayed_under_its_key_and_tried_anew_under_another(world: World) -> None:
    customer, card = saved_card(world)
    world.payments.decline(card)
    with pytest.raises(stripe.CardError):
        charge(world, customer, card)
    world.payments.decline(card, None)
    with pytest.raises(stripe.CardError) as replayed:
        charge(world, customer, card)
    assert (replayed.value.headers or {})["idempotent-replayed"] == "true"
    assert charge(world, customer, card, "auto_2").status == "succeeded"


def test_a_test_card_is_known_by_its_name(world: World) -> None:
    customer = world.client.v1.customers.create({"email": "a@example.com"}).id
    assert charge(world, customer, "pm_card_visa").status == "succeeded"
    with pytest.raises(stripe.CardError):
        charge(world, customer, "pm_card_visa_chargeDeclined", "auto_2")


def test_a_detached_card_is_no_longer_charged(world: World) -> None:
    customer, card = saved_card(world)
    assert world.client.v1.payment_methods.detach(card).customer is None
    assert world.client.v1.customers.payment_methods.list(customer).data == []
    with pytest.raises(stripe.InvalidRequestError, match="belongs to another customer"):
        charge(world, customer, card)
    with pytest.raises(stripe.InvalidRequestError, match="not attached"):
        world.client.v1.payment_methods.detach(card)


def test_a_deleted_customer_is_answered_as_deleted_and_loses_its_cards(world: World) -> None:
    customer, card = saved_card(world)
    assert world.client.v1.customers.delete(customer).deleted
    assert world.client.v1.customers.retrieve(customer).deleted
    assert world.client.v1.payment_methods.retrieve(card).customer is None
    assert world.types()[-1] == "customer.deleted"
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        world.client.v1.customers.delete(customer)


def test_an_intent_that_is_not_confirmed_takes_no_money(world: World) -> None:
    intent = world.client.v1.payment_intents.create({"amount": 500, "currency": "USD"})
    assert (intent.status, intent.currency, intent.latest_charge) == ("requires_payment_method", "usd", None)
    assert world.types() == []
