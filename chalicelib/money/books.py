"""The nightly look at every account's books: what is free and held must be what the entries add up to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pynamodb.pagination import PageIterator

from chalicelib.core import metrics, rounds, scan, tables
from chalicelib.core.logs import log
from chalicelib.core.scan import Raw
from chalicelib.money.models import BALANCE, Balance, Books

WANTED = ["account_id", "sk", "amount_micros", "available_micros", "currency", "holds"]
LOOKS = 5
SECONDS = 150
"""How long a night's look may take."""


@dataclass(frozen=True)
class Sums:
    """One account's books, added up. `balance_micros` is None where there are entries and no balance."""

    account_id: str
    entries: int
    booked_micros: int
    balance_micros: int | None
    currencies: frozenset[str]

    @property
    def drift_micros(self) -> int:
        """What the balance has too much (or, negative, lacks)."""
        return (self.balance_micros or 0) - self.booked_micros

    @property
    def right(self) -> bool:
        known = self.balance_micros is not None or self.entries == 0
        return known and self.drift_micros == 0 and len(self.currencies) <= 1


@dataclass(frozen=True)
class Report:
    """All accounts: those that drifted, and those that never stood still long enough to be sure."""

    accounts: int
    entries: int
    drifted: list[Sums]
    unsure: list[str]


def check() -> dict[str, int]:
    """Recompute every account that there is time for; an alarm for each that drifted. Returns counts.

    Raises nothing for a drift: its metric rings, and other daily work goes on.
    """
    report = _compare(rounds.go("books", Books, None, WANTED, seconds=SECONDS))
    for sums in report.drifted:
        log.error("alarm", extra={"alarm": "books-drift", "account": sums.account_id, **_facts(sums)})
    for account_id in report.unsure:
        log.warning("books never stood still", extra={"account": account_id})
    metrics.count("BooksDrift", len(report.drifted))
    counts = {
        "accounts": report.accounts,
        "entries": report.entries,
        "drifted": len(report.drifted),
        "unsure": len(report.unsure),
    }
    log.info("books checked", extra={"counts": counts})
    return counts


def compare() -> Report:
    """Recompute every account: page by page, one in memory at a time, and only as its sums."""
    return _compare(_stream())


def _compare(stored: Iterable[Raw]) -> Report:
    """A page is no moment in time, and a round may begin or stop within an account.

    So a difference is looked at again, consistently, before it is believed.
    """
    accounts = entries = 0
    drifted, unsure = [], []
    for account_id, items in groupby(stored, key=lambda item: str(item["account_id"]["S"])):
        sums = _add_up(account_id, items)
        accounts += 1
        entries += sums.entries
        if not sums.right:
            again = look(account_id)
            if again is None:
                unsure.append(account_id)
            elif not again.right:
                drifted.append(again)
    return Report(accounts, entries, drifted, unsure)


def look(account_id: str) -> Sums | None:
    """One account by consistent reads; None when it changed during each of several looks."""
    for attempt in range(LOOKS):
        before = _version(account_id)
        sums = _add_up(account_id, _one(account_id))
        if _version(account_id) == before:
            return sums
        tables.pause(attempt)
    return None


def _add_up(account_id: str, items: Iterable[Raw]) -> Sums:
    entries = booked_micros = 0
    balance_micros: int | None = None
    currencies = set()
    for item in items:
        currencies.add(item["currency"]["S"])
        if item["sk"]["S"] == BALANCE:
            held = [int(hold["M"]["amount"]["N"]) for hold in item["holds"]["M"].values()]
            balance_micros = int(item["available_micros"]["N"]) + sum(held)
        else:
            entries += 1
            booked_micros += int(item["amount_micros"]["N"])
    return Sums(account_id, entries, booked_micros, balance_micros, frozenset(currencies))


def _stream() -> Iterator[Raw]:
    """Every item of the table, as DynamoDB gives it: an account's items come one after another."""
    return scan.whole(Books, None, WANTED)


def _one(account_id: str) -> Iterator[Raw]:
    """Raw, since making models of them costs more than all else here."""
    how = {"consistent_read": True, "attributes_to_get": WANTED}
    pages: PageIterator[dict[str, Any]] = PageIterator(Books._get_connection().query, (account_id,), how)
    for page in pages:
        yield from page["Items"]


def _version(account_id: str) -> int:
    balance = Balance.stored(account_id, BALANCE)
    return balance.version if balance else 0


def _facts(sums: Sums) -> dict[str, int | None]:
    return {
        "entries": sums.entries,
        "booked_micros": sums.booked_micros,
        "balance_micros": sums.balance_micros,
        "drift_micros": sums.drift_micros,
    }
