"""What may be left at processors: on the day when their last copies must be gone, they are asked once more.

A few of their own names for what they had are sealed by KMS before the erasing, and dropped with the answer.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from pynamodb.expressions.update import Action

from chalicelib.core import aws, clock, settings, tables
from chalicelib.core.errors import ProviderError
from chalicelib.core.logs import log, trace
from chalicelib.core.tables import ConditionFailed, Transaction
from chalicelib.policy import calendar, profile
from chalicelib.privacy import audit, holds, manifest, register
from chalicelib.privacy.audit_models import Residue
from chalicelib.privacy.models import DUE_SHARDS, Request, due_shard, request_key

CATEGORY = "privacy_request"
SHARDS = range(100, 100 + DUE_SHARDS)
AGAIN = timedelta(days=1)


def note(request: Request) -> None:
    """Seal a sample of what each processor has, before any of it is erased; again, it changes nothing."""
    for row in manifest.rows():
        if not row.sample or Residue.stored(request_key(request.id), Residue.key(row.name)):
            continue
        names = row.sample(register.subject_of(request))
        if names:
            _put(request, row.name, names)


def date(request: Request, completed_at: datetime) -> None:
    """Set the days on which processors are asked: when the policy says that their last copies are gone.

    Where it does not say, the deletion's promise counts. What a legal hold keeps is dated when that is over.
    """
    policy = profile.current()
    within = {processor.id: processor.erase.within for processor in policy.processor}
    end = policy.expires_at(CATEGORY, request_closed=completed_at)
    for row in manifest.rows():
        if holds.covers(request.account_id, row.category):
            continue
        residue = Residue.stored(request_key(request.id), Residue.key(row.name)) if row.sample else None
        if residue and row.processor:
            at = calendar.after(completed_at, within.get(row.processor) or policy.settings.deletion)
            actions: list[Action] = [
                Residue.due_at.set(clock.epoch_seconds(at)),
                Residue.due_shard.set(SHARDS[0] + due_shard(request.id)),
            ]
            actions += [Residue.expires_at.set(clock.epoch_seconds(end))] if end else []
            with suppress(ConditionFailed):  # it was asked and dropped meanwhile
                _change(residue, actions)


def watch() -> dict[str, int]:
    """Ask for all that is due; what is still there is asked for again each day, and told of."""
    counts: Counter[str] = Counter({"gone": 0, "remains": 0, "silent": 0, "failed": 0})
    for residue in _due():
        try:
            counts[_ask(residue)] += 1
        except ProviderError as error:
            counts["silent"] += 1
            log.warning("residue not asked", extra={"request_id": residue.request_id, "code": error.code})
        except Exception as error:  # noqa: BLE001 - the others must not wait for the one that is broken
            counts["failed"] += 1
            facts = {"request_id": residue.request_id, "row": residue.row, **trace(error)}
            log.error("alarm", extra={"alarm": "residue-not-asked", **facts})
    return dict(counts)


def _ask(residue: Residue) -> str:
    row = manifest.row(residue.row)
    assert row.remains
    remaining = [name for name in _unseal(residue) if row.remains(name)]
    said = "remains" if remaining else "gone"

    def compose(transaction: Transaction) -> None:
        key = Residue(residue.pk, residue.sk)
        there = Residue.due_at == residue.due_at
        if remaining:
            again = Residue.due_at.set(clock.epoch_seconds(clock.now() + AGAIN))
            transaction.update("residue", key, [again], there)
        else:
            transaction.delete("residue", key, there)
        about = f"residue of {residue.row} at {row.processor}: {said}"
        audit.join(transaction, residue.account_id, about, residue.request_id)

    with suppress(ConditionFailed):  # another has asked at the same time
        audit.together(compose)
    if remaining:
        facts = {"request_id": residue.request_id, "row": residue.row, "count": len(remaining)}
        log.error("alarm", extra={"alarm": "residue-remains", **facts})
    return said


def _due() -> Iterator[Residue]:
    now = clock.epoch_seconds(clock.now())
    for shard in SHARDS:
        for key in Request.due.query(shard, Request.due_at <= now):
            residue = Residue.stored(key.pk, key.sk)
            if residue and residue.due_at is not None and residue.due_at <= now:
                yield residue


def _put(request: Request, row: str, names: list[str]) -> None:
    sealed = aws.client("kms").encrypt(
        KeyId=settings.current().kms_key_id,
        Plaintext=json.dumps(names).encode(),
        EncryptionContext={"residue": request.id},
    )
    residue = Residue(
        request_key(request.id),
        Residue.key(row),
        account_id=request.account_id,
        request_id=request.id,
        row=row,
        sealed=base64.urlsafe_b64encode(sealed["CiphertextBlob"]).decode(),
    )
    with suppress(ConditionFailed):
        tables.write(lambda: residue.save(Residue.sk.does_not_exist()))


def _unseal(residue: Residue) -> list[str]:
    opened = aws.client("kms").decrypt(
        CiphertextBlob=base64.urlsafe_b64decode(residue.sealed),
        KeyId=settings.current().kms_key_id,
        EncryptionContext={"residue": residue.request_id},
    )
    names: list[str] = json.loads(opened["Plaintext"])
    return names


def _change(residue: Residue, actions: list[Action]) -> None:
    key = Residue(residue.pk, residue.sk)
    tables.write(lambda: key.update(actions=actions, condition=Residue.row.exists()))
