"""Payments and what goes back of them: states as tables, and shares in whole micros. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CENT_MICROS = 10_000
SMALLEST_REFUND_MICROS = 1_000_000
"""Of a part: a payment remembers each of its refunds, and an item of the table has an end."""

# Which states a refund or dispute goes through from the one that is known (None: not yet) to the one that is
# told. What is not here changes nothing: a state told again, or late.
STEPS: Mapping[str, Mapping[tuple[str | None, str], tuple[str, ...]]] = {
    "refund": {
        (None, "pending"): ("pending",),
        (None, "succeeded"): ("succeeded",),
        (None, "failed"): ("failed",),
        ("pending", "succeeded"): ("succeeded",),
        ("pending", "failed"): ("failed",),
        ("succeeded", "failed"): ("failed",),
    },
    "dispute": {
        (None, "inquiry"): ("inquiry",),
        (None, "opened"): ("opened",),
        (None, "lost"): ("opened", "lost"),
        (None, "won"): ("opened", "won"),
        ("inquiry", "opened"): ("opened",),
        ("inquiry", "lost"): ("opened", "lost"),
        ("inquiry", "won"): ("opened", "won"),
        ("opened", "lost"): ("lost",),
        ("opened", "won"): ("won",),
        (None, "prevented"): ("prevented",),
        ("inquiry", "prevented"): ("prevented",),
        ("opened", "prevented"): ("prevented",),
        ("lost", "won"): ("won",),
    },
}
GONE = {"pending", "succeeded", "opened", "lost"}
ENTRY_KINDS = {
    ("refund", True): "refund",
    ("refund", False): "refund_failed",
    ("dispute", True): "dispute",
    ("dispute", False): "dispute_won",
}


@dataclass(frozen=True)
class Return:
    """Money that goes back of a payment, tax included: a refund or dispute in a state.

    `net_micros` is what it took from the credit, without its tax.
    """

    kind: str
    state: str
    amount_micros: int
    currency: str
    created_at: str
    reservation: str | None = None
    net_micros: int = 0

    @property
    def gone(self) -> bool:
        return self.state in GONE


@dataclass(frozen=True)
class Price:
    """What a payment was: its net price is the credit, tax came on top."""

    net_micros: int
    tax_micros: int
    currency: str

    @property
    def gross_micros(self) -> int:
        return self.net_micros + self.tax_micros

    def net_of(self, gross_micros: int) -> int:
        """The net share of the first so many micros that go back; of all of them the whole net price."""
        return gross_micros * self.net_micros // (self.gross_micros or 1)


@dataclass(frozen=True)
class Offer:
    """A refund that can be asked for: `gross_micros` in whole cents costs `net_micros` of credit."""

    gross_micros: int
    net_micros: int


def steps(kind: str, known: str | None, told: str) -> tuple[str, ...]:
    """The states still to go through, in order."""
    return STEPS[kind].get((known, told), ())


def gone_micros(price: Price, returns: Iterable[Return]) -> int:
    """What has gone back so far, tax included. Another currency's money is no part of this price."""
    return sum(part.amount_micros for part in returns if part.gone and part.currency == price.currency)


def movement_micros(price: Price, before: Mapping[str, Return], after: Mapping[str, Return]) -> int:
    """What the credit gains when a payment's returns change, cumulatively: no order of them leaves a rest."""
    taken, takes = (price.net_of(gone_micros(price, returns.values())) for returns in (before, after))
    return taken - takes


def refundable_micros(price: Price, returns: Iterable[Return]) -> int:
    """What may still be refunded, tax included: nothing while a dispute is open, or after a lost one."""
    parts = list(returns)
    if any(part.kind == "dispute" and part.gone for part in parts):
        return 0
    return max(0, price.gross_micros - gone_micros(price, parts))


def offer(price: Price, returns: Iterable[Return], reserved_micros: int, credit_micros: int) -> Offer | None:
    """The largest refund in whole cents that costs at most `credit_micros`; None when not even a cent does.

    `reserved_micros` (tax included) of the payment is asked for already.
    """
    parts = list(returns)
    start = gone_micros(price, parts) + reserved_micros
    left = refundable_micros(price, parts) - reserved_micros
    if left <= 0 or credit_micros <= 0:
        return None
    # The most gross whose share rounds down to no more than the credit.
    most = -(-(price.net_of(start) + credit_micros + 1) * price.gross_micros // price.net_micros) - 1 - start
    gross = min(left, most // CENT_MICROS * CENT_MICROS)
    if gross < CENT_MICROS:
        return None
    return Offer(gross, price.net_of(start + gross) - price.net_of(start))
