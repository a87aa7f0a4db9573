"""What people set for their credit, over HTTP: limits and automatic top-ups; and their receipts."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib.core import clock, cursors
from chalicelib.core.doors import check_fresh, door
from chalicelib.core.errors import FieldError, Refusal
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.core.shapes import Page
from chalicelib.core.throttles import Limit
from chalicelib.money import cards, ledger, limits, receipts
from chalicelib.money.funds import day_of
from chalicelib.money.preference_shapes import (
    AutoTopup,
    Limits,
    NewAutoTopup,
    NewLimits,
    Receipt,
    ReceiptList,
    show_auto_topup,
    show_limits,
    show_receipt,
)

routes = Blueprint(__name__)
CARD_PAGES = Limit("card-pages", 20, 3600)


@door(routes, "GET", "/api/limits", session=True, capability="credit", answers={200: Limits})
def get_limits(signed_in: SignedIn) -> Limits:
    """Your own limits, and what today's calls have cost."""
    return _show(signed_in.account_id)


@door(
    routes,
    "PUT",
    "/api/limits",
    session=True,
    capability="credit",
    body=NewLimits,
    answers={200: Limits},
    refusals=(403,),
)
def put_limits(signed_in: SignedIn, body: NewLimits) -> Limits:
    """Limit what one call or one day may cost, and where calls may go. A live call keeps what it holds.

    Whatever lets more be spent than before asks for a sign-in of the last 15 minutes, since that is what a
    thief of a session wants; lowering never does.
    """
    before, high_risk = ledger.funds(signed_in.account_id), body.high_risk_countries
    if limits.allow_more(before, body.call_micros, body.day_micros, high_risk=high_risk):
        check_fresh(signed_in)
    limits.put(signed_in.account_id, body.call_micros, body.day_micros, high_risk=high_risk, before=before)
    return _show(signed_in.account_id)


@door(routes, "GET", "/api/auto-topup", session=True, capability="credit", answers={200: AutoTopup})
def get_auto_topup(signed_in: SignedIn) -> AutoTopup:
    """Whether your saved card is charged when calls use your credit up."""
    return show_auto_topup(ledger.funds(signed_in.account_id))


@door(
    routes,
    "PUT",
    "/api/auto-topup",
    session=True,
    capability="credit",
    idempotent=True,
    limits=(CARD_PAGES,),
    body=NewAutoTopup,
    answers={200: AutoTopup},
    refusals=(403,),
)
def put_auto_topup(request: Incoming, signed_in: SignedIn, body: NewAutoTopup) -> AutoTopup:
    """Have your card charged each time that calls take your credit below a threshold, or no longer.

    The first time, save a card on the page at `checkout_url`: from then on it holds. Switching off forgets
    the card. Credit that is below the threshold already counts from when it has been above it again. To
    switch on, or to change it, asks for a sign-in of the last 15 minutes.
    """
    order = None
    if body.enabled:
        check_fresh(signed_in)
        order = cards.switch_on(
            signed_in.account_id,
            _given("threshold_micros", body.threshold_micros),
            _given("amount_micros", body.amount_micros),
            request.idempotency.derive("ord"),
        )
    else:
        cards.switch_off(signed_in.account_id)
    return show_auto_topup(ledger.funds(signed_in.account_id), order)


@door(
    routes, "GET", "/api/receipts", session=True, capability="credit", query=Page, answers={200: ReceiptList}
)
def list_receipts(signed_in: SignedIn, query: Page) -> ReceiptList:
    """Your payments, newest first."""
    owner = f"receipts:{signed_in.account_id}"
    before = cursors.unseal(owner, query.cursor)["before"] if query.cursor else None
    found, last = receipts.page(signed_in.account_id, query.limit, before)
    return ReceiptList(
        items=[show_receipt(receipt) for receipt in found],
        next_cursor=cursors.seal(owner, {"before": last}) if last else None,
    )


@door(
    routes,
    "GET",
    "/api/receipts/{id}",
    session=True,
    capability="credit",
    prefixes={"id": "ord"},
    answers={200: Receipt},
)
def get_receipt(signed_in: SignedIn, id: str) -> Receipt:
    """One payment, by the order that it paid."""
    return show_receipt(receipts.find(signed_in.account_id, id))


def _given(field: str, value: int | None) -> int:
    if value is None:
        raise Refusal(
            422, "invalid", "Some of these values do not fit.", [FieldError(field, "This is missing.")]
        )
    return value


def _show(account_id: str) -> Limits:
    return show_limits(ledger.funds(account_id), day_of(account_id, clock.now()))
