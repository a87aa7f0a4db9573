"""Tables: one shared connection, integers that are integers, and writes whose refusals have names."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NoReturn, Self

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import Attribute
from pynamodb.connection import Connection
from pynamodb.connection.base import MetaTable
from pynamodb.connection.table import TableConnection
from pynamodb.constants import ATTR_DEFINITIONS, GLOBAL_SECONDARY_INDEXES, NUMBER
from pynamodb.exceptions import DoesNotExist, PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.core import clock, guard, settings
from chalicelib.core.errors import Busy

TRIES = 8
REFUSED = {"ConditionalCheckFailed", "ConditionalCheckFailedException"}
CONFLICT = {"TransactionConflict", "TransactionConflictException"}
PASSING = CONFLICT | {
    "InternalServerError",
    "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingError",
    "ThrottlingException",
    "TransactionInProgressException",
}


class ConditionFailed(Exception):
    """Nothing was written, because these conditions, by name, did not hold."""

    def __init__(self, *names: str) -> None:
        super().__init__(", ".join(names))
        self.names = frozenset(names)


class Guarded(Connection):
    """A connection whose every request the write guard sees, whichever client PynamoDB makes."""

    @property
    def client(self) -> Any:
        client = super().client
        client.meta.events.register("provide-client-params.dynamodb", guard.check, unique_id="guard")
        return client


@cache
def connection() -> Connection:
    """The process's one connection. PynamoDB's own time-outs (45 s) outlast API Gateway and the carrier."""
    return Guarded(
        connect_timeout_seconds=1, read_timeout_seconds=3, max_retry_attempts=2, max_pool_connections=60
    )


def name(table: str) -> str:
    return settings.current().table_prefix + table


class Item(Model):
    """A model on the shared connection: one client a model would cost 60 to 127 ms each at cold start."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        # Private attributes of PynamoDB 6.1; tests/core/test_tables.py fails when they move.
        if cls._connection is None or cls._connection.table_name != cls.Meta.table_name:
            table = super()._get_connection()
            shared = connection()
            known = shared._tables.get(table.table_name)
            if known:
                _learn(known, table.get_meta_table())
            else:
                shared.add_meta_table(table.get_meta_table())
            table.connection = shared
            cls._connection = table
        return cls._connection

    @classmethod
    def stored(cls, hash_key: str, range_key: str | None = None) -> Self | None:
        """The item of this key as it is now, by a consistent read; None where there is none."""
        try:
            return cls.get(hash_key, range_key, consistent_read=True)
        except DoesNotExist:
            return None

    @classmethod
    def living(cls, hash_key: str, range_key: str | None = None) -> Self | None:
        """The item as it is now; an expired one is gone, whatever the table still holds."""
        item = cls.stored(hash_key, range_key)
        return None if item is None or item.expired() else item

    @classmethod
    def newest(cls, hash_key: str, range_keys: Condition, limit: int) -> list[Self]:
        """At most so many items of a partition, the last by their range keys first, by a consistent read."""
        found = cls.query(hash_key, range_keys, scan_index_forward=False, limit=limit, consistent_read=True)
        return list(found)

    def expired(self) -> bool:
        """Past its `expires_at`: TTL deletes days late, so every read asks."""
        expires_at: int | None = getattr(self, "expires_at", None)
        return expires_at is not None and expires_at <= clock.epoch_seconds(clock.now())


def _learn(known: MetaTable, other: MetaTable) -> None:
    """Models of one table may each know another of its indexes; whichever came first, all are found."""
    for part in (ATTR_DEFINITIONS, GLOBAL_SECONDARY_INDEXES):
        known.data[part] += [entry for entry in other.data[part] if entry not in known.data[part]]


class IntegerAttribute(Attribute[int]):
    """A number that is an int, in Python and in DynamoDB; anything else is our bug."""

    attr_type = NUMBER

    def serialize(self, value: int) -> str:
        if type(value) is not int:
            raise TypeError(f"{self.attr_name} must be an int")
        return str(value)

    def deserialize(self, value: str) -> int:
        return int(value)


