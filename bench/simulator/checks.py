"""What must be true: of the books after every step, and of everything once it has come to rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from bench.simulator.world import World
from chalicelib.core import tables
from chalicelib.money import ledger
from chalicelib.money.funds import CALL
from chalicelib.policy import profile

MAY_OWE = {"refund", "dispute", "late_charge"}
Item = dict[str, Any]


class Violation(AssertionError):
    """A promise is broken; the message says which, by ids and amounts."""


@dataclass(frozen=True)
class Books:
    """One account as it lies in the table."""

    balance: Item | None
    entries: list[Item]

    @property
    def booked_micros(self) -> int:
        return sum(entry["amount_micros"] for entry in self.entries)

    @property
    def may_owe_micros(self) -> int:
        """What was taken back from people who may have spent it: zero, or less."""
        return sum(entry["amount_micros"] for entry in self.entries if entry["kind"] in MAY_OWE)

    @property
    def held(self) -> list[str]:
        return sorted((self.balance or {}).get("holds", {}))

    @property
    def held_micros(self) -> int:
        return sum(hold["amount"] for hold in (self.balance or {}).get("holds", {}).values())


def look(account_id: str) -> Books:
    """Straight from moto's memory: asking as a client would cost more than the step itself."""
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
    items = backend.tables[tables.name("balances")].items.get(DynamoType({"S": account_id}), {})
    plain = {key.value: _plain(item.attrs) for key, item in items.items()}
    return Books(plain.get("BAL"), [item for key, item in plain.items() if key.startswith("ENTRY#")])


def check_books(account_id: str, carried_owed_micros: int = 0) -> None:
    """Invariant M, one cause one entry, no more spent than there was, and the sweeper finds what is held.

    Of what is carried nothing tells any more what somebody may owe of it: who carried has to say.
    """
    books = look(account_id)
    if books.balance is None:
        demand(not books.entries, f"{account_id} has entries without a balance")
        return
    available, holds = books.balance["available_micros"], books.balance["holds"]
    total = available + books.held_micros
    demand(
        total == books.booked_micros, f"{account_id}: {total} on the balance, {books.booked_micros} booked"
    )
    causes = Counter((entry["kind"], entry["cause"]) for entry in books.entries)
    twice = [cause for cause, times in causes.items() if times > 1]
    demand(not twice, f"{account_id}: booked twice: {twice}")
    owed = carried_owed_micros + books.may_owe_micros
    demand(available >= min(0, owed), f"{account_id}: overspent: {available}, of which {owed} may be owed")
    demand(books.balance.get("day_spent_micros", 0) >= 0, f"{account_id}: a day has cost less than nothing")
    lives = sum(key.startswith(CALL) for key in holds)
    demand(lives <= profile.current().live_calls, f"{account_id}: {lives} live calls")
    index = books.balance.get("sweep_at")
    deadlines = [hold["due"] for hold in holds.values()]
    demand(index == min(deadlines, default=None), f"{account_id}: index {index}, deadlines {deadlines}")


def check_step(world: World) -> None:
    """After each step, every account, and suspense."""
    for account_id in [*world.everyone, ledger.SUSPENSE]:
        check_books(account_id, world.carried_owed[account_id])


def demand(true: bool, otherwise: str) -> None:
    """Raises Violation."""
    if not true:
        raise Violation(otherwise)


def _plain(attributes: Any) -> Item:
    return {name: _value(attribute) for name, attribute in attributes.items()}


def _value(attribute: Any) -> Any:
    if attribute.type == "N":
        return int(attribute.value)
    if attribute.type == "M":
        return _plain(attribute.value)
    if attribute.type == "L":
        return [_value(one) for one in attribute.value]
    return attribute.value
