"""Automatic tax: on top of the price, once it is known where the buyer lives."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from infra.local.payments import RefusedError

from .conftest import World

TAXED: dict[str, Any] = {"automatic_tax": {"enabled": True}}


def taxes(session: stripe.checkout.Session) -> tuple[int | None, int | None, int | None, str | None]:
    """Subtotal, tax, total, and how far the calculation is."""
    tax = session.total_details.amount_tax if session.total_details else None
    return session.amount_subtotal, tax, session.amount_total, session.automatic_tax.status


def test_tax_is_known_when_the_buyer_has_paid_and_everything_is_over_the_total(world: World) -> None:
    world.payments.set_tax("8.875")
    session = world.order(1000, **TAXED)
    assert taxes(session) == (1000, 0, 1000, "requires_location_inputs")
    intent_id = world.payments.pay(session.id, "succeeded")["payment_intent"]
    done = world.client.v1.checkout.sessions.retrieve(session.id)
    assert taxes(done) == (1000, 89, 1089, "complete")
    intent = world.client.v1.payment_intents.retrieve(intent_id, {"expand": ["latest_charge"]})
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert (intent.amount, intent.latest_charge.amount_captured) == (1089, 1089)
    assert world.client.v1.refunds.create({"payment_intent": intent_id}).amount == 1089
    (item,) = world.client.v1.checkout.sessions.line_items.list(session.id).data
    assert (item.amount_subtotal, item.amount_tax, item.amount_total) == (1000, 89, 1089)


def test_a_customer_with_an_address_is_taxed_at_once(world: World) -> None:
    world.payments.set_tax("20")
    customer = world.client.v1.customers.create({"address": {"country": "GB"}})
    assert taxes(world.order(1000, customer=customer.id, **TAXED)) == (1000, 200, 1200, "complete")


def test_a_customer_without_an_address_needs_leave_to_take_the_buyers(world: World) -> None:
    world.payments.set_tax("20")
    customer = world.client.v1.customers.create({}).id
    with pytest.raises(stripe.InvalidRequestError) as refused:
        world.order(1000, customer=customer, **TAXED)
    assert refused.value.code == "customer_tax_location_invalid"
    session = world.order(1000, customer=customer, customer_update={"address": "auto"}, **TAXED)
    world.payments.pay(session.id, "succeeded")
    assert taxes(world.client.v1.checkout.sessions.retrieve(session.id)) == (1000, 200, 1200, "complete")
    address = world.client.v1.customers.retrieve(customer).address
    assert address is not None
    assert address.country == "US"


def test_there_is_no_tax_at_first_nor_where_it_was_not_asked_for(world: World) -> None:
    untaxed = world.order(1000, **TAXED)
    world.payments.pay(untaxed.id, "succeeded")
    assert taxes(world.client.v1.checkout.sessions.retrieve(untaxed.id)) == (1000, 0, 1000, "complete")
    world.payments.set_tax("20")
    plain = world.order(1000)
    world.payments.pay(plain.id, "succeeded")
    assert taxes(world.client.v1.checkout.sessions.retrieve(plain.id)) == (1000, 0, 1000, None)


def test_a_second_try_to_pay_keeps_the_tax_of_the_first(world: World) -> None:
    world.payments.set_tax("10")
    session = world.order(1000, **TAXED)
    world.payments.pay(session.id, "declined")
    world.payments.set_tax("20")
    intent = world.payments.pay(session.id, "succeeded")["payment_intent"]
    assert taxes(world.client.v1.checkout.sessions.retrieve(session.id)) == (1000, 100, 1100, "complete")
    assert world.client.v1.payment_intents.retrieve(intent).amount_received == 1100


def test_the_page_shows_the_tax_before_it_is_paid(world: World) -> None:
    world.payments.set_tax("8.875")
    html = world.get(f"/pay/{world.order(1000, **TAXED).id}").body.decode()
    assert all(sum in html for sum in ("10.00 USD", "0.89 USD", "Pay 10.89 USD"))
    assert "Tax" not in world.get(f"/pay/{world.order(1000).id}").body.decode()


@pytest.mark.parametrize("percent", ["-1", "101", "NaN", "much"])
def test_a_rate_that_is_none_is_refused(world: World, percent: str) -> None:
    with pytest.raises(RefusedError, match="0 to 100 percent"):
        world.payments.set_tax(percent)
