"""What the providers themselves know to have happened, by arithmetic of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from chalicelib.money.models import Order
from tests.harness.stage import Stage

MICROS_PER_CENT = 10_000
BACK = {"failed", "canceled"}
KEEPS_OUT = {"needs_response", "under_review", "lost"}


class World(Protocol):
    """Whatever has providers."""

    stage: Stage


@dataclass(frozen=True)
class Payment:
    """One payment that went through: cents with tax, its net price, and what is gone of it."""

    order_id: str
    account_id: str
    net_cents: int
    gross_cents: int
    gone_cents: int
    disputes: frozenset[str]

    @property
    def credit_micros(self) -> int:
        """The price, less the net share of what is gone, rounded down to whole micros once."""
        share = Fraction(self.net_cents, self.gross_cents)
        return self.net_cents * MICROS_PER_CENT - int(self.gone_cents * MICROS_PER_CENT * share)


def of_payments(world: World) -> list[Payment]:
    """Every payment that went through at Stripe, with what refunds and disputes have taken of it."""
    payments = world.stage.payments
    sessions = {session["payment_intent"]: session for session in payments.all("checkout.session")}
    gone: dict[str, int] = {}
    for refund in payments.all("refund"):
        if refund["status"] not in BACK:
            gone[refund["payment_intent"]] = gone.get(refund["payment_intent"], 0) + refund["amount"]
    disputes: dict[str, set[str]] = {}
    for dispute in payments.all("dispute"):
        if _takes(dispute):
            gone[dispute["payment_intent"]] = gone.get(dispute["payment_intent"], 0) + dispute["amount"]
            disputes.setdefault(dispute["payment_intent"], set()).add(dispute["id"])
    return [
        _payment(intent, sessions.get(intent["id"]), gone, disputes)
        for intent in payments.all("payment_intent")
        if intent["status"] == "succeeded"
    ]


def credit_of(payments: Iterable[Payment], account_id: str) -> int:
    return sum(payment.credit_micros for payment in payments if payment.account_id == account_id)


def frozen_by(payments: Iterable[Payment], account_id: str) -> frozenset[str]:
    """Disputes that keep an account from spending."""
    return frozenset[str]().union(*(one.disputes for one in payments if one.account_id == account_id))


def of_calls(world: World, account_id: str) -> dict[str, int | None]:
    """The seconds talked in each of an account's calls, by its sid; None when nobody was dialled."""
    calls = world.stage.carrier.calls()
    found: dict[str, int | None] = {
        call["sid"]: None for call in calls if call["from"] == f"client:{account_id}"
    }
    for leg in calls:
        if leg["parent_call_sid"] in found:
            found[leg["parent_call_sid"]] = int(leg["duration"] or 0)
    return found


def _takes(dispute: dict[str, Any]) -> bool:
    """Banks pay back in a movement of its own, whatever they decide."""
    paid_back = any(moved["amount"] > 0 for moved in dispute["balance_transactions"])
    return dispute["status"] in KEEPS_OUT and not paid_back


def _payment(intent: Any, session: Any, gone: dict[str, int], disputes: dict[str, set[str]]) -> Payment:
    order_id = intent["metadata"]["order"]
    return Payment(
        order_id=order_id,
        account_id=Order.get(f"ORDER#{order_id}", consistent_read=True).account_id,
        net_cents=session["amount_subtotal"] if session else intent["amount"],
        gross_cents=intent["amount"],
        gone_cents=gone.get(intent["id"], 0),
        disputes=frozenset(disputes.get(intent["id"], ())),
    )
