"""Requests that no machine works on: what a person does by themselves is done at once, the rest is answered.

A person is told that theirs has come, and shows that it is theirs by asking for it signed in. What stops in
between is taken up by the watchdog each day.
"""

from __future__ import annotations

from contextlib import suppress

from chalicelib.core import clock, tables
from chalicelib.core.errors import Busy, ProviderError
from chalicelib.core.subjects import Subject
from chalicelib.policy import consent, profile
from chalicelib.policy.consent import EVERYTHING, SALE
from chalicelib.privacy import audit, consents, notices, objections, register, restrictions, rules
from chalicelib.privacy.models import Request
from chalicelib.privacy.rules import OutOfTurn, State, Way

DONE_AT_ONCE = ("restriction", "objection", "withdraw_consent", "opt_out")


def ask(subject: Subject, type: str, about: str | None) -> tuple[Request, bool]:
    """What somebody who is signed in asks for; their open request goes on instead of a second.

    Where the policy lets people do it, it is done first and then registered: a request without its deed
    can't be left over. Refuses what the policy doesn't know.
    """
    way = way_of(type)
    if way == "self_service":
        _do(subject.account_id, type, about)
    request, new = register.receive(subject, type, waive_grace=True, way=way)
    if not new:
        _turn(request, way)
    with suppress(ProviderError):
        go_on(request)
    return register.reload(request), new


def way_of(type: str) -> Way:
    """How who is signed in gets this right: by themselves, or by our answer."""
    alone = type in DONE_AT_ONCE and "self_service" in profile.current().right_of(type).channels
    return "self_service" if alone else "signed_in"


def go_on(request: Request) -> Request:
    """Take it as far as it goes by itself; may be repeated.

    Raises ProviderError while a mail may still be sent.
    """
    request = register.reload(request)
    while to := _next(request):
        if to == "acknowledged":
            notices.acknowledged(request)
        with suppress(OutOfTurn):
            register.move(request, to)
        request = register.reload(request)
    return request


def tell_extension(request: Request) -> Request:
    """Tell the person that it takes longer, as long as the first deadline has not come; then it does.

    Whoever was told and then killed tells again: rather twice than never. Raises ProviderError while the mail
    can't be sent.
    """
    in_time = clock.now() < clock.from_epoch(request.due_at)
    if not request.extended_at or request.extension_told_at or not in_time or not _is_open(request):
        return request
    if not notices.extended(request):
        raise ProviderError("mail", "not_sent_yet", permanent=False)
    told = Request.extension_told_at.set(clock.render(clock.now()))
    return register.record_once(request, Request.extension_told_at, told)


def look_after(request: Request) -> str:
    """The watchdog's look: what nobody showed to be theirs in its time expires, all else goes on."""
    if request.state == "verifying" and clock.now() >= register.ends_at(request):
        with suppress(OutOfTurn):
            register.move(request, "expired")
        return "expired"
    with suppress(ProviderError):
        go_on(request)
    return "waiting"


def cancel(request: Request) -> Request:
    """Take back what has no answer yet; refuses what has one. May be repeated."""
    too_late = "This request is answered already, so it can't be cancelled."
    return register.cancel(request, "request-answered", too_late)


def drop(account_id: str) -> None:
    """Cancel what has no answer yet, since the account goes; may be repeated."""
    for type in rules.ANSWERED:
        if request := register.open_one(account_id, type):
            with suppress(OutOfTurn):
                register.move(request, "cancelled", actor=audit.SERVICE)


def _turn(request: Request, way: Way) -> None:
    """What came otherwise goes on this way, once its person has asked for it so."""
    for attempt in range(tables.TRIES):
        if request.way == way or not _is_open(request):
            return
        if not register.amend(request, f"asked {way}", Request.way.set(way), actor=audit.PERSON):
            tables.pause(attempt)
        request = register.reload(request)
    raise Busy


def _is_open(request: Request) -> bool:
    return rules.is_open(register.state_of(request))


def _next(request: Request) -> State | None:
    proved = not profile.current().needs_proof(request.type)
    return rules.onward(register.way_of(request), register.state_of(request), proved=proved)


def _do(account_id: str, type: str, about: str | None) -> None:
    if type == "restriction":
        restrictions.place(account_id, about or EVERYTHING)
    elif type == "objection":
        objections.place(account_id, about or consent.MARKETING)
    elif type == "opt_out":
        consents.withdraw(account_id, SALE, "account")
    else:
        asked = [consents.asked(about)] if about else consent.questions(profile.current())
        for question in asked:
            consents.withdraw(account_id, question.purpose, "account")
