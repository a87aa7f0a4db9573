"""What follows when a mail comes back or somebody complains of one: from then on they are left in peace."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

from chalicelib.core.errors import not_found
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.identity import accounts
from chalicelib.policy.consent import MARKETING
from chalicelib.privacy import audit, consents
from chalicelib.providers import mail_events, suppressions


def follow(delivery: dict[str, Any]) -> dict[str, int]:
    """Act on one delivery of SES's events; how many bounces and complaints there were.

    One that is told again, late or in another order changes nothing more. What is no event of ours is
    dropped, with an alarm. Where the policy forgets this with its person, nothing is kept of an address that
    nobody has: a deletion's last mail may come back, too.
    """
    counts: Counter[str] = Counter(bounce=0, complaint=0)
    try:
        told = mail_events.read(delivery)
    except mail_events.NotOurs:
        log.error("alarm", extra={"alarm": "foreign-mail-event"})
        return dict(counts)
    for returned in told:
        if accounts.knows(returned.address) or not suppressions.goes_with_its_person():
            suppressions.note(returned.address, returned.kind, returned.at)
        if returned.kind == "complaint":
            _end_marketing(returned.address)
        counts[returned.kind] += 1
    log.info("mail returned", extra={"counts": counts})
    return dict(counts)


def write_again(account_id: str, actor: str) -> set[suppressions.Kind]:
    """Let mail go to an account's address again; what kept it away, or nothing where nothing did.

    A consent to marketing that a complaint took back stays taken back. Refuses an account that is none.
    """
    account = accounts.behind(account_id)
    if not account:
        raise not_found("account")
    kinds = suppressions.of(account.email)

    def compose(transaction: Transaction) -> None:
        suppressions.lift(account.email, transaction)
        audit.join(transaction, account_id, "mail allowed again", "mail", actor)

    if kinds:
        with suppress(ConditionFailed):  # it is gone by now
            audit.together(compose)
    return kinds


def _end_marketing(address: str) -> None:
    """Who calls a mail unwanted has taken their consent to marketing back."""
    account = accounts.owning(address)
    if account:
        consents.withdraw(account.account_id, MARKETING, source="complaint")
