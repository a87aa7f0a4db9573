"""What a person does with their requests: ask, look, and change their mind."""

from __future__ import annotations

from chalicelib.core import ids
from chalicelib.core.errors import Refusal, not_found
from chalicelib.core.subjects import Subject
from chalicelib.policy import profile
from chalicelib.privacy import executions, notices, register, suspension
from chalicelib.privacy.models import Request
from chalicelib.privacy.rules import OutOfTurn

BUILT = {"deletion"}


def ask(subject: Subject, type: str, *, waive_grace: bool) -> tuple[Request, bool]:
    """Open a request and start its machine; the account's open one is answered instead of a second.

    Returns it and whether it is new. Asking again also starts a machine that failed to start.
    """
    if type not in BUILT & {right.type for right in profile.current().right}:
        raise Refusal(404, "not-offered", "This service does not offer that yet.")
    request, new = register.receive(subject, type, waive_grace=waive_grace)
    if request.state == "received":
        executions.start(request)
    return request, new


def find(account_id: str, id: str) -> Request:
    """A request of one's own; refuses any other."""
    request = register.get(account_id, id) if ids.valid("req", id) else None
    if not request:
        raise not_found("request")
    return request


def cancel(account_id: str, id: str) -> Request:
    """Stop a deletion and lift its suspension; refuses once it has begun. May be repeated.

    Until the machine has taken the request out of its grace, be it late, the person's word wins.
    """
    request = find(account_id, id)
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
