"""Caller IDs: numbers of one's own to call with, each verified by a call that asks for a code."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from chalicelib.core import clock, ids, settings, tables, throttles
from chalicelib.core.errors import Busy, ProviderError, Refusal, not_found
from chalicelib.core.logs import log
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.core.throttles import Limit
from chalicelib.money import decks, holds, ledger
from chalicelib.money.funds import Funds
from chalicelib.money.ledger import Errand
from chalicelib.numbers import dialling, removals, rules, shelves
from chalicelib.numbers.dialling import Dialled
from chalicelib.numbers.rules import OwnNumber, State
from chalicelib.numbers.shelves import Shelf
from chalicelib.policy import profile
from chalicelib.providers import twilio_caller_ids
from chalicelib.providers.twilio_caller_ids import CodeCall, NumberRefused

PREFIX = "cid"
CODE_LIFE = timedelta(minutes=10)
"""Longer than any code call rings and listens."""
ASKING = timedelta(seconds=30)
"""Longer than a function may ask the carrier for a call."""
SOON_SECONDS = 60
DAY = 24 * 3600
# Whoever is limited gets no further in this row, so that one account can't use up another's tries.
OF_ACCOUNT = Limit("code-calls-account", 20, DAY)
OF_PHONE = Limit("code-calls-phone", 5, DAY)
OF_RANGE = Limit("code-calls-range", 50, DAY, shared=True)
OF_ALL = Limit("code-calls-all", 500, 3600, shared=True)
RANGE_DIGITS = 4
"""Ten thousand numbers beside each other are a range, as whoever earns on calls to them rents it."""
REFUSED = Refusal(
    422, "number-not-verifiable", "We can't verify this number. If it is yours, please write to us."
)
RINGS_SECONDS = (25, 60)
"""How long a phone rings, at least and at most, that nobody answers."""
REMOVED = Refusal(409, "caller-id-removed", "This number was removed meanwhile.")


def add(account_id: str, phone: str, id: str) -> OwnNumber:
    """Have a number called, and answer the code to type there; a number under way is answered as it is.

    Refusals: 409 own already, still being removed, ten are there, suspended or frozen; 422 a number that we
    do not call or cannot verify; 429 too many code calls. Raises ProviderError; sent again under the same id,
    the number is called again.
    """
    dialled = dialling.parse(phone)
    dialling.check(dialled, allowed=profile.current().calls.countries)
    house_number = settings.current().house_number
    if dialled.e164 == house_number or decks.current().find(dialled.e164, house_number) is None:
        raise REFUSED
    _, _, known = _admit(account_id, dialled, id)
    if known and known.code:
        return known
    throttles.take(OF_ACCOUNT, account_id)
    throttles.take(OF_PHONE, dialled.e164)
    throttles.take(OF_RANGE, dialled.e164[:-RANGE_DIGITS])
    throttles.take(OF_ALL)
    number = _reserve(account_id, dialled, id)
    return number if number.code else _call(account_id, number)


def of(account_id: str) -> list[OwnNumber]:
    """An account's numbers, oldest first: verified, waiting for their code, or just failed."""
    now = clock.epoch_seconds(clock.now())
    found = [number.at(now) for number in shelves.read(account_id).numbers.values()]
    return sorted((number for number in found if number.is_shown(now)), key=lambda number: number.id)


def verified(account_id: str, id: str) -> str | None:
    """The verified number of this id, in E.164; None when it is not this account's."""
    if not ids.valid(PREFIX, id):
        return None
    number = shelves.read(account_id).numbers.get(id)
    return number.phone if number and number.state is State.VERIFIED else None


def remove(account_id: str, id: str) -> None:
    """Nobody calls with this number from now on; the carrier forgets it now, or as soon as it can.

    Refuses with 404 what is not this account's.
    """
    number = _withdraw(account_id, id)
    try:
        removals.finish(account_id, number)
    except ProviderError as error:
        log.warning("caller id waits for the carrier", extra={"caller_id": id, "code": error.code})


def _reserve(account_id: str, dialled: Dialled, id: str) -> OwnNumber:
    """A place on the shelf, together with the errand that looks after it."""
    phone, now = dialled.e164, clock.epoch_seconds(clock.now())
    number = OwnNumber(id, phone, State.PENDING, now + int(CODE_LIFE.total_seconds()))
    for attempt in range(tables.TRIES):
        funds, shelf, under_way = _admit(account_id, dialled, id)
        if under_way:
            return under_way
        if earlier := shelf.numbers.get(id):
            number = replace(number, calls=earlier.calls)
        try:
            _write(funds, shelf.put(number), number.ends_at)
        except ConditionFailed:
            tables.pause(attempt)
        else:
            return number
    raise Busy


