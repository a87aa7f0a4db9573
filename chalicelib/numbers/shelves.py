"""An account's shelf of caller IDs: read whole, and written whole where nobody has written meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.core import tables
from chalicelib.core.errors import Busy
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.numbers.models import CallerIds, Claim
from chalicelib.numbers.rules import OwnNumber, State

SHELF = "shelf"
CLAIM = "claim"


@dataclass(frozen=True)
class Shelf:
    """Caller IDs by their ids, as of one version; version 0 is none yet."""

    account_id: str
    numbers: Mapping[str, OwnNumber]
    version: int

    def put(self, number: OwnNumber) -> Shelf:
        return replace(self, numbers={**self.numbers, number.id: number})

    def without(self, id: str) -> Shelf:
        return replace(self, numbers={key: other for key, other in self.numbers.items() if key != id})


def read(account_id: str) -> Shelf:
    """The shelf as it is now."""
    item = CallerIds.stored(CallerIds.key(account_id))
    if item is None:
        return Shelf(account_id, {}, 0)
    stored = item.numbers.as_dict()
    return Shelf(account_id, {id: _load(id, fields) for id, fields in stored.items()}, item.version)


def write(transaction: Transaction, shelf: Shelf) -> None:
    """Join the writing of a shelf; "shelf" refuses where it has changed since it was read."""
    item = CallerIds(
        CallerIds.key(shelf.account_id),
        numbers={id: _dump(number) for id, number in shelf.numbers.items()},
        version=shelf.version + 1,
    )
    transaction.put(SHELF, item, _unchanged(shelf))


def check(transaction: Transaction, shelf: Shelf) -> None:
    """Join the condition that nobody has written meanwhile."""
    transaction.check(SHELF, CallerIds(CallerIds.key(shelf.account_id)), _unchanged(shelf))


def delete(shelf: Shelf) -> None:
    """Drop an empty shelf; raises ConditionFailed where something came onto it."""
    if shelf.version:
        tables.write(lambda: CallerIds(CallerIds.key(shelf.account_id)).delete(condition=_unchanged(shelf)))


def change(account_id: str, decide: Callable[[Shelf, Transaction], bool]) -> bool:
    """Let `decide` join what it wants of the shelf as it is now; again where a rival was faster.

    False: it wanted nothing, and nothing is written. A refusal of its other writes is raised as it is.
    """
    for attempt in range(tables.TRIES):
        transaction = Transaction()
        if not decide(read(account_id), transaction):
            return False
        try:
            transaction.commit()
        except ConditionFailed as failed:
            if failed.names != {SHELF}:
                raise
            tables.pause(attempt)
        else:
            return True
    raise Busy


def is_free(phone: str, account_id: str, id: str | None = None) -> bool:
    """Whether an account may claim a number, under an id or a new one."""
    found = Claim.stored(Claim.key(phone))
    return found is None or (found.owner == account_id and id in (None, found.caller_id))


def claim(transaction: Transaction, account_id: str, number: OwnNumber) -> None:
    """Join the claim of a number; "claim" refuses where it is another's."""
    item = Claim(Claim.key(number.phone), owner=account_id, caller_id=number.id)
    free = Claim.user_id.does_not_exist() | _own(account_id, number)
    transaction.put(CLAIM, item, free)


def release(transaction: Transaction, account_id: str, number: OwnNumber) -> None:
    """Join the release of a number's own claim."""
    transaction.delete(CLAIM, Claim(Claim.key(number.phone)), _own(account_id, number))


def _own(account_id: str, number: OwnNumber) -> Condition:
    own: Condition = (Claim.owner == account_id) & (Claim.caller_id == number.id)
    return own


def _unchanged(shelf: Shelf) -> Condition:
    if not shelf.version:
        return CallerIds.user_id.does_not_exist()
    unchanged: Condition = CallerIds.version == shelf.version
    return unchanged


def _load(id: str, fields: Mapping[str, Any]) -> OwnNumber:
    given = {**fields, "state": State(fields["state"]), "calls": tuple(fields["calls"])}
    return OwnNumber(id=id, **given)


def _dump(number: OwnNumber) -> dict[str, Any]:
    fields = {**asdict(number), "state": number.state.value, "calls": list(number.calls)}
    return {name: value for name, value in fields.items() if value is not None and name != "id"}
