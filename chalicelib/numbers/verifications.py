"""How a number becomes one's own: the carrier says that somebody who answered it typed the code."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.core import ids
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.numbers import rules, shelves
from chalicelib.numbers.rules import OwnNumber, State
from chalicelib.numbers.shelves import Shelf
from chalicelib.providers.twilio_caller_ids import CodeCallEnd


def hear(account_id: str, id: str, end: CodeCallEnd) -> None:
    """A code call has ended: its number is verified or has failed, once, in whatever order this is told.

    What is told of an unknown or foreign number, or of another phone, changes nothing. For one that was
    removed meanwhile it is noted what is to be removed at the carrier, too.
    """
    known = None
    if ids.valid("acc", account_id) and ids.valid("cid", id):
        known = shelves.read(account_id).numbers.get(id)
    if known is None or known.phone != end.phone:
        log.warning("code call without effect", extra={"caller_id": id})
    elif end.caller_id_sid is None:
        _fail(account_id, id, end.call_sid)
    else:
        verify(account_id, id, end.caller_id_sid, end.call_sid)


def verify(account_id: str, id: str, sid: str, call_sid: str | None = None) -> None:
    """The carrier has this number under `sid`: it is the account's, unless it is another's already."""

    def decide(shelf: Shelf, transaction: Transaction) -> bool:
        number = shelf.numbers.get(id)
        if number is None or number.sid:
            return False
        known = replace(number, sid=sid, code=None, calls=_with(number, call_sid))
        if number.state is State.REMOVED:
            shelves.write(transaction, shelf.put(known))
            return True
        shelves.write(transaction, shelf.put(replace(known, state=State.VERIFIED)))
        shelves.claim(transaction, account_id, known)
        return True

    try:
        if shelves.change(account_id, decide):
            log.info("code typed", extra={"caller_id": id})
    except ConditionFailed:
        log.warning("caller id is another's", extra={"caller_id": id})
        _fail(account_id, id, None)


def _fail(account_id: str, id: str, call_sid: str | None) -> None:
    """None: whichever call it was."""

    def decide(shelf: Shelf, transaction: Transaction) -> bool:
        number = shelf.numbers.get(id)
        if number is None:
            return False
        told = replace(number, calls=_with(number, call_sid))
        if number.state is State.PENDING and (call_sid is None or rules.fails(number, call_sid)):
            told = replace(told, state=State.FAILED, code=None)
        if told == number:
            return False
        shelves.write(transaction, shelf.put(told))
        return True

    shelves.change(account_id, decide)


def _with(number: OwnNumber, call_sid: str | None) -> tuple[str, ...]:
    """Its code calls, which are to be erased with it; one that we were never told of is no newest."""
    return number.calls if not call_sid or call_sid in number.calls else (call_sid, *number.calls)