def _admit(account_id: str, dialled: Dialled, id: str) -> tuple[Funds, Shelf, OwnNumber | None]:
    """An account and its shelf, which may take this number; or the number that waits there already."""
    funds, shelf = ledger.funds(account_id), shelves.read(account_id)
    holds.check_open(funds)
    if dialled.country in profile.current().calls.high_risk_countries:
        holds.check_high_risk(funds)
    under_way = _under_way(shelf, dialled.e164, clock.epoch_seconds(clock.now()))
    if under_way:
        _check_called(under_way, id)
    elif rules.is_full(shelf.numbers.values()):
        raise Refusal(409, "caller-ids-full", f"You have {rules.MOST} numbers. Please remove one first.")
    return funds, shelf, under_way


def _under_way(shelf: Shelf, phone: str, now: int) -> OwnNumber | None:
    """The code call that a number waits for already; refuses one that is verified or not yet gone."""
    for number in (number.at(now) for number in shelf.numbers.values()):
        if number.phone == phone and number.state is State.VERIFIED:
            raise Refusal(409, "caller-id-known", "This number is verified already.")
        if number.phone == phone and number.sid:
            sentence = "We are still removing this number. Please try again in a minute."
            raise Refusal(409, "caller-id-leaving", sentence, retry_after_seconds=SOON_SECONDS)
        if number.phone == phone and number.is_waiting(now):
            return number
    return None


def _check_called(number: OwnNumber, id: str) -> None:
    """A number whose code we do not know is being called right now, or whoever had it called was killed."""
    waited = clock.now() - ids.made_at(number.id)
    if number.code is None and number.id != id and waited < ASKING:
        left = int((ASKING - waited).total_seconds()) + 1
        sentence = "We are calling this number already."
        raise Refusal(409, "in-progress", sentence, retry_after_seconds=left)


def _call(account_id: str, number: OwnNumber) -> OwnNumber:
    url = f"{settings.current().public_url}/api/webhooks/twilio/caller-id/{account_id}/{number.id}"
    try:
        call = twilio_caller_ids.request_code(number.phone, number.id, url)
    except NumberRefused as refused:
        if not shelves.is_free(number.phone, account_id):
            return _pretend(account_id, number.id)
        log.info("number not called", extra={"caller_id": number.id, "code": str(refused)})
        with suppress(Refusal):
            remove(account_id, number.id)
        raise REFUSED from None
    return _note_call(account_id, number.id, call)


def _note_call(account_id: str, id: str, call: CodeCall) -> OwnNumber:
    """Keep the code, so that it can be shown again; a callback may have been faster."""

    def noting(number: OwnNumber) -> OwnNumber:
        code = call.code if number.state is State.PENDING else None
        calls = (*(other for other in number.calls if other != call.sid), call.sid)
        return replace(number, code=code, calls=calls)

    return _note(account_id, id, noting)


def _pretend(account_id: str, id: str) -> OwnNumber:
    """Have a number that is another person's look like one that nobody answers: who asks learns nothing.

    The carrier, which has it verified already, was asked all the same, and took its time to say no.
    """
    shortest, longest = RINGS_SECONDS
    fails_at = clock.epoch_seconds(clock.now()) + shortest + secrets.randbelow(longest - shortest)
    code = f"{secrets.randbelow(10**6):06}"
    return _note(account_id, id, lambda number: replace(number, code=code, fails_at=fails_at))


def _note(account_id: str, id: str, noting: Callable[[OwnNumber], OwnNumber]) -> OwnNumber:
    """Keep what became of asking for a call; refuses where the number was removed meanwhile."""
    noted: list[OwnNumber] = []

    def decide(shelf: Shelf, transaction: Transaction) -> bool:
        number = shelf.numbers.get(id)
        if number is None:
            raise REMOVED
        noted[:] = [noting(number)]
        shelves.write(transaction, shelf.put(noted[0]))
        return True

    shelves.change(account_id, decide)
    if noted[0].state is State.REMOVED:
        raise REMOVED
    return noted[0]


def _withdraw(account_id: str, id: str) -> OwnNumber:
    """The number, which is out of use from now on, together with the errand that sees to its end."""
    for attempt in range(tables.TRIES):
        funds, shelf = ledger.funds(account_id), shelves.read(account_id)
        number = shelf.numbers.get(id)
        if number is None:
            raise not_found("caller ID")
        if number.state is State.REMOVED:
            return number
        removed = replace(number, state=State.REMOVED, code=None)
        try:
            _write(funds, shelf.put(removed), clock.epoch_seconds(clock.now()) + SOON_SECONDS)
        except ConditionFailed:
            tables.pause(attempt)
        else:
            return removed
    raise Busy


def _write(funds: Funds, shelf: Shelf, due: int) -> None:
    """The shelf and the errand in one transaction, on nothing but what was read."""
    ledger.book(
        funds.account_id,
        None,
        errands={removals.ERRAND: Errand(due)},
        join=lambda transaction: shelves.write(transaction, shelf),
        before=funds,
        as_read=True,
    )
