"""Files that are made apart, in parts, and fetched by a short link: each account has one of a kind and slot.

Here is what there is and how it is asked for; `core.runs` makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core import clock, ids, tables, vault
from chalicelib.core.errors import Busy
from chalicelib.core.logs import log
from chalicelib.core.subjects import Subject
from chalicelib.core.tables import ConditionFailed, IntegerAttribute, Item, name

LIFE = timedelta(hours=23)
"""Of a file; the bucket itself forgets what is a day old."""
PART_BYTES = 6 * 1024 * 1024
WORKING = ("waiting", "running", "closing")


class ByDue(GlobalSecondaryIndex["File"]):
    """Files by when to look after them next."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_shard = IntegerAttribute(hash_key=True)
    due_at = IntegerAttribute(range_key=True)


class ByUser(GlobalSecondaryIndex["File"]):
    """A person's files, among all else that they have in `sessions`."""

    class Meta:
        index_name = "user_id"
        projection = KeysOnlyProjection()

    user_id = UnicodeAttribute(hash_key=True)


class File(Item):
    """A file that is being made, or was: `wanted` is what of, `after` and `tags` how far it has come.

    `state` is waiting, running, closing, made (whole, and its person is not told yet), ready or failed. It
    lies where nothing is backed up, and goes with the person's sessions.
    """

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    by_due = ByDue()
    by_user = ByUser()
    user_id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    id = UnicodeAttribute()
    wanted = UnicodeAttribute()
    state = UnicodeAttribute()
    created_at = UnicodeAttribute()
    run = IntegerAttribute()
    rows = IntegerAttribute()
    upload_id = UnicodeAttribute(null=True)
    tags = UnicodeAttribute(null=True)
    after = UnicodeAttribute(null=True)
    due_shard = IntegerAttribute()
    due_at = IntegerAttribute()
    expires_at = IntegerAttribute()


SHOWN = {"closing": "running", "made": "ready"}
"""What is told in place of a state that only we need."""


@dataclass(frozen=True)
class Part:
    """A part's bytes, the place behind it, how many rows there are by then, and whether it is the last."""

    body: bytes
    after: str | None
    rows: int
    last: bool


@dataclass(frozen=True)
class Kind:
    """A kind of files, with a shard of its own in the index `due`.

    `parts` makes those behind `after`. `tell` is asked until it answers True, when a file is whole. One that
    no longer `lives` is ended before its time.
    """

    name: str
    shard: int
    ending: str
    media_type: str
    parts: Callable[[File], Iterator[Part]]
    tell: Callable[[File], bool] = lambda _: True
    lives: Callable[[File], bool] = lambda _: True

    def key(self, account_id: str, slot: str = "") -> str:
        return "#".join(part for part in (self.name.upper(), account_id, slot) if part)

    def folder(self, account_id: str, slot: str = "") -> str:
        """Where an account's files of this kind lie, or one slot's."""
        return "/".join(part for part in (account_id, self.name, slot) if part)

    def folder_of(self, file: File) -> str:
        return self.folder(
            file.account_id, file.token_hash.removeprefix(self.key(file.account_id)).strip("#")
        )

    def path(self, file: File) -> str:
        return f"{self.folder_of(file)}/{file.id}.{self.ending}"


def find(kind: Kind, account_id: str, slot: str = "") -> File | None:
    """An account's file of a slot, from a consistent read, as long as it lives."""
    file = File.stored(kind.key(account_id, slot))
    return file if file and clock.now() < ends_at(file) else None


def ends_at(file: File) -> datetime:
    """When the file is erased."""
    return clock.parse(file.created_at) + LIFE


def start(kind: Kind, subject: Subject, wanted: str, will_do: Callable[[File], bool], slot: str = "") -> File:
    """Have a file made, in place of the slot's last one unless that is of the same and will do."""
    for attempt in range(tables.TRIES):
        found = find(kind, subject.account_id, slot)
        if found and found.wanted == wanted and will_do(found):
            return found
        file = _new(kind, subject, wanted, slot)
        unchanged = File.id == found.id if found else File.token_hash.does_not_exist()
        over = File.created_at <= clock.render(clock.now() - LIFE)
        try:
            tables.write(lambda file=file, known=unchanged | over: file.save(condition=known))  # type: ignore[misc]
        except ConditionFailed:
            tables.pause(attempt)
        else:
            log.info("export asked for", extra={"export": file.id})
            return file
    raise Busy


def link(kind: Kind, file: File, called: str) -> str | None:
    """Where it can be fetched for vault.LINK_SECONDS under a name; None before it is whole."""
    return vault.link(kind.path(file), called) if is_whole(file) else None


def state(file: File) -> str:
    """As its person is told: waiting, running, ready or failed."""
    return SHOWN.get(file.state, file.state)


def is_whole(file: File) -> bool:
    return file.state in ("made", "ready")


def count(kind: Kind, account_id: str, slot: str = "") -> int:
    """How many files and open uploads a slot has, and its item."""
    return vault.count(kind.folder(account_id, slot)) + (find(kind, account_id, slot) is not None)


def erase(kind: Kind, account_id: str, slot: str = "") -> int:
    """Forget a slot and delete its files; how many there were."""
    known = File.token_hash.exists()
    try:
        tables.write(lambda: File(kind.key(account_id, slot)).delete(condition=known))
    except ConditionFailed:
        return vault.erase(kind.folder(account_id, slot))
    return 1 + vault.erase(kind.folder(account_id, slot))


def _new(kind: Kind, subject: Subject, wanted: str, slot: str) -> File:
    now = clock.now()
    return File(
        kind.key(subject.account_id, slot),
        user_id=subject.user_id,
        account_id=subject.account_id,
        id=ids.new("exp", now),
        wanted=wanted,
        state="waiting",
        created_at=clock.render(now),
        run=0,
        rows=0,
        due_shard=kind.shard,
        due_at=clock.epoch_seconds(now),
        expires_at=clock.epoch_seconds(now + 2 * LIFE),
    )
