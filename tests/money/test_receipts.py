"""Receipts: a mail for each payment, and the list of all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.core import ids, settings
from chalicelib.core.errors import Refusal
from chalicelib.money import letters, orders, payments, receipts, topups
from chalicelib.money.models import Order
from chalicelib.providers.stripe_facts import Paid
from tests.conftest import Clock
from tests.harness.killpoints import Case, survive
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.money.purse import DOLLAR, Purse, make, sweep

SELLER = "Sold by: Example"


@pytest.fixture
def purse(stage: Stage, mailbox: Mailbox) -> Purse:
    return make(stage, mailbox)


def pay(purse: Purse, amount_micros: int, tax_micros: int = 0) -> str:
    """Order credit, and hear that it was paid; answers the order."""
    order_id = ids.new("ord", service_clock.now())
    order = topups.start(purse.account_id, amount_micros, order_id)
    paid = Paid(
        order_id,
        f"pi_{order_id}",
        amount_micros,
        tax_micros,
        "USD",
        service_clock.now(),
        order.checkout_id,
        None,
    )
    assert payments.credit(paid)
    return order_id


def test_a_payment_is_followed_by_its_receipt(purse: Purse) -> None:
    order_id = pay(purse, 10 * DOLLAR, 887_500)
    assert purse.mails() == [], "no webhook waits for a mail"
    assert sweep()["errands"] == 1
    [mail] = purse.mails()
    assert mail.subject == "Your receipt from Kinvo: 10.8875 USD"
    for said in (
        "Call credit: 10.00 USD",
        "Tax: 0.8875 USD",
        "Total: 10.8875 USD",
        f"/money/receipts/{order_id}",
        SELLER,
    ):
        assert said in mail.text
        assert said in mail.html
    assert sweep()["errands"] == 0
    assert purse.funds.holds == {}


def test_a_payment_told_twice_has_one_receipt(purse: Purse) -> None:
    purse.stage.payments.pay(str(start(purse).checkout_id), "succeeded")
    purse.stage.settle_payments()
    for event in purse.stage.payments.events():
        purse.stage.payments.redeliver(event["id"])
    sweep()
    purse.stage.payments.redeliver(purse.stage.payments.events()[-1]["id"])
    sweep()
    assert len(purse.mails()) == 1


def start(purse: Purse) -> Order:
    return topups.start(purse.account_id, 10 * DOLLAR, ids.new("ord", service_clock.now()))


def test_receipts_are_listed_newest_first_and_page_by_page(purse: Purse, clock: Clock) -> None:
    made = []
    for dollars in range(5, 10):
        made.append(pay(purse, dollars * DOLLAR))
        start(purse)  # never paid: no receipt
        clock.advance(timedelta(seconds=1))
    everything, last = receipts.page(purse.account_id, 100, None)
    assert [receipt.id for receipt in everything] == made[::-1]
    assert last is None
    assert [receipt.amount_micros for receipt in everything] == [n * DOLLAR for n in (9, 8, 7, 6, 5)]
    assert {receipt.kind for receipt in everything} == {"checkout"}
    seen, before = [], None
    for _ in range(5):
        page, before = receipts.page(purse.account_id, 2, before)
        seen += [receipt.id for receipt in page]
        if before is None:
            break
    assert seen == made[::-1]


def test_a_page_looks_at_a_bounded_number_of_orders(
    purse: Purse, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "LOOKED_AT", 3)
    made = pay(purse, 5 * DOLLAR)
    for _ in range(4):
        clock.advance(timedelta(seconds=1))
        start(purse)
    page, before = receipts.page(purse.account_id, 10, None)
    assert (page, before is None) == ([], False)
    page, before = receipts.page(purse.account_id, 10, before)
    assert ([receipt.id for receipt in page], before) == ([made], None)


def test_nobody_sees_anothers_receipts(purse: Purse) -> None:
    order_id = pay(purse, 5 * DOLLAR)
    other = make(purse.stage, purse.mailbox)
    assert receipts.page(other.account_id, 10, None) == ([], None)
    with pytest.raises(Refusal, match="not-found"):
        receipts.find(other.account_id, order_id)


def test_a_receipt_is_found_by_its_order_once_that_is_paid(purse: Purse) -> None:
    order_id = pay(purse, 5 * DOLLAR, 400_000)
    [listed], _ = receipts.page(purse.account_id, 10, None)
    assert receipts.find(purse.account_id, order_id) == listed
    assert (listed.tax_micros, listed.seller) == (400_000, settings.current().controller)
    for unpaid in (orders.number(start(purse)), ids.new("ord", service_clock.now())):
        with pytest.raises(Refusal, match="not-found"):
            receipts.find(purse.account_id, unpaid)


@pytest.mark.parametrize(
    ("micros", "text"),
    [(0, "0.00"), (1, "0.000001"), (10_000, "0.01"), (1_500_000, "1.50"), (-2_345_000, "-2.345")],
)
def test_amounts_are_written_with_their_cents(micros: int, text: str) -> None:
    assert letters.amount(micros, "USD") == f"{text} USD"


def test_a_kill_anywhere_credits_once_and_loses_no_receipt(
    stage: Stage, mailbox: Mailbox, clock: Clock
) -> None:
    def paid() -> Case:
        purse = make(stage, mailbox)
        checkout_id = str(start(purse).checkout_id)
        before = len(stage.payments.events())
        stage.payments.pay(checkout_id, "succeeded")
        told = [event["id"] for event in stage.payments.events()[before:]]

        def act() -> None:
            stage.payments.deliver(told)
            purse.pass_minutes(clock)

        def outcome() -> object:
            assert len(purse.mails()) <= 2
            return purse.entries(), purse.subjects(), dict(purse.funds.holds), purse.balanced()

        return Case(act, outcome)

    assert "SendEmail" in survive(paid)
