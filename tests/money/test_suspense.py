"""What fits no account is booked all the same, where somebody looks at it."""

from __future__ import annotations

import pytest

from chalicelib.core import clock
from chalicelib.money import ledger, orders, payments
from chalicelib.money.funds import Funds
from chalicelib.money.models import Order
from chalicelib.providers.stripe_facts import Paid
from tests.harness.heard import hearing, metrics_in
from tests.harness.stage import Stage
from tests.money.payer import Payer, entries


@pytest.fixture
def payer(stage: Stage) -> Payer:
    return Payer(stage)


def change_order(payer: Payer, amount_micros: int) -> str:
    """An order that is not what was paid: the payment intent, its webhooks under way."""
    order = payer.order()
    Order(order.id).update(actions=[Order.amount_micros.set(amount_micros)])
    assert order.checkout_id
    return str(payer.stage.payments.pay(order.checkout_id, "succeeded")["payment_intent"])


def test_a_payment_of_another_amount_goes_to_suspense_and_wakes_somebody(
    payer: Payer, capsys: pytest.CaptureFixture[str]
) -> None:
    payment = change_order(payer, 9_000_000)
    with hearing() as alarms:
        payer.stage.settle_payments()
    assert alarms.names == ["suspense"]
    assert metrics_in(capsys.readouterr().out)["SuspenseEntries"] == 1
    assert payer.entries() == []
    assert entries(ledger.SUSPENSE) == [("topup", payment, 10_000_000)]


def test_its_refund_and_dispute_stay_in_suspense(payer: Payer) -> None:
    payment = change_order(payer, 9_000_000)
    payer.stage.settle_payments()
    refund = payer.stage.payments.refund(payment, 4_000_000)["refund"]
    dispute = payer.stage.payments.dispute(payment, 6_000_000)["dispute"]
    payer.stage.settle_payments()
    assert payer.entries() == []
    assert entries(ledger.SUSPENSE) == [
        ("dispute", dispute, -6_000_000),
        ("refund", refund, -4_000_000),
        ("topup", payment, 10_000_000),
    ]
    assert not payer.funds.frozen
    assert not ledger.funds(ledger.SUSPENSE).frozen


def test_a_payment_for_a_closed_account_goes_to_suspense_and_its_customer_is_forgotten(payer: Payer) -> None:
    payment = payer.pay()
    ledger.set_status(payer.account_id, "closed")
    payer.stage.settle_payments()
    assert payer.entries() == []
    assert entries(ledger.SUSPENSE) == [("topup", payment, 10_000_000)]
    item = payments.find(payment)
    assert item
    assert item.customer is None
    order = orders.find(item.order_id.removeprefix("ORDER#"))
    assert order
    assert order.state == "suspense"
    deleted = [event for event in payer.stage.payments.events() if event["type"] == "customer.deleted"]
    assert len(deleted) == 1


def test_what_was_credited_before_an_account_closed_is_not_credited_again_in_suspense(payer: Payer) -> None:
    payment = payer.top_up()
    ledger.set_status(payer.account_id, "closed")
    payer.stage.payments.deliver([event["id"] for event in payer.stage.payments.events()], 2)
    assert payer.entries() == [("topup", payment, 10_000_000)]
    assert entries(ledger.SUSPENSE) == []


def test_a_refund_for_a_closed_account_goes_to_suspense(payer: Payer) -> None:
    payment = payer.top_up()
    ledger.set_status(payer.account_id, "closed")
    refund = payer.stage.payments.refund(payment, 4_000_000)["refund"]
    payer.stage.settle_payments()
    payer.stage.payments.fail_refund(refund)
    payer.stage.settle_payments()
    assert payer.available_micros == 10_000_000
    assert entries(ledger.SUSPENSE) == [("refund", refund, -4_000_000), ("refund_failed", refund, 4_000_000)]


def test_an_account_that_closes_between_look_and_write_is_noticed(
    payer: Payer, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = payer.top_up()
    look = ledger.funds

    def close_behind(account_id: str) -> Funds:
        funds = look(account_id)
        if account_id == payer.account_id and funds.status == "open":
            ledger.set_status(account_id, "closed")
        return funds

    monkeypatch.setattr(ledger, "funds", close_behind)
    payer.stage.payments.refund(payment, 4_000_000)
    payer.stage.settle_payments()
    monkeypatch.undo()
    assert payer.available_micros == 10_000_000
    assert ledger.funds(ledger.SUSPENSE).available_micros == -4_000_000


def test_another_currency_never_meets_the_profiles_in_one_balance(payer: Payer) -> None:
    order = payer.order()
    paid = Paid(orders.number(order), "pi_1", 10_000_000, 0, "EUR", clock.now(), None, None)
    assert payments.credit(paid)
    assert not payments.credit(paid)
    assert payer.entries() == []
    assert entries("suspense-eur") == [("topup", "pi_1", 10_000_000)]
    assert ledger.funds("suspense-eur").currency == "EUR"
    assert ledger.funds(ledger.SUSPENSE).version == 0
