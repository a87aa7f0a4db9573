"""What an operator asks about money, answered in sentences: ids and amounts, never a person."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice

from chalicelib.core import clock, ids
from chalicelib.core.errors import NotRight
from chalicelib.core.tables import ConditionFailed
from chalicelib.money import books, disputes, ledger, rates, reconciler, refunds, suspense
from chalicelib.money.books import Sums
from chalicelib.money.funds import Funds
from chalicelib.money.ledger import Movement
from chalicelib.money.models import Entry
from chalicelib.money.refund_requests import PREFIX

Lines = Iterator[str]
CAUSE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,63}")
LARGEST_MICROS = 10**12
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


def adjust(account_id: str, amount: str, cause: str, day: str) -> Lines:
    """Book what came or went beside Stripe and the calls, once for a cause and its day; never into a debt."""
    before = _funds(account_id)
    if not CAUSE.fullmatch(cause):
        raise NotRight("A cause is 3 to 64 letters, digits, dots, lines and underscores.")
    movement = Movement("adjustment", cause, _day(day), _micros(amount), "adjustment")
    known = Entry.stored(account_id, movement.key)
    if known:
        yield f"{_signed(known.amount_micros)} was booked before for {cause} of {day}; nothing was booked."
        return
    if before.available_micros + movement.amount_micros < 0:
        raise NotRight(
            f"{account_id} has {_signed(before.available_micros)} {before.currency} free, not more."
        )
    try:
        ledger.book(account_id, movement, before=before, as_read=True)
    except ConditionFailed:
        raise NotRight(f"{account_id} changed just now; nothing was booked, try again.") from None
    left = ledger.funds(account_id)
    yield f"{_signed(movement.amount_micros)} {left.currency} booked for {cause} of {day}."
    yield f"{account_id} has {_signed(left.available_micros)} {left.currency} free."


def _micros(amount: str) -> int:
    try:
        micros = Decimal(amount) * rates.MICROS
        if micros and micros == micros.to_integral_value() and abs(micros) <= LARGEST_MICROS:
            return int(micros)
    except ArithmeticError:
        pass
    raise NotRight(f"{amount} is no amount; write it such as 12.50, or -12.50.")


def _day(day: str) -> datetime:
    try:
        found = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise NotRight(f"{day} is no day; write it such as 2026-11-22.") from None
    if found > clock.now():
        raise NotRight(f"{day} is still to come.")
    return found


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
