"""The daily look at every open request: lost executions start again, and near deadlines are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from chalicelib.core import clock, metrics
from chalicelib.core.errors import ProviderError
from chalicelib.core.logs import log, trace
from chalicelib.privacy import answers, executions, exports, holds, manifest, register, rules
from chalicelib.privacy.models import DUE_SHARDS, Request

ALIVE = {"RUNNING", "PENDING_REDRIVE"}
COUNTS = ("open", "running", "waiting", "expired", "restarted", "held", "near", "escalated", "failed")


def watch() -> dict[str, int]:
    """Look at all; returns how many were open, running, restarted, held, near their deadline, escalated now.

    One at which the look fails is told of and stops no other. The near ones are a metric too,
    `RequestsNearDeadline`, since somebody must act on them: two days are left by then. What a legal hold
    keeps is not late.
    """
    counts: Counter[str] = Counter(dict.fromkeys(COUNTS, 0))
    for request in open_requests():
        counts["open"] += 1
        for look in (_look_after, _tell):
            try:
                counts.update(look(request))
            except Exception as error:  # noqa: BLE001 - the others must not wait for the one that is broken
                facts = {"request_id": request.id, **trace(error)}
                log.error("alarm", extra={"alarm": "request-not-watched", **facts})
                counts["failed"] += 1
    metrics.count("RequestsNearDeadline", counts["near"])
    log.info("requests watched", extra={"counts": counts})
    return dict(counts)


def _tell(request: Request) -> list[str]:
    """Escalate what is near its deadline, as it is by now: it may just have been restarted, or ended."""
    if request.state == "held" or not rules.is_near(clock.now(), register.ends_at(request)):
        return []
    request = register.reload(request)
    if not rules.is_open(register.state_of(request)):
        return []
    facts = {"request_id": request.id, "state": request.state, "attempt": request.attempt}
    log.warning("request near its deadline", extra=facts)
    return ["near", "escalated"] if register.escalate(request) else ["near"]


def _look_after(request: Request) -> list[str]:
    with suppress(ProviderError):
        request = answers.tell_extension(request)
    return [_go_on(request)]


def _go_on(request: Request) -> str:
    """A machine that never started starts; one that ended without closing its request is a new attempt."""
    if request.type in rules.ANSWERED:
        return answers.look_after(request)
    if request.type in rules.EXPORTS:
        exports.begin(request)
        return "running"
    status = executions.status(request)
    if status in ALIVE:
        return "running"
    if request.state == "held" and _is_held(request):
        return "held"
    again = request if status == executions.MISSING else register.raise_attempt(request)
    if not again:
        return "closed"
    log.warning("deletion restarted", extra={"request_id": again.id, "attempt": again.attempt, "was": status})
    executions.start(again)
    return "restarted"


def _is_held(request: Request) -> bool:
    """Whether a legal hold still keeps all that is left."""
    if not holds.standing(request.account_id):
        return False
    found = manifest.count(register.subject_of(request))
    left = [manifest.row(name).category for name, count in found.items() if count]
    return bool(left) and all(holds.covers(request.account_id, category) for category in left)


def open_requests() -> Iterator[Request]:
    """Every request that is not closed, each as it is now."""
    for shard in range(DUE_SHARDS):
        for key in Request.due.query(shard):
            request = Request.stored(key.pk, key.sk)
            if request and rules.is_open(register.state_of(request)):
                yield request
