"""A call history that is too long for one answer: a file made apart, in parts, and fetched by a short link.

A person has one at a time. The item says how far it has come, and each step of it is a condition on the run
that made it: who was killed, or took too long, is followed by a run that goes on where the last part ended.
"""

from __future__ import annotations

import io
import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec
from pynamodb.expressions.condition import Condition

from chalicelib.calling import csv_export, history
from chalicelib.calling.filters import CallFilter
from chalicelib.calling.history import Chunk
from chalicelib.calling.models import DUE_SHARD, Export
from chalicelib.core import clock, ids, tables, vault
from chalicelib.core.errors import Busy
from chalicelib.core.logs import log, trace
from chalicelib.core.requests import SignedIn
from chalicelib.core.tables import ConditionFailed
from chalicelib.core.vault import Gone

LIFE = timedelta(hours=23)
"""Of a file; the bucket itself forgets what is a day old."""
REUSE = timedelta(minutes=10)
LEASE_SECONDS = 120
"""Longer than the function may run: who still has the lease then was killed."""
PATIENCE_SECONDS = 40
PART_BYTES = 6 * 1024 * 1024
MOST_RUNS = 100
MEDIA_TYPE = "text/csv; charset=utf-8"
WORKING = ("waiting", "running", "closing")


def find(account_id: str) -> Export | None:
    """The account's export, from a consistent read, as long as its file lives."""
    export = Export.stored(Export.key(account_id))
    return export if export and clock.now() < ends_at(export) else None


def ends_at(export: Export) -> datetime:
    """When the file is erased."""
    return clock.parse(export.created_at) + LIFE


def start(signed_in: SignedIn, wanted: CallFilter) -> Export:
    """Have a file made of the calls that fit, in place of the account's last one.

    Asked again for the same, it answers the one that is being made or has just been.
    """
    filter_text = msgspec.json.encode(wanted).decode()
    for attempt in range(tables.TRIES):
        found = find(signed_in.account_id)
        if found and found.wanted == filter_text and _is_fresh(found):
            return found
        export = _new(signed_in, filter_text)
        unchanged = Export.id == found.id if found else Export.token_hash.does_not_exist()
        over = Export.created_at <= clock.render(clock.now() - LIFE)
        try:
            tables.write(lambda export=export, known=unchanged | over: export.save(condition=known))  # type: ignore[misc]
        except ConditionFailed:
            tables.pause(attempt)
        else:
            log.info("export asked for", extra={"export": export.id})
            return export
    raise Busy


def link(export: Export) -> str | None:
    """Where its file can be fetched for vault.LINK_SECONDS; None before it is ready."""
    return vault.link(_file(export), "calls.csv") if export.state == "ready" else None


def work() -> dict[str, int]:
    """Each minute: go on with every file that is being made, and erase those that have had their time.

    One that fails stops no other; what is left when the time is up is the next minute's.
    """
    stop_at = time.monotonic() + PATIENCE_SECONDS
    done = Counter(ready=0, unfinished=0, ended=0, overtaken=0, failed=0)
    now_seconds = clock.epoch_seconds(clock.now())
    for due in Export.by_due.query(DUE_SHARD, Export.due_at <= now_seconds):
        if time.monotonic() > stop_at:
            break
        try:
            done[_work_on(due.token_hash, stop_at)] += 1
        except ConditionFailed:
            done["overtaken"] += 1
        except Exception as error:  # noqa: BLE001 - one account's trouble must not stop another's file
            done["failed"] += 1
            log.error("alarm", extra={"alarm": "export-failed", **trace(error)})
    return dict(done)


def erase(account_id: str) -> int:
    """Forget the account's export and delete its files; how many there were."""
    known = Export.token_hash.exists()
    try:
        tables.write(lambda: Export(Export.key(account_id)).delete(condition=known))
    except ConditionFailed:
        return vault.erase(account_id)
    return 1 + vault.erase(account_id)


