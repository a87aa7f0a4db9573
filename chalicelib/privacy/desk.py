"""What our staff does with people's requests: receive, extend, deny, fulfil, and erase a suspected child.

Each is an entry of the account's audit chain under `actor`. The state changes first, so that of two who
answer at once one does, and then the person is told; what was not is told when the same is done again.
"""

from __future__ import annotations

from contextlib import suppress

from chalicelib.core import clock
from chalicelib.core.errors import ProviderError, Refusal, not_found
from chalicelib.core.subjects import Subject
from chalicelib.policy import profile
from chalicelib.privacy import (
    answers,
    executions,
    exports,
    notices,
    register,
    requests,
    rules,
    waivers,
    watchdog,
)
from chalicelib.privacy.models import Request
from chalicelib.privacy.rules import OutOfTurn, State, Way

LONGEST_REASON = 500
CHILD = (
    "We have reason to think that it belongs to a child who is too young for this service. If that is wrong,"
    " you are welcome to sign up again."
)


def open_ones() -> list[Request]:
    """Every request that is not closed, the most urgent first."""
    return sorted(watchdog.open_requests(), key=register.ends_at)


def receive(account_id: str, type: str, actor: str) -> Request:
    """Register what an account's holder wrote to us, with the clocks of this moment; again, the open one.

    Nobody's data moves by that alone: a deletion has its grace, a file opens after a sign-in, and all else
    that needs it waits until the holder asks for it signed in. Refuses what the policy doesn't give.
    """
    if type not in {right.type for right in profile.current().right}:
        raise Refusal(404, "not-offered", "This service does not give that right.")
    way: Way | None = "mail" if type in rules.ANSWERED else None
    request, _ = register.receive(_subject(account_id), type, waive_grace=False, way=way, actor=actor)
    if type in rules.ANSWERED:
        with suppress(ProviderError):
            answers.go_on(request)
    elif type in rules.EXPORTS:
        exports.begin(request)
    elif request.state == "received":
        executions.start(request)
    return register.reload(request)


def extend(account_id: str, id: str, reason: str, actor: str) -> Request:
    """Take the longer time that the policy allows, once and before the first is over.

    It is on record before the person is told, so that nobody is told what is not, and counts once they are.
    Raises ProviderError when the mail can't be sent now: given again, or by the watchdog, it is sent then.
    """
    request = requests.find(account_id, id)
    if request.extended_at:
        return answers.tell_extension(request)
    if not rules.is_open(register.state_of(request)) or clock.now() >= clock.from_epoch(request.due_at):
        raise Refusal(409, "too-late", "It is closed, or was due already: an extension is told before that.")
    if not request.extended_due_at:
        raise Refusal(409, "not-extendable", "The policy promises this within its first deadline.")
    changes = (Request.extended_at.set(clock.render(clock.now())), Request.reason.set(_reason(reason)))
    if not register.amend(request, register.EXTENDED, *changes, actor=actor):
        raise Refusal(409, "moved-on", "The request has moved on meanwhile: look at it again.")
    return answers.tell_extension(register.reload(request))


def deny(account_id: str, id: str, reason: str, actor: str) -> Request:
    """Refuse a request, with the reason that its person reads, and how to appeal."""
    return _answer(requests.find(account_id, id), "denied", _reason(reason), actor)


def fulfil(account_id: str, id: str, left_out: str | None, actor: str) -> Request:
    """Close a request that was done by hand; `left_out` says what could not be done, and why."""
    request = requests.find(account_id, id)
    if left_out:
        return _answer(request, "partially_fulfilled", _reason(left_out), actor)
    return _answer(request, "fulfilled", None, actor)


def erase_child(account_id: str, actor: str) -> Request:
    """Start the erasure of somebody who seems too young, without a grace; one under way loses its own."""
    subject = _subject(account_id)
    request, _ = register.receive(subject, "deletion", waive_grace=True, reason=CHILD, actor=actor)
    request = waivers.waive(request, register.EXPEDITED, Request.reason.set(CHILD), actor=actor)
    if request.state in rules.BEFORE:
        executions.start(request)
    return register.reload(request)


def _answer(request: Request, to: State, reason: str | None, actor: str) -> Request:
    if request.type not in rules.ANSWERED:
        raise Refusal(409, "by-machine", "This is done by the service itself.")
    changes = (Request.reason.set(reason),) if reason else ()
    if request.state != to:
        try:
            request = register.move(request, to, *changes, actor=actor)
        except OutOfTurn as late:
            sentence = f"It is {late.state}, so it can't become {to}."
            raise Refusal(409, "out-of-turn", sentence) from None
    if not request.told_at:
        if not notices.answered(request):
            raise ProviderError("mail", "not_sent_yet", permanent=False)
        now = clock.render(clock.now())
        request = register.record_once(request, Request.told_at, Request.told_at.set(now))
    return request


def _reason(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_REASON or not text.isprintable():
        sentence = f"A reason is one line of at most {LONGEST_REASON} characters."
        raise Refusal(422, "reason", sentence)
    return text.strip()


def _subject(account_id: str) -> Subject:
    from chalicelib.identity import accounts

    account = accounts.behind(account_id)
    if not account:
        raise not_found("account")
    return Subject(user_id=account.user_id, account_id=account_id)
