"""Old movements are carried by several at once while others book: real threads on the embedded AWS.

`python -m bench.carry_race` prints one line, and fails when a micro was lost or doubled, or one was left.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bench.embedded import embedded_tables
from bench.rivals import at_once
from chalicelib.core import clock, ids
from chalicelib.core.errors import Busy
from chalicelib.money import books, carrying, ledger
from chalicelib.money.funds import Funds
from chalicelib.money.ledger import Movement
from chalicelib.money.models import Balance, Entry
from chalicelib.policy.terms import Retention
from tests.policy.keeping import keeping

OLD, CARRIERS, BOOKERS, EACH = 400, 4, 8, 15
BRIEFLY = Retention(clock="created", maximum="P1D")


def race() -> str | None:
    """What went wrong; None when nothing did."""
    account_id = _account()
    with keeping("ledger", BRIEFLY):
        jobs: list[Callable[[], object]] = [partial(_carry, account_id) for _ in range(CARRIERS)]
        at_once([*jobs, *(partial(_book, account_id) for _ in range(BOOKERS))], CARRIERS + BOOKERS)
        carrying.carry(account_id, clock.now())
    wanted = OLD * 1_000 - BOOKERS * EACH * 7
    entries, funds = list(ledger.statement(account_id)), ledger.funds(account_id)
    sums = books.look(account_id)
    if sums is None or not sums.right or funds.available_micros != wanted:
        return f"{funds.available_micros} micros where {wanted} were due; {sums}"
    carried = [entry.amount_micros for entry in entries if entry.kind == carrying.KIND]
    if carried != [OLD * 1_000] or len(entries) != 1 + BOOKERS * EACH:
        return f"{carried} carried, {len(entries)} entries"
    return None


def _account() -> str:
    """With many small movements of ten days ago."""
    now = clock.now()
    account_id = ids.new("acc", now)
    ledger.open_account(account_id)
    with Entry.batch_write() as batch:
        for number in range(OLD):
            movement = Movement("adjustment", f"call_{number:04}", now, 1_000)
            entry = ledger._entry(Funds(account_id, number * 1_000, "USD", {}, "open", 1), movement)
            entry.at = clock.render(now - timedelta(days=10))
            batch.save(entry)
    ledger.change(account_id, [Balance.available_micros.set(OLD * 1_000)])
    return account_id


def _carry(account_id: str) -> None:
    for _ in range(5):
        try:
            carrying.carry(account_id, clock.now())
        except Busy:
            time.sleep(0.05)


def _book(account_id: str) -> None:
    for _ in range(EACH):
        movement = Movement("call", ids.new("call", clock.now()), clock.now(), -7)
        while True:
            try:
                ledger.book(account_id, movement)
            except Busy:
                time.sleep(0.05)
            else:
                break


def main() -> None:
    with embedded_tables():
        wrong = race()
    print(
        f"carry race: {OLD} old movements, {CARRIERS} carry, {BOOKERS * EACH} booked: {wrong or 'all right'}"
    )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
