"""What Stripe has on record against what we have booked: whatever no webhook brought is followed now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from chalicelib.core import clock, metrics, tables
from chalicelib.core.errors import Refusal
from chalicelib.core.logs import log, trace
from chalicelib.money import facts, orders, payments
from chalicelib.money.models import Progress
from chalicelib.providers import stripe_events, stripe_records
from chalicelib.providers.stripe_facts import Fact, Paid

PROGRESS = "RECONCILED"
ORDERS_COME_WITHIN = timedelta(days=1)
STRIPE_REMEMBERS = timedelta(days=30)


def _undelivered(since: datetime) -> Iterator[Fact]:
    return (event.fact for event in stripe_events.undelivered(since) if event.fact)


# How far before the last run to look again: what was made then may have changed since. Banks take a week to
# pay and a month to send a refund back, disputes go on for months. Payments come first, the rest is of them.
SOURCES: Mapping[str, tuple[timedelta, Callable[[datetime], Iterable[Fact]]]] = {
    "sessions": (timedelta(days=8), stripe_records.paid_since),
    "refunds": (timedelta(days=35), stripe_records.refunds_since),
    "disputes": (timedelta(days=120), stripe_records.disputes_since),
    "events": (timedelta(days=1), _undelivered),
}


def reconcile(now: datetime) -> dict[str, int]:
    """Follow all that happened since the last run, as the webhook does: how much of each kind was news.

    One fact that fails does not stop the others: it is counted, and the next run starts from where this one
    did. Raises ProviderError when Stripe does not answer.
    """
    since, news = _last_run(now), dict.fromkeys([*SOURCES, "failed"], 0)
    for name, (look_back, ask) in SOURCES.items():
        for fact in ask(since - look_back):
            try:
                news[name] += _follow(fact, now)
            except Exception as error:  # noqa: BLE001 - one bad fact must not keep the others from the books
                log.error("alarm", extra={"alarm": "not-reconciled", "source": name, **trace(error)})
                news["failed"] += 1
    if news["failed"]:
        metrics.count("ReconcilerFailures", news["failed"])
    else:
        _remember(now)
    log.info("reconciled", extra={"counts": news})
    return news


def _follow(fact: Fact, now: datetime) -> bool:
    try:
        return facts.follow(fact)
    except Refusal as refusal:
        if refusal.type != orders.TOO_EARLY or not isinstance(fact, Paid):
            raise
        if now - fact.created_at < ORDERS_COME_WITHIN:
            raise
        return payments.credit_nobody(fact)


def _last_run(now: datetime) -> datetime:
    progress = Progress.stored(PROGRESS)
    if progress:
        return clock.from_epoch(progress.until)
    _remember(now - STRIPE_REMEMBERS)
    return now - STRIPE_REMEMBERS


def _remember(moment: datetime) -> None:
    """Up to when all is followed."""
    tables.write(lambda: Progress(PROGRESS, until=clock.epoch_seconds(moment)).save())
