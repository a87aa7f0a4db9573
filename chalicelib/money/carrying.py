"""Old movements: those whose time is over become one opening sum, and closed books go in the end.

An entry never goes alone. One transaction takes a batch away and adds its sum to the account's one `carried`
entry, so that the books add up before and after it, whoever else books meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice

from pynamodb.expressions.condition import Condition

from chalicelib.core import clock, keys
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.money import ledger, suspense
from chalicelib.money.funds import Funds
from chalicelib.money.ledger import Movement
from chalicelib.money.models import BALANCE, CARRIED, Balance, Entry
from chalicelib.policy import profile

CATEGORY = "ledger"
KIND = "carried"
LONG_AGO = clock.render(clock.from_epoch(0))
BATCH = 98
"""A transaction has a hundred writes; the balance and the sum are two of them."""


def is_over(created_at: str, books: Funds, now: datetime) -> bool:
    """Whether the policy's time of a movement (or its order, or payment) of these books has come.

    What is in suspense belongs to no open account: its time runs as if that were closed at once.
    """
    created = clock.parse(created_at)
    closed_at = created if suspense.holds(books.account_id) else books.closed_at
    closed = {"account_closed": closed_at} if closed_at else {}
    end = profile.current().expires_at(CATEGORY, created=created, **closed)
    return end is not None and end <= now


def carry(account_id: str, now: datetime) -> int:
    """Put the sum of all movements that are over in their place, the oldest first; how many there were.

    The balance stays what it is. May be repeated, and killed anywhere: each batch is done or not.
    """
    books, count = ledger.funds(account_id), 0
    if not is_over(LONG_AGO, books, now):
        return count  # these books' time does not run yet
    over = [
        entry
        for entry in ledger.statement(account_id)
        if entry.kind != KIND and is_over(entry.at, books, now)
    ]
    if {entry.currency for entry in over} - {books.currency}:
        log.error("alarm", extra={"alarm": "books-drift", "account": account_id})
        return 0
    over.sort(key=lambda entry: (entry.at, entry.sk))
    with suppress(ConditionFailed):  # somebody else is at it
        for start in range(0, len(over), BATCH):
            count += _replace(account_id, over[start : start + BATCH])
    return count


def drop(account_id: str, now: datetime) -> bool:
    """Delete the books of an account that was closed, once nothing is left of it but the opening sum.

    Money that nobody asked for in all that time goes to suspense, in the same transaction.
    """
    books = ledger.funds(account_id)
    left = list(islice(ledger.statement(account_id), 2))
    if books.status != "closed" or books.holds or any(entry.kind != KIND for entry in left):
        return False
    if not books.closed_at or not is_over(clock.render(books.closed_at), books, now):
        return False
    if sum(entry.amount_micros for entry in left) != books.total_micros:
        log.error("alarm", extra={"alarm": "books-drift", "account": account_id})
        return False

    def join(transaction: Transaction) -> None:
        transaction.delete("books", Balance(account_id, BALANCE), Balance.version == books.version)
        for entry in left:
            transaction.delete("sum", Entry(account_id, entry.sk), _same(entry))

    try:
        _end(books, join)
    except ConditionFailed:
        return False
    return True


def _end(books: Funds, join: Callable[[Transaction], None]) -> None:
    if not books.total_micros:
        transaction = Transaction()
        join(transaction)
        transaction.commit()
        return
    assert books.closed_at
    # The account's number goes with its books: only who knows it already can find the money again.
    cause = keys.fingerprint(books.account_id)
    rest = Movement("unclaimed", cause, books.closed_at, books.total_micros)
    suspense.book(rest, books.currency, "unclaimed", join)


def _same(entry: Entry) -> Condition:
    same: Condition = Entry.amount_micros == entry.amount_micros
    return same


def _replace(account_id: str, batch: Sequence[Entry]) -> int:
    """The version rises, so that a look at the books between two pages knows that it saw no one moment."""
    before = Entry.stored(account_id, CARRIED)
    total_micros = sum(entry.amount_micros for entry in [*batch, *([before] if before else [])])
    carried = Entry(
        account_id,
        CARRIED,
        kind=KIND,
        cause=KIND,
        amount_micros=total_micros,
        balance_after_micros=total_micros,
        currency=batch[0].currency,
        at=batch[-1].at,
    )
    transaction = Transaction()
    transaction.update("balance", Balance(account_id, BALANCE), [Balance.version.add(1)], Balance.sk.exists())
    transaction.put("carried", carried, _same(before) if before else Entry.sk.does_not_exist())
    for entry in batch:
        transaction.delete(entry.sk, Entry(account_id, entry.sk), _same(entry))
    transaction.commit()
    return len(batch)
