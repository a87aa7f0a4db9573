"""Accounts whose movements grow old, made directly."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.core import clock, ids
from chalicelib.money import carrying, ledger, operations
from chalicelib.money.funds import Funds
from chalicelib.money.ledger import Movement
from chalicelib.money.models import Balance, Entry
from chalicelib.policy.terms import Retention

YEAR = timedelta(days=365)
SEVEN = Retention(clock="created", minimum="P7Y", maximum="P7Y", basis="legal_obligation")
AFTER_CLOSING = Retention(clock="account_closed", minimum="P7Y", maximum="P7Y", basis="legal_obligation")


def account(*amounts_micros: int) -> str:
    """An account with these movements, booked now."""
    made = ids.new("acc", clock.now())
    book(made, *amounts_micros)
    return made


def book(account_id: str, *amounts_micros: int) -> None:
    for amount in amounts_micros:
        now = clock.now()
        ledger.book(account_id, Movement("adjustment", ids.new("call", now), now, amount))


def many(count: int) -> str:
    """An account with so many small movements, written at once."""
    now = clock.now()
    made = ids.new("acc", now)
    ledger.open_account(made)
    with Entry.batch_write() as batch:
        for number in range(count):
            movement = Movement("adjustment", f"call_{number:04}", now, 1_000)
            batch.save(ledger._entry(Funds(made, number * 1_000, "USD", {}, "open", 1), movement))
    ledger.change(made, [Balance.available_micros.set(count * 1_000)])
    return made


def told(account_id: str) -> list[tuple[str, int, int]]:
    """Each entry's kind, amount and the balance after it, in the order of booking."""
    return [
        (entry.kind, entry.amount_micros, entry.balance_after_micros)
        for entry in operations._as_booked(ledger.statement(account_id))
    ]


def carry(account_id: str) -> int:
    return carrying.carry(account_id, clock.now())


def close(account_id: str) -> None:
    ledger.set_status(account_id, "closed")
