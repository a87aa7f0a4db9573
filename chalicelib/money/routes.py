"""Money over HTTP: balance, ledger, top-ups, and Stripe's webhook."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib.core import cursors
from chalicelib.core.doors import door
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.core.shapes import Money, Page
from chalicelib.core.throttles import Limit
from chalicelib.money import facts, ledger, topups
from chalicelib.money.shapes import Balance, Ledger, NewTopup, StripeEvent, Topup, show_entry, show_topup

routes = Blueprint(__name__)

# Each order is a page on which cards can be tried.
ORDERS_AN_HOUR = Limit("orders-an-hour", 20, 3600)
ORDERS_A_DAY = Limit("orders-a-day", 40, 24 * 3600)


@door(routes, "GET", "/api/balance", session=True, capability="credit", answers={200: Balance})
def get_balance(signed_in: SignedIn) -> Balance:
    """Your credit."""
    funds = ledger.funds(signed_in.account_id)
    return Balance(
        available=Money(funds.available_micros, funds.currency),
        held=Money(funds.held_micros, funds.currency),
        currency=funds.currency,
        status=funds.standing,
    )


@door(routes, "GET", "/api/ledger", session=True, capability="credit", query=Page, answers={200: Ledger})
def list_ledger(signed_in: SignedIn, query: Page) -> Ledger:
    """Every movement of your credit, newest first."""
    owner = f"ledger:{signed_in.account_id}"
    before = cursors.unseal(owner, query.cursor)["before"] if query.cursor else None
    found = ledger.entries(signed_in.account_id, query.limit + 1, before)
    more = len(found) > query.limit
    shown = found[: query.limit]
    return Ledger(
        items=[show_entry(entry) for entry in shown],
        next_cursor=cursors.seal(owner, {"before": shown[-1].sk}) if more else None,
    )


@door(
    routes,
    "POST",
    "/api/topups",
    session=True,
    capability="credit",
    idempotent=True,
    limits=(ORDERS_AN_HOUR, ORDERS_A_DAY),
    body=NewTopup,
    answers={201: Topup},
    refusals=(404,),
)
def start_topup(request: Incoming, signed_in: SignedIn, body: NewTopup) -> Topup:
    """Order credit; pay it on the page at `checkout_url`."""
    order_id = request.idempotency.derive("ord")
    return show_topup(topups.start(signed_in.account_id, body.amount_micros, order_id))


@door(
    routes,
    "GET",
    "/api/topups/{id}",
    session=True,
    capability="credit",
    prefixes={"id": "ord"},
    answers={200: Topup},
)
def get_topup(signed_in: SignedIn, id: str) -> Topup:
    """What became of an order: open, paid, failed, expired, or set aside in suspense."""
    return show_topup(topups.find(signed_in.account_id, id))


@door(
    routes,
    "POST",
    "/api/webhooks/stripe",
    webhook="Stripe-Signature",
    capability="credit",
    delivers=StripeEvent,
    delivered_as="application/json",
    limit_bytes=4 * 1024 * 1024,
    answers={200: None},
    refusals=(400,),
)
def hear_stripe(request: Incoming) -> None:
    """Stripe's webhook, signed by Stripe; the same event may come any number of times."""
    facts.hear(request)
