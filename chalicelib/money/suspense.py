"""Money that belongs to nobody we know: it is booked all the same, and somebody is told."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.core import metrics
from chalicelib.core.logs import log
from chalicelib.core.tables import Transaction
from chalicelib.money import ledger
from chalicelib.money.ledger import SUSPENSE, Movement
from chalicelib.policy import profile


def account_of(currency: str) -> str:
    """The suspense account of a currency: amounts of two currencies never meet in one balance."""
    return SUSPENSE if currency == profile.current().currency else f"{SUSPENSE}-{currency.lower()}"


def holds(account_id: str) -> bool:
    """Whether this is a suspense account, which nobody spends from."""
    return account_id.startswith(SUSPENSE)


def book(movement: Movement, currency: str, why: str, join: Callable[[Transaction], None]) -> None:
    """Book a movement in suspense, together with what `join` adds; raises as `ledger.book` does."""
    account_id = account_of(currency)
    before = ledger.funds(account_id)
    if before.version == 0:
        ledger.open_account(account_id, currency)
        before = ledger.funds(account_id)
    ledger.book(account_id, movement, join=join, before=before)
    metrics.count("SuspenseEntries")
    log.error("alarm", extra={"alarm": "suspense", "why": why, "cause": movement.cause})
