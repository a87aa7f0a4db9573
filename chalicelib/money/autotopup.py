"""Automatic top-ups: one charge of the saved card each time that calls take credit below a threshold.

The crossing's own transaction leaves an errand with the id of the order to come, which is Stripe's
idempotency key. Before Stripe is asked the errand also gets the card and the order its amount, so that a
second try asks for the same, whatever its person has changed meanwhile.
"""

from __future__ import annotations

from datetime import timedelta

from pynamodb.expressions.update import Action

from chalicelib.core import clock, throttles
from chalicelib.core.errors import Refusal
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.core.throttles import Limit
from chalicelib.money import cards, ledger, letters, orders, payments
from chalicelib.money.funds import Funds
from chalicelib.money.holds import Overdue
from chalicelib.money.ledger import AUTO_TOPUP, Errand, HoldGone
from chalicelib.money.models import Balance, Order
from chalicelib.policy import profile
from chalicelib.providers import stripe_cards
from chalicelib.providers.stripe_cards import Card, Declined

DECLINED = "M#card-declined"
# Stripe forgets an idempotency key after 24 hours: from then on the same question would charge again.
KEY_LIFE = timedelta(hours=20)
CHARGES_A_DAY = Limit("auto-topups", 5, 24 * 3600)


def charge(found: Overdue) -> bool:
    """Carry out a crossing: one charge, whose answer or webhook, whichever is first, credits its order."""
    order_id = found.hold.detail["order"]
    funds = _still(found.account_id, order_id)
    if funds and "card" not in funds.holds[AUTO_TOPUP]:
        if not _wanted(funds):
            return True
        if not _within_a_day(found.account_id):
            return False
        _prepare(funds, order_id)
        funds = _still(found.account_id, order_id)
    if funds is None or "card" not in funds.holds[AUTO_TOPUP]:
        return False
    errand = funds.holds[AUTO_TOPUP]
    if not _may_ask(funds, order_id, errand["asked_at"]):
        orders.end(order_id, "expired")
        return True
    return _ask(order_id, Card(**errand["card"]))


def tell_declined(found: Overdue) -> bool:
    """Say that the card was not charged, and that it will not be tried again."""
    letters.send(found.account_id, "card_declined")
    return True


def _still(account_id: str, order_id: str) -> Funds | None:
    """The balance, as long as it waits for this order."""
    funds = ledger.funds(account_id)
    return funds if funds.holds.get(AUTO_TOPUP, {}).get("order") == order_id else None


def _wanted(funds: Funds) -> bool:
    """Whether the crossing still asks for a charge: not once it was switched off or credit came."""
    threshold = funds.auto_threshold_micros
    if funds.standing != "open" or threshold is None or not funds.payment_method:
        return False
    return funds.total_micros < threshold


def _within_a_day(account_id: str) -> bool:
    """Whether a day may have one more charge: whatever goes wrong, a card is charged no more than that."""
    try:
        throttles.take(CHARGES_A_DAY, account_id)
    except Refusal:
        log.warning("too many automatic top-ups", extra={"account": account_id})
        return False
    return True


def _may_ask(funds: Funds, order_id: str, asked_at: int) -> bool:
    """Whether a charge that may have been asked for before may be asked for again.

    Where it may not and Stripe had charged, the webhook or the reconciler credits it all the same.
    """
    if not _wanted(funds):
        return False
    if clock.now() - clock.from_epoch(asked_at) < KEY_LIFE:
        return True
    log.error("alarm", extra={"alarm": "auto-topup-given-up", "order": order_id})
    return False


def _prepare(funds: Funds, order_id: str) -> None:
    """Write the order, and into the errand the card to be asked; nothing where a rival was faster."""
    now = clock.now()
    card = {"customer": funds.customer, "payment_method": funds.payment_method}
    errand = {**funds.holds[AUTO_TOPUP], "card": card, "asked_at": clock.epoch_seconds(now)}
    order = Order(
        f"ORDER#{order_id}",
        account_id=funds.account_id,
        kind="auto",
        amount_micros=funds.auto_amount_micros,
        currency=funds.currency,
        state="open",
        created_at=clock.render(now),
    )

    def join(transaction: Transaction) -> None:
        transaction.put("order", order, Order.id.does_not_exist())

    also = [Balance.holds[AUTO_TOPUP].set(errand)]
    try:
        ledger.book(funds.account_id, None, also=also, join=join, before=funds, as_read=True)
    except ConditionFailed:
        log.info("balance changed meanwhile", extra={"order": order_id})


def _ask(order_id: str, card: Card) -> bool:
    order = orders.find(order_id)
    assert order, "it was written together with the errand's card"
    description = f"{profile.current().title} call credit"
    try:
        paid = stripe_cards.charge(order_id, order.amount_micros, order.currency, card, description)
    except Declined as declined:
        log.info("card declined", extra={"order": order_id, "code": declined.code})
        _give_up(order, card)
        return False
    # The credit itself lets the errand go; what was credited before has nothing left to wait for.
    return paid is not None and not payments.credit(paid)


def _give_up(order: Order, card: Card) -> None:
    """After a no: let the errand go, switch off, forget the card and tell its person, all at once."""
    funds = ledger.funds(order.account_id)
    also: list[Action] = []
    errands: dict[str, Errand] = {}
    if funds.payment_method == card.payment_method:  # and not another, saved meanwhile
        also = cards.off()
        errands = {**cards.forgetting(funds), DECLINED: Errand(clock.epoch_seconds(clock.now()))}

    def join(transaction: Transaction) -> None:
        transaction.update("order", Order(order.id), [Order.state.set("failed")], Order.state == "open")

    try:
        ledger.book(
            order.account_id,
            None,
            release=AUTO_TOPUP,
            also=also,
            errands=errands,
            join=join,
            before=funds,
            as_read=True,
        )
    except (HoldGone, ConditionFailed):
        log.info("balance changed meanwhile", extra={"order": order.id})
