"""Payments: credited once, whichever word of them comes first, and followed through what goes back of them.

A payment's item and the books change in one transaction, so that neither can know more than the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime

from pynamodb.expressions.update import Action

from chalicelib.core import clock, ids, tables
from chalicelib.core.errors import Busy
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.money import ledger, orders, rules, suspense
from chalicelib.money.funds import Funds
from chalicelib.money.ledger import AUTO_TOPUP, RECEIPT, AccountClosed, Errand, HoldGone, Movement
from chalicelib.money.models import BALANCE, Balance, Order, Payment
from chalicelib.money.rules import Price, Return
from chalicelib.providers import stripe, stripe_records
from chalicelib.providers.stripe_facts import Paid

Join = Callable[[Transaction], None]


def find(payment_intent: str) -> Payment | None:
    """The payment, from a consistent read."""
    return Payment.stored(f"PI#{payment_intent}")


def newest_first(account_id: str) -> list[Payment]:
    """Every payment of a person, in suspense or not. The index may lag behind a payment just made."""
    keys = [key.id for key in Payment.by_account.query(account_id, Payment.id.startswith("PI#"))]
    found = Payment.batch_get(keys, consistent_read=True)
    return sorted(found, key=lambda payment: (payment.created_at, payment.id), reverse=True)


def number(payment: Payment) -> str:
    """The payment intent's id."""
    return payment.id.partition("#")[2]


def price_of(payment: Payment) -> Price:
    return Price(payment.amount_micros, payment.tax_micros or 0, payment.currency)


def returns_of(payment: Payment) -> dict[str, Return]:
    """What went back of a payment, by the refund's or dispute's id."""
    raw = payment.returns.as_dict() if payment.returns else {}
    return {id: Return(**part) for id, part in raw.items()}


def books_of(payment: Payment) -> str:
    """The account that a payment was credited to."""
    return payment.books or payment.account_id


def ensure(payment_intent: str) -> Payment | None:
    """The payment; credited now where word of what it pays has not come yet. None when it is not ours."""
    known = find(payment_intent)
    if known is None:
        hear_of(payment_intent)
        known = find(payment_intent)
    return known


def hear_of(payment_intent: str) -> bool:
    """Credit what went through, as Stripe has it on record; False when that was done before, or not ours."""
    if find(payment_intent):
        return False
    paid = stripe_records.find_paid(payment_intent)
    return paid is not None and credit(paid)


def credit(paid: Paid) -> bool:
    """Credit an order's price to its account, once; False when that was done before.

    Refuses with 503 while the order is unknown, so that Stripe comes again.
    """
    order = orders.find(paid.order_id)
    if order is None:
        return _without_order(paid)
    if order.payment_intent == paid.payment_intent:
        return False
    if (paid.amount_micros, paid.currency) != (order.amount_micros, order.currency):
        return _suspend(order.account_id, paid, order, "amount")
    try:
        return _credit(order, paid)
    except AccountClosed:
        return _suspend(order.account_id, paid, order, "closed")


def credit_nobody(paid: Paid) -> bool:
    """Book a payment whose order never came to light in suspense; False when that was done before."""
    return _suspend(suspense.account_of(paid.currency), paid, None, "order-unknown")


def follow_return(
    payment_intent: str,
    id: str,
    told: Return,
    *,
    release: str | None = None,
    also: Callable[[str], Sequence[Action]] = lambda _: (),
) -> bool:
    """Bring a refund or dispute up to the state that is told, through those in between; False: it was there.

    Each state is one transaction of the payment, the entry, what `also` changes of the balance in that state,
    and the reservation `release`, where it is still held.
    """
    moved = False
    for attempt in range(tables.TRIES):
        payment = ensure(payment_intent)
        if payment is None:
            return False
        known = returns_of(payment).get(id)
        ahead = rules.steps(told.kind, known.state if known else None, told.state)
        if not ahead:
            if release and not moved:
                _let_go(books_of(payment), release)
            return moved
        try:
            _step(payment, id, replace(told, state=ahead[0]), release, also(ahead[0]))
            moved = True
        except (ConditionFailed, HoldGone, AccountClosed):
            tables.pause(attempt)  # a rival was here: look again
    raise Busy


def _without_order(paid: Paid) -> bool:
    if find(paid.payment_intent):
        return False
    raise orders.unknown(paid.order_id)


def _credit(order: Order, paid: Paid) -> bool:
    """The credit, the receipt to be sent, and the end of the automatic top-up that waits for it."""
    payment = _payment(order.account_id, paid, clock.parse(order.created_at))
    cause = Movement("topup", paid.payment_intent, ids.made_at(paid.order_id), paid.amount_micros)
    receipt = {f"{RECEIPT}{paid.payment_intent}": Errand(clock.epoch_seconds(clock.now()))}
    join = _joined(payment, order, "paid")
    for attempt in range(tables.TRIES):
        funds = ledger.funds(order.account_id)
        waited = funds.holds.get(AUTO_TOPUP, {}).get("order") == paid.order_id
        try:
            ledger.book(
                order.account_id,
                cause,
                release=AUTO_TOPUP if waited else None,
                join=join,
                errands=receipt,
                before=funds,
                while_open=True,
                as_read=True,
            )
        except ConditionFailed as failed:
            if failed.names != {"balance"}:
                return _known(failed)
            tables.pause(attempt)
        else:
            return True
    raise Busy


