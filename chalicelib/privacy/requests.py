"""What a person does with their requests: ask, look, and change their mind."""

from __future__ import annotations

from contextlib import suppress

from chalicelib.core import ids, throttles
from chalicelib.core.errors import ProviderError, Refusal, not_found
from chalicelib.core.subjects import Subject
from chalicelib.core.throttles import Limit
from chalicelib.identity import proofs
from chalicelib.policy import profile
from chalicelib.privacy import (
    answers,
    executions,
    exports,
    notices,
    register,
    rules,
    suspension,
    waivers,
)
from chalicelib.privacy.models import Request
from chalicelib.privacy.rules import OutOfTurn

EXPORTS_A_DAY = Limit("exports", 10, 24 * 3600)


def ask(
    subject: Subject, type: str, *, waive_grace: bool = False, about: str | None = None
) -> tuple[Request, bool]:
    """Open a request and start its work; the account's open one is answered instead of a second.

    `about` is the category that a restriction is about, or the purpose of an objection or a consent. Returns
    the request and whether it is new. Asking again also starts what failed to start, and waives the grace of
    the open one: of that and a cancellation one comes true.
    """
    if type not in {right.type for right in profile.current().right}:
        raise Refusal(404, "not-offered", "This service does not offer that yet.")
    if type in rules.EXPORTS:
        return _ask_for_export(subject, type)
    if type in rules.ANSWERED:
        return answers.ask(subject, type, about)
    request, new = register.receive(subject, type, waive_grace=waive_grace)
    if waive_grace and not new:
        request = _waive(request)
    elif request.state == "received":
        executions.start(request)
    return request, new


def _waive(request: Request) -> Request:
    """End the grace now, and tell the person as long as they may still cancel; may be repeated."""
    request = waivers.waive(request)
    if request.state in rules.BEFORE:
        executions.start(request)
    if request.state == "grace":
        with suppress(ProviderError):
            notices.received(request)
    return request


def _ask_for_export(subject: Subject, type: str) -> tuple[Request, bool]:
    proofs.check(subject.user_id)
    deletion = register.open_one(subject.account_id, "deletion")
    if deletion and deletion.state in rules.ERASING:
        raise Refusal(409, "deletion-begun", "Your data is being deleted, so there is nothing to give out.")
    if not register.open_one(subject.account_id, type):
        throttles.take(EXPORTS_A_DAY, subject.account_id)
    request, new = register.receive(subject, type, waive_grace=True)
    exports.begin(request)
    return register.reload(request), new


def find(account_id: str, id: str) -> Request:
    """A request of one's own; refuses any other."""
    request = register.get(account_id, id) if ids.valid("req", id) else None
    if not request:
        raise not_found("request")
    return request


def cancel(account_id: str, id: str) -> Request:
    """Stop an export, or a deletion and lift its suspension; refuses once that has begun. May be repeated.

    Until the machine has taken the request out of its grace, be it late, the person's word wins.
    """
    request = find(account_id, id)
    if request.type in rules.EXPORTS:
        return _cancel_export(request)
    if request.type in rules.ANSWERED:
        return answers.cancel(request)
    try:
        request = register.move(request, "cancelled")
    except OutOfTurn as late:
        if late.state != "cancelled":
            sentence = "This deletion has begun, so it can no longer be cancelled."
            raise Refusal(409, "deletion-begun", sentence) from None
        suspension.lift(request)
        return register.reload(request)
    suspension.lift(request)
    notices.cancelled(request)
    return request


def _cancel_export(request: Request) -> Request:
    """The minute's run finds its file, whatever there is of it by then, and ends that."""
    return register.cancel(request, "export-made", "Your file is made already, so this can't be cancelled.")
