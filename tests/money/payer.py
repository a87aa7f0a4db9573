"""One account's money without a person: it orders, pays, and looks at its own books."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chalicelib.core import clock, ids
from chalicelib.money import ledger, topups
from chalicelib.money.funds import Funds
from chalicelib.money.models import Order
from tests.harness.stage import Stage

MUCH = 1000


@dataclass
class Payer:
    """An account, and Stripe's side of it."""

    stage: Stage
    account_id: str = field(default_factory=lambda: ids.new("acc", clock.now()))

    def order(self, amount_micros: int = 10_000_000) -> Order:
        return topups.start(self.account_id, amount_micros, ids.new("ord", clock.now()))

    def pay(self, amount_micros: int = 10_000_000, outcome: Any = "succeeded") -> str:
        """Order and pay, with the webhooks still under way: the payment intent."""
        page = self.order(amount_micros).checkout_id
        assert page
        return str(self.stage.payments.pay(page, outcome)["payment_intent"])

    def top_up(self, amount_micros: int = 10_000_000) -> str:
        payment_intent = self.pay(amount_micros)
        self.stage.settle_payments()
        return payment_intent

    @property
    def funds(self) -> Funds:
        return ledger.funds(self.account_id)

    @property
    def available_micros(self) -> int:
        return self.funds.available_micros

    def entries(self) -> list[tuple[str, str, int]]:
        return entries(self.account_id)

    def waiting(self, *types: str) -> list[str]:
        """Ids of the webhooks that wait, of these types, in the order of their events."""
        waiting = self.stage.payments.waiting()
        return [delivery["event"] for delivery in waiting if not types or delivery["type"] in types]


def entries(account_id: str) -> list[tuple[str, str, int]]:
    """Kind, cause and amount of every entry, by the kind; they add up to the balance."""
    found = ledger.entries(account_id, MUCH)
    assert sum(entry.amount_micros for entry in found) == ledger.funds(account_id).total_micros
    return sorted((entry.kind, entry.cause, entry.amount_micros) for entry in found)