def write(change: Callable[[], Any]) -> None:
    """Run one conditional write; raises ConditionFailed, or Busy when it keeps meeting others."""
    for attempt in range(TRIES):
        try:
            change()
        except PynamoDBException as error:
            code = _code(error)
            if code in REFUSED:
                raise ConditionFailed("condition") from None
            if code not in CONFLICT:
                _give_up(error)
            pause(attempt)
        else:
            return
    raise Busy


def _code(error: PynamoDBException) -> str | None:
    """What AWS answered; None when it did not. PynamoDB's own property trips over a time-out."""
    return error.cause_response_code if isinstance(error.cause, ClientError) else None


def passing(error: Exception) -> bool:
    """Whether the same request may well succeed in a moment: AWS was busy, or did not answer."""
    cause = error.cause if isinstance(error, PynamoDBException) else error
    if isinstance(cause, ClientError):
        return cause.response.get("Error", {}).get("Code") in PASSING
    return isinstance(cause, BotoCoreError)


def _give_up(error: PynamoDBException) -> NoReturn:
    """Throttling and time-outs were tried again by botocore already: once more here would multiply them."""
    if passing(error):
        raise Busy from None
    raise error


class Transaction:
    """Writes that happen together or not at all; each has a name, by which a refusal is told."""

    def __init__(self) -> None:
        self._checks: list[tuple[str, Item, Condition]] = []
        self._deletes: list[tuple[str, Item, Condition | None]] = []
        self._puts: list[tuple[str, Item, Condition | None]] = []
        self._updates: list[tuple[str, Item, Sequence[Action], Condition | None]] = []

    def check(self, name: str, item: Item, condition: Condition) -> None:
        """Change nothing in `item` (its key is enough), but refuse all when `condition` does not hold."""
        self._checks.append((name, item, condition))

    def delete(self, name: str, item: Item, condition: Condition | None = None) -> None:
        self._deletes.append((name, item, condition))

    def put(self, name: str, item: Item, condition: Condition | None = None) -> None:
        self._puts.append((name, item, condition))

    def update(
        self, name: str, item: Item, actions: Sequence[Action], condition: Condition | None = None
    ) -> None:
        self._updates.append((name, item, actions, condition))

    def commit(self) -> None:
        """Write all; raises ConditionFailed with the names that refused, or Busy."""
        for attempt in range(TRIES):
            try:
                self._write()
            except TransactWriteError as error:
                reasons = [reason.code if reason else None for reason in error.cancellation_reasons]
                refused = [
                    name for name, code in zip(self._names(), reasons, strict=False) if code in REFUSED
                ]
                if refused:
                    raise ConditionFailed(*refused) from None
                if not PASSING.intersection(reasons) and _code(error) not in CONFLICT:
                    _give_up(error)
                pause(attempt)
            else:
                return
        raise Busy

    def _names(self) -> list[str]:
        # PynamoDB sends them in this order, and DynamoDB's reasons follow what was sent.
        return [
            write[0] for kind in (self._checks, self._deletes, self._puts, self._updates) for write in kind
        ]

    def _write(self) -> None:
        with TransactWrite(connection=connection()) as transaction:
            for _, item, needed in self._checks:
                transaction.condition_check(type(item), *_key(item), condition=needed)
            for _, item, condition in self._deletes:
                transaction.delete(item, condition=condition)
            for _, item, condition in self._puts:
                transaction.save(item, condition=condition)
            for _, item, actions, condition in self._updates:
                transaction.update(item, actions=list(actions), condition=condition)


def _key(item: Item) -> tuple[Any, Any]:
    names = (item._hash_keyname, item._range_keyname)
    hash_key, range_key = (getattr(item, name) if name else None for name in names)
    return hash_key, range_key


def pause(attempt: int) -> None:
    """Wait a little longer and a little more randomly each time, so that rivals part."""
    time.sleep(random.uniform(0, min(0.4, 0.01 * 2**attempt)))  # noqa: S311 - jitter
