"""Ending the grace of a deletion before its time: by its person, or for a child."""

from __future__ import annotations

from pynamodb.expressions.update import Action

from chalicelib.core import tables
from chalicelib.core.errors import Busy
from chalicelib.privacy import audit, register, rules
from chalicelib.privacy.models import Request

WAIVED = "waived"


def waive(request: Request, what: str = WAIVED, *changes: Action, actor: str = audit.PERSON) -> Request:
    """End a grace that nobody is to wait for, once, with these changes; returns the request as it is then.

    Of that and a cancellation one comes true. The request's machine is to be started. Raises Busy.
    """
    for attempt in range(tables.TRIES):
        if request.state not in rules.BEFORE or request.grace_ends_at == request.received_at:
            return request
        if not register.amend(request, what, *_without_grace(request), *changes, actor=actor):
            tables.pause(attempt)
        request = register.reload(request)
    raise Busy


def _without_grace(request: Request) -> list[Action]:
    """The changes that end a grace now.

    A machine that sleeps through it can't be woken: the next attempt goes on in its place, to be started.
    """
    asleep = request.state == "grace"
    over = Request.grace_ends_at.set(request.received_at)
    return [over, Request.attempt.set(request.attempt + 1)] if asleep else [over]
