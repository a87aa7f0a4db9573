"""Files that are made apart, in parts, and fetched by a short link: each account has one of a kind and slot.

The item says how far a file has come, and each step of it is a condition on the run that made it: who was
killed, or took too long, is followed by a run that goes on where the last part ended.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core import clock, ids, tables, vault
from chalicelib.core.errors import Busy
from chalicelib.core.logs import log, trace
from chalicelib.core.subjects import Subject
from chalicelib.core.tables import ConditionFailed, IntegerAttribute, Item, name
from chalicelib.core.vault import Gone

LIFE = timedelta(hours=23)
"""Of a file; the bucket itself forgets what is a day old."""
LEASE_SECONDS = 120
"""Longer than the function may run: who still has the lease then was killed."""
PATIENCE_SECONDS = 20
"""Of one kind: the function makes files of two, and may run for less than a minute."""
PART_BYTES = 6 * 1024 * 1024
MOST_RUNS = 100
LATER_SECONDS = 600
WORKING = ("waiting", "running", "closing")


class ByDue(GlobalSecondaryIndex["File"]):
    """Files by when to look after them next."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_shard = IntegerAttribute(hash_key=True)
    due_at = IntegerAttribute(range_key=True)


class File(Item):
    """A file that is being made, or was: `wanted` is what of, `after` and `tags` how far it has come.

    `state` is waiting, running, closing, made (whole, and its person is not told yet), ready or failed. It
    lies where nothing is backed up, and goes with the person's sessions.
    """

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    by_due = ByDue()
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

    `parts` makes those behind `after`. `tell` is asked until it answers True, when a file is whole.
    """

    name: str
    shard: int
    ending: str
    media_type: str
    parts: Callable[[File], Iterator[Part]]
    tell: Callable[[File], bool] = lambda _: True

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


def is_whole(file: File) -> bool:
    return file.state in ("made", "ready")


def work(kind: Kind) -> dict[str, int]:
    """Each minute: go on with every file that is being made, and erase those that have had their time.

    One that fails stops no other; what is left when the time is up is the next minute's.
    """
    stop_at = time.monotonic() + PATIENCE_SECONDS
    done = Counter(ready=0, unfinished=0, ended=0, overtaken=0, failed=0)
    now_seconds = clock.epoch_seconds(clock.now())
    for due in File.by_due.query(kind.shard, File.due_at <= now_seconds):
        if time.monotonic() > stop_at:
            break
        try:
            done[_work_on(kind, due.token_hash, stop_at)] += 1
        except ConditionFailed:
            done["overtaken"] += 1
        except Exception as error:  # noqa: BLE001 - one account's trouble must not stop another's file
            done["failed"] += 1
            log.error("alarm", extra={"alarm": "export-failed", **trace(error)})
    return dict(done)


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


def _work_on(kind: Kind, key: str, stop_at: float) -> str:
    file, now_seconds = File.stored(key), clock.epoch_seconds(clock.now())
    if file is None or file.due_at > now_seconds:
        return "overtaken"
    seen = file.run
    file.run += 1
    _save(file, seen, run=file.run, due_at=now_seconds + LEASE_SECONDS)
    if clock.now() >= ends_at(file):
        return _end(kind, file)
    if file.state == "made":
        return _tell(kind, file)
    return _make(kind, file, stop_at) if file.run <= MOST_RUNS else _give_up(file)


def _make(kind: Kind, file: File, stop_at: float) -> str:
    try:
        return _go_on(kind, file, stop_at)
    except Gone:
        return _find_out(kind, file)


def _give_up(file: File) -> str:
    _save(file, state="failed", due_at=clock.epoch_seconds(ends_at(file)))
    log.error("alarm", extra={"alarm": "export-given-up", "export": file.id})
    return "failed"


def _go_on(kind: Kind, file: File, stop_at: float) -> str:
    """Write parts until the last, or until there is no more time."""
    if file.upload_id is None:
        vault.erase(kind.folder_of(file))
        upload_id = vault.begin(kind.path(file), kind.media_type)
        _save(file, state="running", upload_id=upload_id, tags="[]", rows=0)
    assert file.upload_id
    parts = kind.parts(file)
    while file.state == "running":
        if time.monotonic() > stop_at:
            _save(file, due_at=clock.epoch_seconds(clock.now()))
            return "unfinished"
        _add(kind, file, next(parts))
    vault.finish(kind.path(file), file.upload_id, json.loads(file.tags or "[]"))
    return _be_made(kind, file)


def _add(kind: Kind, file: File, part: Part) -> None:
    assert file.upload_id
    tags = json.loads(file.tags or "[]")
    tags.append(vault.add(kind.path(file), file.upload_id, len(tags) + 1, part.body))
    state = "closing" if part.last else "running"
    _save(file, state=state, tags=json.dumps(tags), after=part.after, rows=part.rows)


def _find_out(kind: Kind, file: File) -> str:
    """The upload is gone: finished by a run that died of telling so, or given up, and then begun again."""
    if file.state == "closing" and vault.exists(kind.path(file)):
        return _be_made(kind, file)
    now_seconds = clock.epoch_seconds(clock.now())
    _save(file, state="waiting", upload_id=None, tags=None, after=None, rows=0, due_at=now_seconds)
    return "unfinished"


def _be_made(kind: Kind, file: File) -> str:
    _save(file, state="made", due_at=clock.epoch_seconds(clock.now()))
    log.info("export made", extra={"export": file.id, "rows": file.rows})
    return _tell(kind, file)


def _tell(kind: Kind, file: File) -> str:
    if not kind.tell(file):
        later_seconds = clock.epoch_seconds(clock.now()) + LATER_SECONDS
        _save(file, due_at=min(later_seconds, clock.epoch_seconds(ends_at(file))))
        return "unfinished"
    _save(file, state="ready", due_at=clock.epoch_seconds(ends_at(file)))
    return "ready"


def _end(kind: Kind, file: File) -> str:
    """Its time is over. The file first: only the item knows of it."""
    vault.erase(kind.folder_of(file))
    tables.write(lambda: File(file.token_hash).delete(condition=_held(file, file.run)))
    return "ended"


def _save(file: File, seen: int | None = None, **values: int | str | None) -> None:
    """Note how far it has come, as long as no other run has it; raises ConditionFailed."""
    condition = _held(file, file.run if seen is None else seen)
    actions = [
        getattr(File, name).remove() if value is None else getattr(File, name).set(value)
        for name, value in values.items()
    ]
    tables.write(lambda: File(file.token_hash).update(actions=actions, condition=condition))
    for attribute, value in values.items():
        setattr(file, attribute, value)


def _held(file: File, run: int) -> Condition:
    """That neither another file nor another run has taken its place."""
    held: Condition = (File.id == file.id) & (File.run == run)
    return held


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
