"""How a caller ID ends: at the carrier first, then here; and what a code call's silence comes to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from chalicelib.core import clock
from chalicelib.core.errors import ProviderError
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.money import ledger
from chalicelib.money.holds import Overdue
from chalicelib.money.ledger import HoldGone
from chalicelib.numbers import shelves, verifications
from chalicelib.numbers.rules import OwnNumber, State
from chalicelib.numbers.shelves import Shelf
from chalicelib.providers import twilio, twilio_caller_ids

ERRAND = "N#caller-ids"
"""Left with every code call and removal: one for an account, however much there is to do."""


def finish(account_id: str, number: OwnNumber) -> bool:
    """Erase a number at the carrier, then here; False while it can't be yet. Raises ProviderError.

    Only who has the number's claim deletes it at the carrier: another may have verified it meanwhile.
    """
    sid = number.sid
    if not sid:
        if not number.is_over(clock.epoch_seconds(clock.now())):
            return False
        sid = twilio_caller_ids.find(number.id, number.phone)
    ours = sid is not None and _take(account_id, number.id, sid)
    if sid and ours:
        twilio_caller_ids.delete(sid)
    if not all(twilio.delete_call(call) for call in number.calls):
        return False
    _drop(account_id, number, ours=ours)
    log.info("caller id gone", extra={"caller_id": number.id})
    return True


def tidy(found: Overdue) -> bool:
    """Finish what is removed, and what code calls came to that nobody told us of; asks until all is done.

    The errand goes only with a shelf on which nothing is left to do, so that no rival's can be lost.
    """
    account_id = found.account_id
    try:
        for number in shelves.read(account_id).numbers.values():
            _settle(account_id, number)
    except ProviderError as error:
        log.warning("caller ids wait for the carrier", extra={"account_id": account_id, "code": error.code})
        return False
    shelf = shelves.read(account_id)
    if all(number.state is State.VERIFIED for number in shelf.numbers.values()):
        with suppress(HoldGone, ConditionFailed):
            ledger.book(account_id, None, release=found.key, join=lambda writes: shelves.check(writes, shelf))
    return False


def _settle(account_id: str, number: OwnNumber) -> None:
    if number.state is State.VERIFIED:
        return
    if number.state is not State.REMOVED:
        if not number.is_over(clock.epoch_seconds(clock.now())):
            return
        sid = twilio_caller_ids.find(number.id, number.phone)
        if sid and shelves.is_free(number.phone, account_id, number.id):
            verifications.verify(account_id, number.id, sid)
            return
    finish(account_id, number)


def _take(account_id: str, id: str, sid: str) -> bool:
    """Keep the number for this one until it is gone; False where it is another's, or this one is gone."""

    def decide(shelf: Shelf, transaction: Transaction) -> bool:
        number = shelf.numbers.get(id)
        if number is None:
            return False
        shelves.write(transaction, shelf.put(replace(number, sid=sid)))
        shelves.claim(transaction, account_id, number)
        return True

    try:
        return shelves.change(account_id, decide)
    except ConditionFailed:
        return False


def _drop(account_id: str, number: OwnNumber, *, ours: bool) -> None:
    def decide(shelf: Shelf, transaction: Transaction) -> bool:
        if number.id not in shelf.numbers:
            return False
        shelves.write(transaction, shelf.without(number.id))
        if ours:
            shelves.release(transaction, account_id, number)
        return True

    shelves.change(account_id, decide)
