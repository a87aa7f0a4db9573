"""Where a sweep plays: a stage with its mailbox and clock, fresh accounts, and what came of one of them."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from unittest import mock

from chalicelib.calling import favourites, records
from chalicelib.core import secrets, tables, vault
from chalicelib.money import ledger, payments
from chalicelib.money.models import Order, Payment
from chalicelib.providers import google
from infra.local.google.in_process import InProcess
from tests.app import at_google
from tests.conftest import Clock
from tests.harness import environment
from tests.harness.browser import Browser
from tests.harness.lambda_door import Answer, run_schedule
from tests.harness.mailbox import Mailbox, open_mailbox
from tests.harness.offering import offering
from tests.harness.stage import Stage, running_stage
from tests.money.payer import Payer

ROUNDS = 3
LATER = timedelta(minutes=20)
ERRAND_KINDS = 2
OFFERED = ("call_quality", "google_sign_in", "parental_consent")
"""More than the profile does, so that all that is built is swept."""
numbers = itertools.count(1)


@dataclass(frozen=True)
class Scene:
    stage: Stage
    mailbox: Mailbox
    clock: Clock
    google: InProcess
    alone: bool = False

    def payer(self) -> Payer:
        """A fresh account without a person."""
        return Payer(self.stage)

    def person(self) -> Browser:
        """Somebody who has just signed up."""
        return Browser(self.stage, self.mailbox).sign_up(f"person{next(numbers)}@example.org")

    def send(self, method: str, person: Browser, path: str, body: Any, key: str) -> Answer:
        """A request under its key, sent again when the first one's lock has run out."""
        send = person.post if method == "POST" else person.put
        answer = send(path, body, idempotency_key=key)
        if answer.status == 409 and answer.json["type"] == "in-progress":
            self.clock.advance(timedelta(seconds=int(answer.headers["retry-after"])))
            answer = send(path, body, idempotency_key=key)
        assert answer.status < 300, answer.text
        return answer

    def rest(self) -> None:
        """The minute's schedule, until nothing is left to do."""
        for _ in range(ROUNDS):
            self.clock.advance(LATER)
            run_schedule("sweep")

    def outcome(self, account_id: str) -> dict[str, object]:
        """What came of everything that an account has, here and at both providers.

        Alone on its stage it has all that is in suspense, too.
        """
        return {
            "funds": _funds(account_id),
            "entries": _entries(account_id),
            "suspense": _entries(ledger.SUSPENSE) if self.alone else [],
            "payments": sorted(map(_payment, payments.newest_first(account_id))),
            "orders": sorted(_orders(account_id)),
            "calls": sorted(
                (record.state, record.outcome, record.cost_micros, record.carrier_micros or 0)
                for record in records.newest_first(account_id)
            ),
            "stripe": sorted(self._at_stripe(account_id)),
            "favourites": favourites.numbers(account_id),
            "files": vault.count(account_id),
            "live": sum(call.get("status") == "in-progress" for call in self.stage.carrier.calls()),
        }

    def _at_stripe(self, account_id: str) -> Iterator[tuple[str, str, int]]:
        """Pages, payments and refunds of an account's orders, each once."""
        orders = {key.partition("#")[2] for key in _order_keys(account_id)}
        intents = {}
        for kind in ("checkout.session", "payment_intent"):
            for found in self.stage.payments.all(kind):
                if found["metadata"].get("order") in orders:
                    yield kind, str(found["status"]), found.get("amount_received") or 0
                    intents[found["id"]] = found
        for refund in self.stage.payments.all("refund"):
            if refund["payment_intent"] in intents:
                yield "refund", refund["status"], refund["amount"]
        customers = {found["customer"] for found in intents.values()}
        for customer in self.stage.payments.all("customer"):
            if customer["id"] in customers:
                yield "customer", "deleted" if customer.get("deleted") else "kept", 0


def weight(outcome: object) -> int:
    """How much there is of everything: more than undisturbed was doubled, else something was lost."""
    assert isinstance(outcome, dict)
    return sum(len(part) for part in outcome.values() if isinstance(part, list))


@contextmanager
def playing(*, alone: bool = False) -> Iterator[Scene]:
    """A fresh scene; its secrets are known, so that all cases make the same requests."""
    environment.CLOCK_FILE.unlink(missing_ok=True)
    with (
        running_stage() as stage,
        open_mailbox() as mailbox,
        mock.patch.object(tables, "pause"),
        mock.patch.object(secrets, "_cached", None),
        mock.patch.object(secrets, "LIFE_SECONDS", 10**9),
        offering(*OFFERED),
        mock.patch.object(google, "_pool", _issuer),
        mock.patch.object(google, "_cached_keys", None),
    ):
        secrets.current()
        yield Scene(stage, mailbox, Clock(), _issuer(), alone)
    environment.CLOCK_FILE.unlink(missing_ok=True)


@cache
def _issuer() -> InProcess:
    """One for all scenes of a process: its key takes a moment to make."""
    return at_google.issuer()


def _funds(account_id: str) -> object:
    funds = ledger.funds(account_id)
    holds = Counter("#".join(key.split("#")[:ERRAND_KINDS]).split("_")[0] for key in funds.holds)
    return (
        (funds.available_micros, funds.held_micros, funds.standing, len(funds.frozen)),
        (funds.call_cap_micros, funds.day_cap_micros, funds.day_spent_micros),
        (funds.auto_threshold_micros, funds.auto_amount_micros),
        (funds.customer is None, funds.payment_method is None),
        sorted(holds.items()),
    )


def _entries(account_id: str) -> list[tuple[str, int]]:
    """As long as they add up to the balance."""
    found = [(entry.kind, entry.amount_micros) for entry in ledger.entries(account_id, 100)]
    total = ledger.funds(account_id).total_micros
    return sorted(found) if sum(amount for _, amount in found) == total else [("unbalanced", total)]


def _payment(payment: Payment) -> tuple[Any, ...]:
    returns = payments.returns_of(payment).values()
    went = sorted((part.kind, part.state, part.net_micros) for part in returns)
    return payment.amount_micros, payment.customer is None, payment.books or "", went


def _order_keys(account_id: str) -> list[str]:
    return [key.id for key in Order.by_account.query(account_id, Order.id.startswith("ORDER#"))]


def _orders(account_id: str) -> Iterator[tuple[Any, ...]]:
    for key in _order_keys(account_id):
        order = Order.get(key, consistent_read=True)
        yield order.kind or "", order.state, order.amount_micros, order.payment_intent is None