def _work_on(key: str, stop_at: float) -> str:
    export, now_seconds = Export.stored(key), clock.epoch_seconds(clock.now())
    if export is None or export.due_at > now_seconds:
        return "overtaken"
    seen = export.run
    export.run += 1
    _save(export, seen, run=export.run, due_at=now_seconds + LEASE_SECONDS)
    if export.state not in WORKING:
        return _end(export)
    if export.run > MOST_RUNS:
        _save(export, state="failed", due_at=clock.epoch_seconds(ends_at(export)))
        log.error("alarm", extra={"alarm": "export-given-up", "export": export.id})
        return "failed"
    try:
        return _go_on(export, stop_at)
    except Gone:
        return _find_out(export)


def _go_on(export: Export, stop_at: float) -> str:
    """Write parts until there are no more calls or no more time."""
    if export.upload_id is None:
        vault.erase(export.account_id)
        upload_id = vault.begin(_file(export), MEDIA_TYPE)
        _save(export, state="running", upload_id=upload_id, tags="[]", rows=0)
    assert export.upload_id
    wanted = msgspec.json.decode(export.wanted, type=CallFilter)
    chunks = history.read(export.account_id, wanted, after=export.after)
    while export.state == "running":
        if time.monotonic() > stop_at:
            _save(export, due_at=clock.epoch_seconds(clock.now()))
            return "unfinished"
        _add_part(export, chunks)
    vault.finish(_file(export), export.upload_id, json.loads(export.tags or "[]"))
    return _be_ready(export)


def _add_part(export: Export, chunks: Iterator[Chunk]) -> None:
    assert export.upload_id
    tags, rows = json.loads(export.tags or "[]"), export.rows
    text = io.StringIO()
    if not tags:
        text.write(csv_export.HEAD)
    after, state = export.after, "closing"
    for chunk in chunks:
        after = chunk.reached
        rows += len(chunk.lines)
        csv_export.write(text, chunk.lines)
        if text.tell() >= PART_BYTES:
            state = "running"
            break
    part = text.getvalue().encode()
    tags.append(vault.add(_file(export), export.upload_id, len(tags) + 1, part))
    _save(export, state=state, tags=json.dumps(tags), after=after, rows=rows)


def _find_out(export: Export) -> str:
    """The upload is gone: finished by a run that died of telling so, or given up, and then begun again."""
    if export.state == "closing" and vault.exists(_file(export)):
        return _be_ready(export)
    now_seconds = clock.epoch_seconds(clock.now())
    _save(export, state="waiting", upload_id=None, tags=None, after=None, rows=0, due_at=now_seconds)
    return "unfinished"


def _be_ready(export: Export) -> str:
    _save(export, state="ready", due_at=clock.epoch_seconds(ends_at(export)))
    log.info("export ready", extra={"export": export.id, "rows": export.rows})
    return "ready"


def _end(export: Export) -> str:
    """Its time is over. The files first: only the item knows of them."""
    vault.erase(export.account_id)
    tables.write(lambda: Export(export.token_hash).delete(condition=_held(export, export.run)))
    return "ended"


def _save(export: Export, seen: int | None = None, **values: int | str | None) -> None:
    """Note how far it has come, as long as no other run has it; raises ConditionFailed."""
    condition = _held(export, export.run if seen is None else seen)
    actions = [
        getattr(Export, name).remove() if value is None else getattr(Export, name).set(value)
        for name, value in values.items()
    ]
    tables.write(lambda: Export(export.token_hash).update(actions=actions, condition=condition))
    for name, value in values.items():
        setattr(export, name, value)


def _held(export: Export, run: int) -> Condition:
    """That neither another file nor another run has taken its place."""
    held: Condition = (Export.id == export.id) & (Export.run == run)
    return held


def _is_fresh(export: Export) -> bool:
    return export.state in WORKING or (
        export.state == "ready" and clock.now() - clock.parse(export.created_at) < REUSE
    )


def _new(signed_in: SignedIn, wanted: str) -> Export:
    now = clock.now()
    return Export(
        Export.key(signed_in.account_id),
        user_id=signed_in.user_id,
        account_id=signed_in.account_id,
        id=ids.new("exp", now),
        wanted=wanted,
        state="waiting",
        created_at=clock.render(now),
        run=0,
        rows=0,
        due_shard=DUE_SHARD,
        due_at=clock.epoch_seconds(now),
        expires_at=clock.epoch_seconds(now + 2 * LIFE),
    )


def _file(export: Export) -> str:
    return f"{export.account_id}/{export.id}.csv"
