"""An account with credit, and a saved card if wanted: made directly, so that a test asks few requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3

from chalicelib.core import clock as service_clock
from chalicelib.core import ids
from chalicelib.identity.models import User
from chalicelib.money import errands, holds, ledger
from chalicelib.money.funds import Funds
from chalicelib.money.holds import Overdue
from chalicelib.money.ledger import Movement
from chalicelib.money.models import Balance, Order
from infra.local.payments.in_process import stripe_client
from tests.conftest import Clock
from tests.harness.mailbox import Mail, Mailbox
from tests.harness.stage import Stage

VISA = "pm_card_visa"
DECLINED = "pm_card_visa_chargeDeclined"
DOLLAR = 1_000_000


@dataclass(frozen=True)
class Purse:
    """One account, its person and what Stripe has of them."""

    stage: Stage
    mailbox: Mailbox
    account_id: str
    email: str

    @property
    def funds(self) -> Funds:
        return ledger.funds(self.account_id)

    def earn(self, amount_micros: int) -> Purse:
        self._book("adjustment", amount_micros)
        return self

    def spend(self, amount_micros: int) -> Purse:
        """As the end of a call does."""
        self._book("call", -amount_micros)
        return self

    def charge_below(self, threshold_micros: int, amount_micros: int, card: str = VISA) -> Purse:
        """A card is saved, and the automatic top-up is on."""
        customer = stripe_client(self.stage.payments).v1.customers.create({"email": self.email})
        actions = [
            Balance.customer.set(customer.id),
            Balance.payment_method.set(card),
            Balance.auto_threshold_micros.set(threshold_micros),
            Balance.auto_amount_micros.set(amount_micros),
        ]
        ledger.change(self.account_id, actions)
        return self

    def charges(self) -> list[Any]:
        """What Stripe has charged this account's card, refused or not."""
        customer = self.funds.customer
        if customer is None:
            return []
        return list(stripe_client(self.stage.payments).v1.payment_intents.list({"customer": customer}).data)

    def mails(self) -> list[Mail]:
        return self.mailbox.to(self.email)

    def subjects(self) -> set[str]:
        return {mail.subject for mail in self.mails()}

    def entries(self) -> list[tuple[str, int]]:
        """Kind and amount of each, newest cause first."""
        found = ledger.entries(self.account_id, 100)
        return [(entry.kind, entry.amount_micros) for entry in found]

    def orders(self) -> dict[str, str]:
        """Number and state of each order."""
        keys = Order.by_account.query(self.account_id, Order.id.startswith("ORDER#"))
        return {key.id.partition("#")[2]: Order.get(key.id).state for key in keys}

    def balanced(self) -> bool:
        """Invariant M."""
        return self.funds.total_micros == sum(amount for _, amount in self.entries())

    def pass_minutes(self, clock: Clock) -> None:
        """Sweeps of this account alone, until nothing is left: a test of many kills asks few requests."""
        for _ in range(4):
            clock.advance(timedelta(seconds=61))
            now = service_clock.epoch_seconds(service_clock.now())
            left = holds.live(self.account_id).items()
            errands.sweep(Overdue(self.account_id, key, hold) for key, hold in left if hold.due <= now)
            if not left:
                return

    def _book(self, kind: str, amount_micros: int) -> None:
        now = service_clock.now()
        ledger.book(self.account_id, Movement(kind, ids.new("call", now), now, amount_micros))


def make(stage: Stage, mailbox: Mailbox) -> Purse:
    """A fresh account whose person can be written to."""
    now = service_clock.now()
    account_id, user_id = ids.new("acc", now), ids.new("usr", now)
    email = f"{account_id[4:].lower()}@example.org"
    user = User(
        user_id,
        account_id=account_id,
        email=email,
        password_hash="-",
        policy_version="-",
        status="active",
        created_at=service_clock.render(now),
    )
    user.save()
    ledger.open_account(account_id)
    return Purse(stage, mailbox, account_id, email)


def sweep() -> dict[str, int]:
    """What the minute's sweep does about errands."""
    return errands.sweep(list(holds.overdue(service_clock.epoch_seconds(service_clock.now()))))


def items(table: str) -> list[dict[str, Any]]:
    """Everything in a table."""
    found: list[dict[str, Any]] = boto3.client("dynamodb").scan(TableName=f"vowline-local-{table}")["Items"]
    return found
