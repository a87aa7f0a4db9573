"""What law keeps of money, and no longer: the day's look at movements, orders, payments and closed books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache

from chalicelib.core import clock, rounds, tables
from chalicelib.core.errors import ProviderError
from chalicelib.core.logs import log
from chalicelib.money import carrying, ledger
from chalicelib.money.models import Balance, Entry, Order, Payment, Payments
from chalicelib.policy import permissions, profile, retention
from chalicelib.providers import stripe

SECONDS = 60
"""How long a day's look at one table may take."""


def let_go(now: datetime) -> dict[str, int]:
    """Delete, carry and drop what is over; how many movements, orders and payments, and accounts' books.

    Orders go first: how long they stay is asked of their account's books, which go when none is left. May be
    repeated, and killed anywhere: what it did not come to is the next day's. What a legal hold keeps stays.
    """
    counts = {"carried": 0, "orders": 0, "later": 0, "books": 0}
    rules = [one.retention for one in profile.current().category if one.id == carrying.CATEGORY]
    horizon = retention.horizon(rules[0], now) if rules else None
    if horizon is None:
        return counts
    since = clock.render(horizon)
    books = cache(ledger.funds)
    for order in _old_orders(since):
        over = carrying.is_over(order.created_at, books(order.account_id), now)
        if over and _free(order.account_id):
            counts["orders" if _forget(order) else "later"] += 1
    for account_id in filter(_free, _old_books(since)):
        counts["carried"] += carrying.carry(account_id, now)
        counts["books"] += not _has_orders(account_id) and carrying.drop(account_id, now)
    log.info("old movements", extra={"counts": counts})
    return counts


def _free(account_id: str) -> bool:
    return permissions.erasable(account_id, carrying.CATEGORY)


def _old_books(since: str) -> Iterator[str]:
    """Accounts with a movement, or a closing, before then: each once."""
    old = ((Entry.at <= since) & (Entry.kind != carrying.KIND)) | (Balance.closed_at <= since)
    last = None
    for item in rounds.go("old books", Entry, old, [], seconds=SECONDS):
        account_id = str(item["account_id"]["S"])
        if account_id != last:
            yield account_id
        last = account_id


def _old_orders(since: str) -> Iterator[Order | Payment]:
    """Orders and payments made before then."""
    for item in rounds.go("old orders", Payments, Order.created_at <= since, [], seconds=SECONDS):
        id = str(item["id"]["S"])
        kind = Payment if id.startswith("PI#") else Order
        found = kind.stored(id)
        if found:
            yield found


def _forget(order: Order | Payment) -> bool:
    """At Stripe first: only the payment knows its customer there. False: it is tried again tomorrow."""
    customer = order.customer if isinstance(order, Payment) else None
    try:
        if customer:
            stripe.delete_customer(customer)
    except ProviderError as error:
        log.warning("customer not deleted", extra={"code": error.code})
        return False
    tables.write(order.delete)
    return True


def _has_orders(account_id: str) -> bool:
    return next(iter(Payments.by_account.query(account_id, limit=1)), None) is not None
