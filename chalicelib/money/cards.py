"""The saved card: when it is to be charged and how much, and that Stripe forgets what is not used."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pynamodb.expressions.update import Action

from chalicelib.core import clock, ids, settings, tables
from chalicelib.core.errors import Busy, FieldError, ProviderError, Refusal
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.money import holds, ledger, orders, topups
from chalicelib.money.funds import Funds
from chalicelib.money.holds import Overdue
from chalicelib.money.ledger import AccountClosed, Errand
from chalicelib.money.models import Balance, Order
from chalicelib.policy import profile
from chalicelib.providers import stripe, stripe_cards
from chalicelib.providers.stripe import Checkout
from chalicelib.providers.stripe_cards import Card
from chalicelib.providers.stripe_facts import CardSaved

FORGET_CARD = "A#forget-card#"
FORGET_CUSTOMER = "A#forget-customer#"


def switch_on(account_id: str, threshold_micros: int, amount_micros: int, order_id: str) -> Order | None:
    """Charge the saved card from now on; without one, answers an order with the page to save it on.

    Refusals: 409 suspended or frozen, 422 amounts, 503 no answer.
    """
    _check(threshold_micros, amount_micros)
    funds = ledger.funds(account_id)
    holds.check_open(funds)
    if funds.payment_method:
        condition = Balance.payment_method == funds.payment_method
        if ledger.change(account_id, _on(threshold_micros, amount_micros), condition):
            return None
    return _start_saving(funds, threshold_micros, amount_micros, order_id)


def switch_off(account_id: str) -> None:
    """Charge nothing from now on, and forget the card."""

    def change(funds: Funds) -> None:
        if funds.auto_threshold_micros is not None or funds.payment_method:
            ledger.book(account_id, None, also=off(), errands=forgetting(funds), before=funds, as_read=True)

    _on_what_is(account_id, change)


def keep(saved: CardSaved) -> bool:
    """A page has saved a card: what its order wished for holds from now on. False when it did already.

    Refuses with 503 while the order is unknown, so that Stripe comes again.
    """
    order = orders.find(saved.order_id)
    if order is None:
        raise orders.unknown(saved.order_id)
    if order.kind != "card" or order.state == "saved":
        return False
    if saved.customer and saved.payment_method:
        card: Card | None = Card(saved.customer, saved.payment_method)
    else:
        card = stripe_cards.find_saved(saved.setup_intent)
    return card is not None and _keep(order, card)


def erase(account_id: str) -> int:
    """Forget the customer that a card was saved for, at Stripe first; how many there were."""
    customer = ledger.funds(account_id).customer
    if customer is None:
        return 0
    stripe.delete_customer(customer)
    ledger.change(account_id, [Balance.customer.remove(), *off()], Balance.customer == customer)
    return 1


def off() -> list[Action]:
    """What switching off changes of a balance."""
    return [
        Balance.auto_threshold_micros.remove(),
        Balance.auto_amount_micros.remove(),
        Balance.payment_method.remove(),
    ]


def forgetting(funds: Funds) -> dict[str, Errand]:
    """The errand that lets Stripe forget the balance's card."""
    return _errand(FORGET_CARD + funds.payment_method) if funds.payment_method else {}


def forget_card(found: Overdue) -> bool:
    """Let Stripe forget a card that we no longer charge."""
    stripe_cards.forget(found.key.removeprefix(FORGET_CARD))
    return True


def forget_customer(found: Overdue) -> bool:
    """Let Stripe forget a customer in whose place came another."""
    stripe.delete_customer(found.key.removeprefix(FORGET_CUSTOMER))
    return True


def _check(threshold_micros: int, amount_micros: int) -> None:
    topups.check_amount(amount_micros)
    if threshold_micros > amount_micros:
        sentence = "Choose a threshold of at most the amount, so that one charge lifts your credit above it."
        raise Refusal(422, "invalid", sentence, [FieldError("threshold_micros", sentence)])


def _start_saving(funds: Funds, threshold_micros: int, amount_micros: int, order_id: str) -> Order:
    order = Order(
        f"ORDER#{order_id}",
        account_id=funds.account_id,
        kind="card",
        amount_micros=amount_micros,
        threshold_micros=threshold_micros,
        currency=profile.current().currency,
        state="open",
        created_at=clock.render(ids.made_at(order_id)),
    )
    try:
        tables.write(lambda: order.save(condition=Order.id.does_not_exist()))
    except ConditionFailed:
        order = Order.get(order.id, consistent_read=True)
    return order if order.checkout_id else orders.note_page(order, _page(order_id, funds.customer))


def _page(order_id: str, customer: str | None) -> Checkout:
    site = settings.current().public_url
    try:
        return stripe_cards.start_saving(
            order_id, customer, success_url=f"{site}/card/saved", cancel_url=f"{site}/card/cancelled"
        )
    except ProviderError:
        raise orders.NO_PAGE from None


def _keep(order: Order, card: Card) -> bool:
    also = [
        *_on(order.threshold_micros or 0, order.amount_micros),
        Balance.customer.set(card.customer),
        Balance.payment_method.set(card.payment_method),
    ]

    def join(transaction: Transaction) -> None:
        transaction.update("order", Order(order.id), [Order.state.set("saved")], Order.state != "saved")

    def change(funds: Funds) -> None:
        errands = _replaced(funds, card)
        ledger.book(
            order.account_id,
            None,
            also=also,
            errands=errands,
            join=join,
            before=funds,
            while_open=True,
            as_read=True,
        )

    try:
        _on_what_is(order.account_id, change)
    except AccountClosed:
        # Nobody would look for this customer any more once the account is erased.
        stripe.delete_customer(card.customer)
        return orders.end(orders.number(order), "expired")
    except ConditionFailed:
        return False  # its other event was here meanwhile
    return True


def _replaced(funds: Funds, card: Card) -> dict[str, Errand]:
    """What Stripe may forget when this card comes in the place of another."""
    if funds.customer and funds.customer != card.customer:
        return _errand(FORGET_CUSTOMER + funds.customer)
    return forgetting(funds) if funds.payment_method != card.payment_method else {}


def _on_what_is(account_id: str, change: Callable[[Funds], None]) -> None:
    """Change a balance as it is read, and read it again where a rival was faster."""
    for attempt in range(tables.TRIES):
        funds = ledger.funds(account_id)
        try:
            return change(funds)
        except ConditionFailed as failed:
            if failed.names != {"balance"}:
                raise
            tables.pause(attempt)
    raise Busy


def _on(threshold_micros: int, amount_micros: int) -> Sequence[Action]:
    return [
        Balance.auto_threshold_micros.set(threshold_micros),
        Balance.auto_amount_micros.set(amount_micros),
    ]


def _errand(key: str) -> dict[str, Errand]:
    return {key: Errand(clock.epoch_seconds(clock.now()))}