def _let_go(account_id: str, key: str) -> None:
    """Of what was set aside once more by a rival that had not seen it booked."""
    if key in ledger.funds(account_id).holds:
        with suppress(HoldGone):
            ledger.book(account_id, None, release=key)


def _step(payment: Payment, id: str, part: Return, release: str | None, also: Sequence[Action]) -> None:
    before = returns_of(payment)
    amount = _amount(price_of(payment), before, id, part)
    net = -amount if part.gone and amount else before[id].net_micros if id in before else 0
    join = _noted(payment, {**before, id: replace(part, net_micros=net)})
    movement = _movement(id, part, amount)
    account_id = books_of(payment)
    funds = ledger.funds(account_id)
    held = release if release in funds.holds else None
    if movement and part.currency != payment.currency:
        suspense.book(movement, part.currency, "currency", _beside(funds, also, join))
    elif movement and funds.status == "closed" and not held:
        suspense.book(movement, part.currency, "closed", join)
    elif movement or held:
        also = () if suspense.holds(account_id) else also
        ledger.book(
            account_id, movement, release=held, join=join, also=also, before=funds, while_open=not held
        )
    else:
        transaction = Transaction()
        join(transaction)
        transaction.commit()


def _beside(funds: Funds, actions: Sequence[Action], join: Join) -> Join:
    """What is booked in suspense may still change its account: a dispute freezes in any currency."""
    if not actions or funds.version == 0 or suspense.holds(funds.account_id):
        return join
    whose = Balance(funds.account_id, BALANCE)

    def both(transaction: Transaction) -> None:
        join(transaction)
        transaction.update("whose", whose, [*actions, Balance.version.add(1)], Balance.sk.exists())

    return both


def _amount(price: Price, before: Mapping[str, Return], id: str, part: Return) -> int:
    """What the account gains by this state."""
    if part.currency == price.currency:
        return rules.movement_micros(price, before, {**before, id: part})
    was_gone = id in before and before[id].gone
    return (was_gone - part.gone) * part.amount_micros


def _movement(id: str, part: Return, amount_micros: int) -> Movement | None:
    if not amount_micros:
        return None
    kind = rules.ENTRY_KINDS[part.kind, part.gone]
    phase = "" if part.gone else kind
    return Movement(kind, id, clock.parse(part.created_at), amount_micros, phase)


def _noted(payment: Payment, returns: Mapping[str, Return]) -> Join:
    version = payment.version
    unchanged = Payment.version.does_not_exist() if version is None else Payment.version == version
    raw = {
        id: {name: value for name, value in asdict(part).items() if value is not None}
        for id, part in returns.items()
    }
    actions = [Payment.returns.set(raw), Payment.version.set((version or 0) + 1)]

    def join(transaction: Transaction) -> None:
        transaction.update("payment", Payment(payment.id), actions, unchanged & Payment.id.exists())

    return join


def _payment(account_id: str, paid: Paid, created_at: datetime) -> Payment:
    return Payment(
        f"PI#{paid.payment_intent}",
        account_id=account_id,
        order_id=f"ORDER#{paid.order_id}",
        checkout_id=paid.checkout_id,
        amount_micros=paid.amount_micros,
        tax_micros=paid.tax_micros,
        currency=paid.currency,
        created_at=clock.render(created_at),
        customer=paid.customer,
        version=1,
    )


def _joined(payment: Payment, order: Order | None, state: str) -> Join:
    def join(transaction: Transaction) -> None:
        transaction.put("payment", payment, Payment.id.does_not_exist())
        if order:
            actions = [Order.state.set(state), Order.payment_intent.set(number(payment))]
            transaction.update("order", Order(order.id), actions, Order.id.exists())

    return join


def _suspend(account_id: str, paid: Paid, order: Order | None, why: str) -> bool:
    if paid.customer and ledger.funds(account_id).status == "closed":
        # Once the account is erased nobody would look for this customer any more.
        stripe.delete_customer(paid.customer)
        paid = replace(paid, customer=None)
    payment = _payment(account_id, paid, paid.created_at)
    payment.books = suspense.account_of(paid.currency)
    movement = Movement("topup", paid.payment_intent, paid.created_at, paid.amount_micros)
    try:
        suspense.book(movement, paid.currency, why, _joined(payment, order, "suspense"))
    except ConditionFailed as failed:
        return _known(failed)
    return True


def _known(failed: ConditionFailed) -> bool:
    """A payment that is there already was booked with it; anything else is our bug."""
    if "payment" not in failed.names:
        raise failed
    return False
