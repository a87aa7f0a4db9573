"""A request sent again under its Idempotency-Key acts once: the first answer is every later one, for a day.

The guard of money is not here but in the ids: a request that was killed runs again with the ids of its
first time, and whoever writes under them finds that it is done.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from chalice import Response
from pynamodb.attributes import UnicodeAttribute

from chalicelib.core import clock, tables
from chalicelib.core.errors import Busy, FieldError, Refusal
from chalicelib.core.requests import Idempotency, Incoming, SignedIn
from chalicelib.core.tables import ConditionFailed, IntegerAttribute, Item, name

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEY = re.compile(r"[!-~]{1,255}")
LIFE_SECONDS = 24 * 3600
# Longer than a function may run: who still holds the lock then was killed.
LOCK_SECONDS = 30


class Kept(Item):
    """A request under its key: who sent it first and when, and its answer once there is one."""

    class Meta:
        table_name = name("sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
    body_hash = UnicodeAttribute()
    first_at = UnicodeAttribute()
    run = IntegerAttribute()
    locked_until = IntegerAttribute()
    expires_at = IntegerAttribute()
    status = IntegerAttribute(null=True)
    headers = UnicodeAttribute(null=True)
    text = UnicodeAttribute(null=True)


def once(request: Incoming, signed_in: SignedIn, act: Callable[[Incoming], Response]) -> Response:
    """Act on a request, or answer as it was answered before; without a key it is a new one each time.

    Refusals: 409 in-progress, 422 for a key that is none or was used for another body. A refusal of `act`
    is not kept: the same key may try again.
    """
    key = request.headers.get(HEADER.lower())
    if key is None:
        return act(request)
    kept = _claim(request, signed_in, key)
    if kept.status is not None:
        headers = {**json.loads(kept.headers or "{}"), REPLAYED: "true"}
        return Response(kept.text or "", status_code=kept.status, headers=headers)
    lasting = Idempotency(kept.token_hash, clock.parse(kept.first_at))
    try:
        answer = act(replace(request, idempotency=lasting))
    except Exception:
        with suppress(Busy):
            _update(kept, locked_until=0)
        raise
    _update(kept, status=answer.status_code, headers=json.dumps(dict(answer.headers)), text=answer.body)
    return answer


def _claim(request: Incoming, signed_in: SignedIn, key: str) -> Kept:
    """The key's own item: ours to run now, or answered already."""
    if not KEY.fullmatch(key):
        sentence = "A key is 1 to 255 letters, digits or signs, without spaces."
        raise Refusal(422, "invalid", "The Idempotency-Key does not fit.", [FieldError(HEADER, sentence)])
    for attempt in range(tables.TRIES):
        fresh = _fresh(request, signed_in, key)
        free = Kept.token_hash.does_not_exist() | (Kept.expires_at <= clock.epoch_seconds(clock.now()))
        try:
            tables.write(lambda fresh=fresh, free=free: fresh.save(condition=free))  # type: ignore[misc]
        except ConditionFailed:
            kept = _find(fresh.token_hash)
        else:
            return fresh
        if kept and not kept.expired() and (kept.status is not None or _take_over(kept, fresh)):
            _check_same(kept, fresh)
            return kept
        tables.pause(attempt)
    raise Busy


def _take_over(kept: Kept, fresh: Kept) -> bool:
    """Run again what was killed or refused; False when a rival was faster."""
    _check_same(kept, fresh)
    wait_seconds = kept.locked_until - clock.epoch_seconds(clock.now())
    if wait_seconds > 0:
        sentence = "Your first request under this key is still being worked on."
        raise Refusal(409, "in-progress", sentence, retry_after_seconds=wait_seconds)
    return _update(kept, locked_until=fresh.locked_until, run=kept.run + 1)


def _check_same(kept: Kept, fresh: Kept) -> None:
    if kept.body_hash != fresh.body_hash:
        sentence = "This Idempotency-Key was used for another request. Please use a new one."
        raise Refusal(422, "idempotency-key-reused", sentence)


def _fresh(request: Incoming, signed_in: SignedIn, key: str) -> Kept:
    now = clock.now()
    route = f"{signed_in.user_id} {request.method} {request.path} {key}"
    return Kept(
        f"IDEMPOTENCY#{hashlib.sha256(route.encode()).hexdigest()}",
        user_id=signed_in.user_id,
        body_hash=hashlib.sha256(request.body).hexdigest(),
        first_at=clock.render_exactly(now),
        run=1,
        locked_until=clock.epoch_seconds(now) + LOCK_SECONDS,
        expires_at=clock.epoch_seconds(now) + LIFE_SECONDS,
    )


def _update(kept: Kept, **values: int | str) -> bool:
    """Change the item as long as this run has it."""
    actions = [getattr(Kept, attribute).set(value) for attribute, value in values.items()]
    condition = (Kept.run == kept.run) & Kept.status.does_not_exist()
    try:
        tables.write(lambda: Kept(kept.token_hash).update(actions=actions, condition=condition))
    except ConditionFailed:
        return False
    for attribute, value in values.items():
        setattr(kept, attribute, value)
    return True


def _find(id: str) -> Kept | None:
    return Kept.stored(id)
