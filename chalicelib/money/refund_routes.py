"""Refunds over HTTP."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib.core import cursors
from chalicelib.core.doors import door
from chalicelib.core.requests import Incoming, SignedIn
from chalicelib.core.shapes import Page
from chalicelib.core.throttles import Limit
from chalicelib.money import refund_requests, refunds
from chalicelib.money.refund_shapes import NewRefund, Refund, RefundList, show_refund

routes = Blueprint(__name__)
REFUNDS_A_DAY = Limit("refunds", 10, 24 * 3600)


@door(
    routes,
    "POST",
    "/api/refunds",
    session=True,
    capability="credit",
    idempotent=True,
    body=NewRefund,
    answers={201: Refund},
    refusals=(409,),
    limits=(REFUNDS_A_DAY,),
)
def start_refund(request: Incoming, signed_in: SignedIn, body: NewRefund) -> Refund:
    """Give unused credit back to how it was paid, newest payment first."""
    id = request.idempotency.derive(refund_requests.PREFIX)
    return show_refund(refunds.start(signed_in.account_id, body.amount_micros, id))


@door(routes, "GET", "/api/refunds", session=True, capability="credit", query=Page, answers={200: RefundList})
def list_refunds(signed_in: SignedIn, query: Page) -> RefundList:
    """Your refunds, newest first."""
    owner = f"refunds:{signed_in.account_id}"
    after = cursors.unseal(owner, query.cursor)["after"] if query.cursor else None
    found, last = refund_requests.page(signed_in.account_id, query.limit, after)
    return RefundList(
        items=[show_refund(refund) for refund in found],
        next_cursor=cursors.seal(owner, {"after": last}) if last else None,
    )


@door(
    routes,
    "GET",
    "/api/refunds/{id}",
    session=True,
    capability="credit",
    prefixes={"id": refund_requests.PREFIX},
    answers={200: Refund},
)
def get_refund(signed_in: SignedIn, id: str) -> Refund:
    """What became of a refund: pending, succeeded or failed."""
    return show_refund(refund_requests.get(signed_in.account_id, id))
