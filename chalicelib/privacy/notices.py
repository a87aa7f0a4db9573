"""Mails about a request. Each is tried again until it is sent, cannot be sent, or has been tried for days."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.core import clock, settings
from chalicelib.core.errors import ProviderError
from chalicelib.core.logs import log
from chalicelib.policy import profile
from chalicelib.privacy import manifest, rules
from chalicelib.privacy.models import Request

RIGHTS = {
    "access": "a copy of your data",
    "portability": "your data to take elsewhere",
    "know": "what we know about you",
    "deletion": "the deletion of your data",
    "correction": "the correction of your data",
    "restriction": "that your data is only stored",
    "objection": "an objection to a use of your data",
    "withdraw_consent": "an end to what you had allowed",
    "opt_out": "that your data is not sold or shared",
    "complaint": "a complaint",
}
"""What was asked for, as a mail names it."""


def received(request: Request) -> None:
    """Tell the person that a deletion was asked for, and where to cancel it.

    Raises ProviderError while sending may still work: who did not ask for it must hear of it.
    """
    since = clock.parse(request.received_at)
    if not _to_person(request, "deletion_received", since, **_times(request), cancel_url=_privacy_url()):
        raise ProviderError("mail", "not_sent_yet", permanent=False)


def cancelled(request: Request) -> None:
    """Tell the person that nothing will be deleted; tried once, since they have just seen it themselves."""
    _to_person(request, "deletion_cancelled", clock.now())


def export_ready(request: Request, expires_at: datetime) -> None:
    """Tell the person that their file can be fetched once they sign in: the mail itself opens nothing.

    Raises ProviderError while sending may still work.
    """
    since = clock.parse(request.received_at)
    told = {"type": request.type, "expires_at": expires_at, "privacy_url": _privacy_url()}
    if not _to_person(request, "export_ready", since, **told):
        raise ProviderError("mail", "not_sent_yet", permanent=False)


def acknowledged(request: Request) -> None:
    """Tell the person that their request has come, by when it is answered, and what they can do until then.

    Raises ProviderError while sending may still work.
    """
    own = request.way != "mail" or not profile.current().needs_proof(request.type)
    told = {
        "what": RIGHTS[request.type],
        "request_id": request.id,
        "due_at": clock.from_epoch(request.due_at),
        "proved": own,
        "privacy_mail": settings.current().privacy_mail,
        "privacy_url": _privacy_url(),
        "authorities": _authorities() if request.type == "complaint" else [],
    }
    since = clock.parse(request.received_at)
    if not _to_person(request, "request_acknowledged", since, **told):
        raise ProviderError("mail", "not_sent_yet", permanent=False)


def extended(request: Request) -> bool:
    """Tell the person why it takes longer, and until when; whether the mail is gone, or never will be."""
    told = {
        "reason": request.reason,
        "due_at": clock.parse(str(request.extended_due_at)),
        **_answered(request),
    }
    return _to_person(request, "request_extended", clock.now(), **told)


def answered(request: Request) -> bool:
    """Tell the person how their request ended, why, and who hears complaints; as `extended`."""
    told = {"state": request.state, "reason": request.reason, **_answered(request)}
    return _to_person(request, "request_answered", clock.now(), **told, authorities=_authorities())


def _answered(request: Request) -> dict[str, str]:
    mail = settings.current().privacy_mail
    return {"what": RIGHTS[request.type], "request_id": request.id, "privacy_mail": mail}


def _authorities() -> list[str]:
    """By name: a mail has one link at most, and the notice has theirs."""
    return [law.authority for law in profile.current().regimes if law.authority]


def done(request: Request, address: str, certificate_url: str) -> bool:
    """The last mail, with the only link to the certificate.

    True when it is sent or given up: then the address must go.
    """
    since = clock.parse(str(request.erased_at))
    titles = {category.id: category.title for category in profile.current().category}
    lines = [{**line, "title": titles[line["category"]]} for line in request.kept or ()]
    told = {
        "kept": [line for line in lines if not manifest.is_held(line)],
        "held": [line for line in lines if manifest.is_held(line)],
        "residues": request.residues,
        "certificate_url": certificate_url,
    }
    return _send(request, address, "deletion_done", since, **told)


def _to_person(request: Request, template: str, since: datetime, **values: Any) -> bool:
    from chalicelib.identity import accounts

    account = accounts.get(request.user_id)
    return account is None or _send(request, account.email, template, since, **values)


def _send(request: Request, address: str, template: str, since: datetime, **values: Any) -> bool:
    from chalicelib.providers import mail

    try:
        mail.send(address, template, **values)
    except ProviderError as error:
        given_up = error.permanent or rules.gives_up(clock.now(), since)
        facts = {"request_id": request.id, "template": template, "code": error.code, "given_up": given_up}
        log.warning("mail not sent", extra=facts)
        return given_up
    return True


def _times(request: Request) -> dict[str, datetime | str | None]:
    """When the grace ends, None where it was waived; by when all is done; why, where we decided it."""
    waived = request.grace_ends_at == request.received_at
    return {
        "grace_ends_at": None if waived else clock.parse(request.grace_ends_at),
        "due_at": clock.from_epoch(request.due_at),
        "reason": request.reason,
    }


def _privacy_url() -> str:
    return f"{settings.current().public_url}/privacy"
