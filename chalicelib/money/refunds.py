"""Refunds: of unused credit by the person, of everything when an account closes, and by staff at Stripe.

Ours set the credit aside first, under a key that Stripe knows too: `R#<request>#<payment intent>`. Stripe's
answer or its webhook, whichever comes first, books the refund and lets go of what was set aside.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from chalicelib.core import clock, ids
from chalicelib.core.errors import FieldError, ProviderError, Refusal
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed
from chalicelib.money import holds, ledger, payments, rates, refund_requests, rules
from chalicelib.money.funds import Funds
from chalicelib.money.holds import Hold, Overdue
from chalicelib.money.ledger import HoldGone, Movement
from chalicelib.money.models import Payment
from chalicelib.money.refund_requests import PREFIX, Refund
from chalicelib.money.rules import Offer, Return
from chalicelib.policy import profile
from chalicelib.providers import stripe_records
from chalicelib.providers.stripe_facts import RefundFact

LOOK_AGAIN = timedelta(minutes=1)


def follow(fact: RefundFact) -> bool:
    """Book a refund up to its state; False when that was done before, or the payment is not ours.

    One that fails before it was booked only frees what was set aside for it; after, it gives the credit back.
    """
    told = Return(
        "refund",
        fact.state,
        fact.amount_micros,
        fact.currency,
        clock.render(fact.created_at),
        fact.reservation,
    )
    return payments.follow_return(fact.payment_intent, fact.id, told, release=fact.reservation)


def look(payment_intent: str) -> bool:
    """Follow the refunds that Stripe has on record for a payment, as far as they are news."""
    payment = payments.ensure(payment_intent)
    if payment is None:
        return False
    known = payments.returns_of(payment)
    found = stripe_records.refunds_of(payment_intent)
    news = [follow(fact) for fact in found if fact.id not in known or known[fact.id].state != fact.state]
    return any(news)


def start(account_id: str, amount_micros: int | None, request_id: str) -> Refund:
    """Refund unused credit (all of it when no amount is given), newest payment first.

    The same `request_id` asked again goes on where it was left. Refusals: 409 when the account may not spend,
    unless it is closing, or the amount is more than can go back, 422 for parts of a cent and for small parts.
    """
    if amount_micros is not None and amount_micros % rules.CENT_MICROS:
        raise _odd("Choose whole cents.")
    made = refund_requests.find(account_id, request_id)
    if made is None:
        funds = ledger.funds(account_id)
        if funds.status != "closing":
            holds.check_open(funds)
        _check_amount(account_id, amount_micros)
    for key in _reservations(account_id, request_id):
        ask_again(account_id, key)
    done_micros = made.amount_micros if made else 0
    _give_back(account_id, request_id, None if amount_micros is None else amount_micros - done_micros)
    made = refund_requests.find(account_id, request_id)
    if made is None:
        sentence = "Our payment partner could not refund this. Nothing was changed; please write to us."
        raise Refusal(409, "not-refundable", sentence)
    return made


def refund_all(account_id: str) -> bool:
    """Give back all that can go back before an account closes; False while a call or a refund holds some.

    What is less than a cent then cannot be paid out: it is booked away as `rounding`.
    """
    for key in _reservations(account_id):
        ask_again(account_id, key)
    _give_back(account_id, ids.new(PREFIX, clock.now()), None)
    funds = ledger.funds(account_id)
    if funds.live_calls or _reservations(account_id):
        return False
    if 0 < funds.available_micros < rules.CENT_MICROS:
        # Once for an account, so its own time is the cause's.
        rest = Movement("rounding", account_id, ids.made_at(account_id), -funds.available_micros)
        with suppress(ConditionFailed):
            ledger.book(account_id, rest)
    elif funds.available_micros > 0:
        log.error("alarm", extra={"alarm": "credit-left", "account": account_id})
    return True


def finish(found: Overdue) -> bool:
    """The sweep's way to a reservation that nothing has ended yet; False, for it ends by being booked."""
    ask_again(found.account_id, found.key)
    return False


