"""What money erases of a person, and what it leaves."""

from __future__ import annotations

from chalicelib.core import clock
from chalicelib.core.subjects import Subject
from chalicelib.money import cards, ledger
from chalicelib.money.ledger import Errand
from chalicelib.money.models import Order
from chalicelib.money.personal_data import ROWS
from infra.local.payments.in_process import stripe_client
from tests.harness.stage import Stage


def wish(account_id: str, id: str, threshold_micros: int | None) -> Order:
    order = Order(
        f"ORDER#{id}",
        account_id=account_id,
        kind="card" if threshold_micros else None,
        threshold_micros=threshold_micros,
        amount_micros=10_000_000,
        currency="USD",
        state="saved",
        created_at=clock.render(clock.now()),
    )
    order.save()
    return order


def test_an_order_that_saved_a_card_stays_and_forgets_when_to_charge_it(stage: Stage) -> None:
    """The order is a record that law keeps; the wish goes with the card. Another's is left alone."""
    [row] = [row for row in ROWS if row.name == "card_wishes"]
    subject = Subject("usr_ada", "acc_ada")
    orders = [wish("acc_ada", "ord_1", 5_000_000), wish("acc_ada", "ord_2", None)]
    others = wish("acc_eve", "ord_3", 5_000_000)
    assert row.find(subject) == 1
    assert row.erase(subject).count == 1
    assert row.find(subject) == 0
    assert (row.erase(subject).outcome, row.erase(subject).count) == ("erased", 0)
    for order in (*orders, others):
        order.refresh(consistent_read=True)
    assert [order.threshold_micros for order in orders] == [None, None]
    assert [order.state for order in orders] == ["saved", "saved"]
    assert others.threshold_micros == 5_000_000


def test_who_has_no_orders_has_no_such_wish(stage: Stage) -> None:
    [row] = [row for row in ROWS if row.name == "card_wishes"]
    assert row.find(Subject("usr_ada", "acc_ada")) == 0


def test_a_customer_in_whose_place_came_another_counts_until_stripe_forgets_it(stage: Stage) -> None:
    [row] = [row for row in ROWS if row.name == "saved_cards"]
    subject = Subject("usr_ada", "acc_ada")
    ledger.open_account("acc_ada")
    replaced = stripe_client(stage.payments).v1.customers.create({}).id
    key = cards.FORGET_CUSTOMER + replaced
    ledger.book("acc_ada", None, errands={key: Errand(clock.epoch_seconds(clock.now()))})
    ledger.set_status("acc_ada", "closed")
    assert row.find(subject) == 1
    assert (row.erase(subject).count, row.erase(subject).count) == (1, 0)
    assert row.find(subject) == 0
    assert stripe_client(stage.payments).v1.customers.retrieve(replaced).to_dict()["deleted"] is True
