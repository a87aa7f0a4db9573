"""What an operator asks about money, answered in sentences: ids and amounts, never a person."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from chalicelib.core import clock, ids
from chalicelib.core.errors import NotRight
from chalicelib.money import books, disputes, ledger, rates, reconciler, refunds, suspense
from chalicelib.money.books import Sums
from chalicelib.money.funds import Funds
from chalicelib.money.models import Entry
from chalicelib.money.refund_requests import PREFIX

Lines = Iterator[str]
NEAR = 20
"""How many entries may be of one second, or of clocks that differ."""


def reconcile() -> Lines:
    """Follow what Stripe has on record and no webhook brought."""
    news = reconciler.reconcile(clock.now())
    yield "News: " + ", ".join(f"{count} {name}" for name, count in news.items()) + "."
    if news["failed"]:
        raise NotRight('Some could not be booked; the log lines with "not-reconciled" say where it failed.')


def check() -> Lines:
    """Recompute every account's books."""
    report = books.compare()
    yield f"Looked at {report.accounts} accounts with {report.entries} entries."
    for account_id in report.unsure:
        yield f"{account_id} changed during each look: look again."
    for sums in report.drifted:
        yield _drift(sums)
    if report.drifted:
        raise NotRight(f"{len(report.drifted)} accounts drifted.")
    yield "No account drifted."


def explain(account_id: str) -> Lines:
    """One account as a statement: every entry with a running balance, then what is held and left to do."""
    funds = _funds(account_id)
    yield f"{account_id}: {funds.standing}, in {funds.currency}"
    yield f"{'booked at':20}  {'kind':14}  {'amount':>14}  {'balance':>14}  cause"
    total_micros = 0
    for entry in _as_booked(ledger.statement(account_id)):
        total_micros += entry.amount_micros
        yield _line(entry, total_micros)
    yield f"Free {_signed(funds.available_micros)}, held {_signed(funds.held_micros)}."
    yield from _held(funds)
    yield from (f"Frozen by {dispute}." for dispute in sorted(funds.frozen))
    if total_micros != funds.total_micros:
        raise NotRight(
            f"The entries add up to {_signed(total_micros)}, free and held to {_signed(funds.total_micros)}."
            " If the account was in use just now, look again."
        )
    yield "The entries add up to what is free and held."


def refund(account_id: str) -> Lines:
    """Give an account's unused credit back to the cards that it came from."""
    _funds(account_id)
    made = refunds.start(account_id, None, ids.new(PREFIX, clock.now()))
    for part in made.parts:
        yield f"{_signed(part.amount_micros)} {made.currency} of {part.payment_intent}: {part.state}"
    yield f"{made.id}: {_signed(made.amount_micros)} {made.currency} goes back, {made.state}."
    if made.state == "failed":
        raise NotRight("Stripe refused it; the credit is still the person's.")


def thaw(account_id: str, dispute_id: str) -> Lines:
    """Let an account spend again although a dispute froze it."""
    _funds(account_id)
    if not disputes.thaw(account_id, dispute_id):
        raise NotRight(f"{account_id} is not frozen by {dispute_id}.")
    left = ledger.funds(account_id)
    others = f", still frozen by {', '.join(sorted(left.frozen))}" if left.frozen else ""
    yield f"{account_id} is {left.standing}{others}."


def _funds(account_id: str) -> Funds:
    known = ids.valid("acc", account_id) or suspense.holds(account_id)
    funds = ledger.funds(account_id) if known else None
    if funds is None or funds.version == 0:
        raise NotRight(f"There are no books of {account_id}.")
    return funds


def _as_booked(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Entries in the order of their booking. Of those of one second, each says what balance it led to."""
    waiting, total_micros = deque(sorted(entries, key=lambda entry: entry.at)), 0
    while waiting:
        near = islice(waiting, NEAR)
        fits = (entry for entry in near if entry.balance_after_micros == total_micros + entry.amount_micros)
        entry = next(fits, waiting[0])
        waiting.remove(entry)
        total_micros += entry.amount_micros
        yield entry


def _line(entry: Entry, total_micros: int) -> str:
    amount, total = _signed(entry.amount_micros), _signed(total_micros)
    return f"{entry.at:20}  {entry.kind:14}  {amount:>14}  {total:>14}  {entry.cause}"


def _held(funds: Funds) -> Lines:
    """Keys are ids; what else a hold remembers, such as a number, is not shown."""
    for key, hold in sorted(funds.holds.items(), key=lambda held: held[1]["due"]):
        due = clock.render(clock.from_epoch(hold["due"]))
        if hold["amount"]:
            yield f"Held: {key} {_signed(hold['amount'])}, to be looked at by {due}"
        else:
            yield f"To do: {key} from {due} on"


def _drift(sums: Sums) -> str:
    if sums.balance_micros is None:
        return f"{sums.account_id}: {sums.entries} entries and no balance."
    if len(sums.currencies) > 1:
        return f"{sums.account_id}: more than one currency."
    return (
        f"{sums.account_id}: the balance is {_signed(sums.balance_micros)},"
        f" its {sums.entries} entries add up to {_signed(sums.booked_micros)}."
    )


def _signed(amount_micros: int) -> str:
    return ("-" if amount_micros < 0 else "") + rates.decimal(abs(amount_micros))