def ask_again(account_id: str, key: str) -> None:
    """Bring a reservation to its end, when neither answer nor webhook came.

    Stripe forgets its idempotency keys after a day, so it is first asked whether the refund was made.
    """
    hold = ledger.funds(account_id).holds.get(key)
    if hold is None:
        return
    payment_intent = refund_requests.payment_of(key)
    try:
        made = [fact for fact in stripe_records.refunds_of(payment_intent) if fact.reservation == key]
    except ProviderError as error:
        log.warning("refund not asked for", extra={"reservation": key, "code": error.code})
        return
    if made:
        follow(made[0])
    else:
        _ask(account_id, key, Hold.read(dict(hold)))


def _give_back(account_id: str, request_id: str, wanted_micros: int | None) -> None:
    """One payment at a time: set aside, ask, book. Whatever stops this, the rest is still the person's."""
    for payment in payments.newest_first(account_id):
        if wanted_micros is not None and wanted_micros <= 0:
            return
        given = _give_back_of(account_id, request_id, payment, wanted_micros)
        wanted_micros = None if wanted_micros is None else wanted_micros - given


def _give_back_of(account_id: str, request_id: str, payment: Payment, wanted_micros: int | None) -> int:
    """Refund of one payment what can be: the net micros of it."""
    key = refund_requests.key_of(request_id, payments.number(payment))
    if any(part.reservation == key for part in payments.returns_of(payment).values()):
        return 0
    funds = ledger.funds(account_id)
    if key in funds.holds:
        return 0
    credit = funds.available_micros if wanted_micros is None else min(wanted_micros, funds.available_micros)
    offer = _offer(funds, payment, credit)
    if offer is None:
        return 0
    now = clock.now()
    detail = {"gross": offer.gross_micros, "at": clock.epoch_seconds(now)}
    hold = Hold(offer.net_micros, clock.epoch_seconds(now + LOOK_AGAIN), detail)
    reserved = holds.reserve(account_id, key, hold)
    if reserved is None or not _ask(account_id, key, reserved):
        return 0
    return reserved.amount_micros


def _ask(account_id: str, key: str, hold: Hold) -> bool:
    """Ask Stripe for the refund that was set aside for; False when it will not be made."""
    try:
        fact = stripe_records.give_back(refund_requests.payment_of(key), hold.detail["gross"], key)
    except ProviderError as error:
        if not error.permanent:
            return True
        log.warning("refund refused", extra={"reservation": key, "code": error.code})
        with suppress(HoldGone):
            ledger.book(account_id, None, release=key)
        return False
    follow(fact)
    return fact.state != "failed"


def refundable_micros(account_id: str) -> int:
    """How much credit can go back now."""
    funds = ledger.funds(account_id)
    left = funds.available_micros
    for payment in payments.newest_first(account_id):
        offer = _offer(funds, payment, left)
        left -= offer.net_micros if offer else 0
    return funds.available_micros - left


def _offer(funds: Funds, payment: Payment, credit_micros: int) -> Offer | None:
    if payments.books_of(payment) != funds.account_id:
        return None
    reserved_micros = refund_requests.reserved_micros(funds, payment)
    price, returns = payments.price_of(payment), payments.returns_of(payment).values()
    return rules.offer(price, returns, reserved_micros, credit_micros)


def _reservations(account_id: str, request_id: str = "") -> list[str]:
    """What is set aside for one request, or for all."""
    prefix = refund_requests.key_of(request_id, "") if request_id else refund_requests.RESERVED
    return [key for key in ledger.funds(account_id).holds if key.startswith(prefix)]


def _check_amount(account_id: str, amount_micros: int | None) -> None:
    most = refundable_micros(account_id) // rules.CENT_MICROS * rules.CENT_MICROS
    currency = profile.current().currency
    if most < (amount_micros or rules.CENT_MICROS):
        sentence = f"At most {rates.decimal(most)} {currency} can go back to how it was paid."
        raise Refusal(409, "not-refundable", sentence)
    if amount_micros is not None and amount_micros < min(rules.SMALLEST_REFUND_MICROS, most):
        raise _odd(f"Choose at least {rates.decimal(rules.SMALLEST_REFUND_MICROS)} {currency}, or all of it.")


def _odd(sentence: str) -> Refusal:
    return Refusal(422, "invalid", sentence, [FieldError("amount_micros", sentence)])
