"""Refunds as people see them: one request, the payments that it is paid out of, and how far each part is.

There is no item of a request: its parts are what is set aside for it, and what the payments know went back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chalicelib.core import clock
from chalicelib.core.errors import not_found
from chalicelib.money import ledger, payments
from chalicelib.money.funds import Funds
from chalicelib.money.models import Payment

PREFIX = "ref"
RESERVED = "R#"


@dataclass(frozen=True)
class RefundPart:
    """What goes back of one payment; `amount_micros` is credit, without its tax.

    `state` is pending, succeeded or failed; `refund_id` is Stripe's, once it has answered.
    """

    payment_intent: str
    amount_micros: int
    state: str
    at: str
    refund_id: str | None


@dataclass(frozen=True)
class Refund:
    """One request. One that staff made at Stripe has Stripe's own id."""

    id: str
    currency: str
    parts: tuple[RefundPart, ...]

    @property
    def created_at(self) -> str:
        return min(part.at for part in self.parts)

    @property
    def place(self) -> list[str]:
        """Where it stands in a list by time."""
        return [self.created_at, self.id]

    @property
    def amount_micros(self) -> int:
        """What did not fail."""
        return sum(part.amount_micros for part in self.parts if part.state != "failed")

    @property
    def state(self) -> str:
        """pending while any part is, failed when all have."""
        states = {part.state for part in self.parts}
        return next((state for state in ("pending", "succeeded") if state in states), "failed")


def find(account_id: str, id: str) -> Refund | None:
    """One request with what came of it; None when nothing is known of it."""
    return next((refund for refund in newest_first(account_id) if refund.id == id), None)


def get(account_id: str, id: str) -> Refund:
    """One's own refund, or 404."""
    found = find(account_id, id)
    if found is None:
        raise not_found("refund")
    return found


def newest_first(account_id: str) -> list[Refund]:
    """All of them. What is set aside is read first, so that what is booked meanwhile is still found."""
    funds = ledger.funds(account_id)
    parts: dict[str, dict[str, RefundPart]] = {}
    for id, key, part in [*_reserved(funds), *_posted(payments.newest_first(account_id))]:
        parts.setdefault(id, {})[key] = part
    found = [Refund(id, funds.currency, tuple(of.values())) for id, of in parts.items()]
    return sorted(found, key=lambda refund: refund.place, reverse=True)


def page(account_id: str, limit: int, after: list[str] | None) -> tuple[list[Refund], list[str] | None]:
    """At most `limit`, newest first, after a place in the list; and where to go on, if any is left."""
    found = newest_first(account_id)
    if after:
        found = [refund for refund in found if refund.place < after]
    return found[:limit], found[limit - 1].place if len(found) > limit else None


def key_of(request_id: str, payment_intent: str) -> str:
    """Under which a part's credit is set aside; also Stripe's idempotency key of it."""
    return f"{RESERVED}{request_id}#{payment_intent}"


def is_reservation(key: str) -> bool:
    return key.startswith(RESERVED)


def payment_of(key: str) -> str:
    """The payment intent of a reservation."""
    return key.rpartition("#")[2]


def reserved_micros(funds: Funds, payment: Payment) -> int:
    """What is set aside of one payment already, tax included."""
    keys = (key for key in funds.holds if is_reservation(key))
    ours = (key for key in keys if payment_of(key) == payments.number(payment))
    return sum(funds.holds[key]["gross"] for key in ours)


def _reserved(funds: Funds) -> Iterator[tuple[str, str, RefundPart]]:
    for key, hold in funds.holds.items():
        if is_reservation(key):
            at = clock.render(clock.from_epoch(hold["at"]))
            yield _request(key), key, RefundPart(payment_of(key), hold["amount"], "pending", at, None)


def _posted(found: Iterable[Payment]) -> Iterator[tuple[str, str, RefundPart]]:
    for payment in found:
        for id, part in payments.returns_of(payment).items():
            if part.kind == "refund":
                key = part.reservation or id
                shown = RefundPart(payments.number(payment), part.net_micros, part.state, part.created_at, id)
                yield _request(key), key, shown


def _request(key: str) -> str:
    return key.split("#")[1] if is_reservation(key) else key
