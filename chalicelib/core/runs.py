"""The minute's run over files of a kind: each goes on where it stands, or is erased when its time is over.

A file's item says how far it has come, and each step of it is a condition on the run that made it: who was
killed, or took too long, is followed by a run that goes on where the last part ended.
"""

from __future__ import annotations

import json
from collections import Counter

from pynamodb.expressions.condition import Condition

from chalicelib.core import clock, files, tables, vault
from chalicelib.core.files import File, Kind, Part
from chalicelib.core.logs import log, trace
from chalicelib.core.tables import ConditionFailed
from chalicelib.core.vault import Gone

LEASE_SECONDS = 120
"""Longer than the function may run: who still has the lease then was killed."""
PATIENCE_SECONDS = 20
"""Of one kind: the function makes files of two, and may run for less than a minute."""
MOST_RUNS = 100
LATER_SECONDS = 600


def work(kind: Kind) -> dict[str, int]:
    """Each minute: go on with every file that is being made, and erase those that have had their time.

    One that fails stops no other; what is left when the time is up is the next minute's.
    """
    stop_at = clock.monotonic() + PATIENCE_SECONDS
    done = Counter(ready=0, unfinished=0, ended=0, overtaken=0, failed=0)
    now_seconds = clock.epoch_seconds(clock.now())
    for due in File.by_due.query(kind.shard, File.due_at <= now_seconds):
        if clock.monotonic() > stop_at:
            break
        try:
            done[_work_on(kind, due.token_hash, stop_at)] += 1
        except ConditionFailed:
            done["overtaken"] += 1
        except Exception as error:  # noqa: BLE001 - one account's trouble must not stop another's file
            done["failed"] += 1
            log.error("alarm", extra={"alarm": "export-failed", **trace(error)})
    return dict(done)


def _work_on(kind: Kind, key: str, stop_at: float) -> str:
    file, now_seconds = File.stored(key), clock.epoch_seconds(clock.now())
    if file is None or file.due_at > now_seconds:
        return "overtaken"
    seen = file.run
    file.run += 1
    _save(file, seen, run=file.run, due_at=now_seconds + LEASE_SECONDS)
    if clock.now() >= files.ends_at(file) or not kind.lives(file):
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
    _save(file, state="failed", due_at=clock.epoch_seconds(files.ends_at(file)))
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
        if clock.monotonic() > stop_at:
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
        _save(file, due_at=min(later_seconds, clock.epoch_seconds(files.ends_at(file))))
        return "unfinished"
    _save(file, state="ready", due_at=clock.epoch_seconds(files.ends_at(file)))
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
