"""The seven steps of a deletion. Each may be run twice, late, or after a restart of the whole machine.

Nothing that cannot be undone happens before the state in_progress, which excludes a cancellation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from chalicelib.core import clock
from chalicelib.core.errors import ProviderError
from chalicelib.core.logs import log
from chalicelib.core.subjects import Erased, Row, rounds
from chalicelib.privacy import (
    answers,
    audit,
    certificates,
    choices,
    holds,
    manifest,
    notices,
    register,
    residues,
    rules,
    suspension,
    tombstones,
)
from chalicelib.privacy.models import Request
from chalicelib.privacy.rules import OutOfTurn, State

CALLS_END_SECONDS = 60
PROVIDER_SECONDS = 600
TASK_SECONDS = 300
MAIL_SECONDS = 3 * 3600
Outcome = dict[str, Any]


def step(event: Mapping[str, Any]) -> Outcome:
    """One task of the machine: `step` of `request`, for erase the `row`; answers its outcome.

    An unknown request is our bug and raises, so that the machine fails and somebody hears of it.
    """
    asked = event["request"]
    request = register.get(asked["account_id"], asked["request_id"])
    if not request:
        raise LookupError(f"no request {asked['request_id']}")
    outcome = STEPS[event["step"]](request, event)
    log.info(
        "deletion step",
        extra={"request_id": request.id, "step": event["step"], "outcome": outcome["outcome"]},
    )
    return outcome


def plan(request: Request, _: Mapping[str, Any]) -> Outcome:
    """Read only: find what there is in every row, and stop on any error."""
    if request.state == "cancelled":
        return {"outcome": "cancelled", "rows": []}
    if request.state == "fulfilled":
        return {"outcome": "done", "rows": []}
    found = manifest.count(register.subject_of(request))
    log.info("deletion planned", extra={"request_id": request.id, "found": found})
    return {"outcome": "planned", "rows": [{"name": name} for name in found]}


def suspend(request: Request, _: Mapping[str, Any]) -> Outcome:
    """Put the account to rest and tell the person, once: the state says that it was done."""
    if request.state == "received":
        suspension.suspend(request)
        notices.received(request)
        request = _move(request, "grace")
    return _cancelled(request) if request.state == "cancelled" else {"outcome": "suspended"}


def wait(request: Request, _: Mapping[str, Any]) -> Outcome:
    """Ask the clock. When the grace is over, either this wins or a cancellation, never both."""
    if request.state == "grace":
        seconds = rules.wait_seconds(clock.now(), clock.parse(request.grace_ends_at))
        if seconds:
            return {"outcome": "wait", "seconds": seconds}
        request = _move(request, "in_progress")
    return _cancelled(request) if request.state == "cancelled" else {"outcome": "due"}


def close(request: Request, _: Mapping[str, Any]) -> Outcome:
    """Seal the address of the last mail, end live calls, give unused credit back, close the books, count.

    What the person allowed ends here, so that the time for which it stays on record begins, and so does what
    else they have asked for.
    """
    if not _under_way(request):
        return {"outcome": "closed"}
    from chalicelib.calling import calls
    from chalicelib.identity import last_mail
    from chalicelib.money import ledger, refunds

    suspension.suspend(request)
    last_mail.seal(request.id, request.user_id)
    if not calls.end_all(request.account_id):
        return {"outcome": "later", "seconds": CALLS_END_SECONDS}
    if not refunds.refund_all(request.account_id):
        return {"outcome": "later", "seconds": PROVIDER_SECONDS}
    ledger.set_status(request.account_id, "closed")
    choices.close(request.account_id)
    residues.note(request)
    answers.drop(request.account_id)
    if request.counted is None:
        counted = manifest.count(register.subject_of(request))
        register.record_once(request, Request.counted, Request.counted.set(counted))
    return {"outcome": "closed"}


def erase(request: Request, event: Mapping[str, Any]) -> Outcome:
    """One row, for as long as a task may take."""
    if not _under_way(request):
        return {"outcome": "erased", "seconds": 0}
    row = manifest.row(event["row"]["name"])
    erased = _rounds(row, request)
    log.info("row erased", extra={"request_id": request.id, "row": row.name, "count": erased.count})
    if erased.count or erased.outcome == "erased":
        audit.append(request.account_id, f"erased {row.name}: {erased.count}", request.id)
    return {"outcome": erased.outcome, "seconds": erased.wait_seconds}


def _rounds(row: Row, request: Request) -> Erased:
    """Rounds until the row is empty, has to wait, is held, gets nowhere, or the task's time is up.

    Each task costs the machine's history seven events, and it has room for 25,000.
    """
    until, count = clock.monotonic() + TASK_SECONDS, 0
    following = rounds(row, register.subject_of(request))
    while True:
        if holds.covers(request.account_id, row.category):
            return Erased("held", count)
        try:
            erased = next(following)
        except ProviderError as error:
            manifest.tell(row, error, user_id=request.user_id, request_id=request.id)
            return Erased("later", count, PROVIDER_SECONDS)
        count += erased.count
        if erased.outcome != "more" or not erased.count or clock.monotonic() >= until:
            return replace(erased, count=count)


def verify(request: Request, event: Mapping[str, Any]) -> Outcome:
    """Look again everywhere; what is left goes back to be erased, after `seconds`."""
    if not _under_way(request):
        return {"outcome": "clean", "rows": []}
    found = _left(request)
    held = _held(request, found)
    left = [name for name in found if name not in held]
    if not left:
        return {"outcome": "clean", "rows": []}
    if all(manifest.row(name).processor for name in left):
        _move(request, "awaiting_processors")
    age = clock.now() - clock.parse(request.grace_ends_at)
    answered = [answer["seconds"] for answer in event.get("answers", ())]
    seconds = rules.pace_seconds(age, answered)
    return {"outcome": "leftover", "rows": [{"name": name} for name in left], "seconds": seconds}


def certify(request: Request, _: Mapping[str, Any]) -> Outcome:
    """Write down what was done, send the last mail, forget its address: only then is it fulfilled.

    The mail may take days, in which a hold may be released, and an attempt has one certificate: all that it
    says is written before, once. What is left then, or was released just before, is another attempt's.
    """
    if not _under_way(request):
        return {"outcome": "certified"}
    from chalicelib.identity import last_mail

    left = _left(request)
    if not certificates.is_issued(request):
        held = _held(request, left)
        if len(held) < len(left):
            return {"outcome": "held"}
        request = _written_down(request, held)
        tombstones.write(request)
        residues.date(request, clock.parse(str(request.erased_at)))
    capability = last_mail.capability(request.id)
    certificates.issue(request, capability)
    address = last_mail.unseal(request.id)
    if address and capability and not notices.done(request, address, certificates.url(capability)):
        return {"outcome": "later", "seconds": MAIL_SECONDS}
    last_mail.forget(request.id)
    if not left:
        answers.drop(request.account_id)  # what was asked for until the person was gone
    _move(request, "held" if left else "fulfilled")
    return {"outcome": "held" if left else "certified"}


def _left(request: Request) -> dict[str, int]:
    """Rows that are not empty, and how much there is in them."""
    found = manifest.count(register.subject_of(request))
    return {name: count for name, count in found.items() if count}


def _held(request: Request, left: Mapping[str, int]) -> dict[str, int]:
    """Those of them that a legal hold keeps now."""
    return {
        name: count
        for name, count in left.items()
        if holds.covers(request.account_id, manifest.row(name).category)
    }


def _written_down(request: Request, held: Mapping[str, int]) -> Request:
    """Once an attempt; what comes after a hold has an end of its own."""
    now = Request.erased_at.set(clock.render(clock.now()))
    if request.state == "held" and not held:
        request = register.note(request, now)
    else:
        request = register.record_once(request, Request.erased_at, now)
    at = clock.parse(str(request.erased_at))
    counted = {name: count for name, count in (request.counted or {}).items() if name not in held}
    return register.note(
        request,
        Request.actions.set(manifest.actions(counted)),
        Request.kept.set(manifest.kept(at) + manifest.held(held, holds.REASON)),
        Request.processors.set(manifest.processors(counted, at)),
        Request.residues.set(manifest.residues(clock.parse(request.received_at), at)),
    )


def _move(request: Request, to: State) -> Request:
    with suppress(OutOfTurn):
        return register.move(request, to)
    return register.reload(request)


def _cancelled(request: Request) -> Outcome:
    """Lifted here again: a cancellation may have come between a suspension and its state."""
    suspension.lift(request)
    return {"outcome": "cancelled"}


def _under_way(request: Request) -> bool:
    """False when all is done already. Before the grace has ended nothing may be touched."""
    if request.state not in (*rules.ERASING, "fulfilled"):
        raise RuntimeError(f"{request.id} is {request.state}: nothing may be erased")
    return request.state != "fulfilled"


STEPS: Mapping[str, Callable[[Request, Mapping[str, Any]], Outcome]] = {
    "plan": plan,
    "suspend": suspend,
    "wait": wait,
    "close": close,
    "erase": erase,
    "verify": verify,
    "certify": certify,
}
