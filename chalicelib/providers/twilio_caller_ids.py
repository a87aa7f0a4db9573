"""Twilio's caller IDs: a call that asks for a code, what came of it, and their end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chalicelib.core.errors import ProviderError
from chalicelib.core.logs import log
from chalicelib.providers.twilio import asking

SID = re.compile(r"PN[0-9a-f]{32}")
UNKNOWN = "20404"
ABOUT_THE_NUMBER = "21"


@dataclass(frozen=True)
class CodeCall:
    """A call that was placed, and the code that whoever answers it must type."""

    sid: str
    code: str


@dataclass(frozen=True)
class CodeCallEnd:
    """What came of a code call; `caller_id_sid` is given when the number is verified."""

    call_sid: str
    phone: str
    caller_id_sid: str | None


class NumberRefused(Exception):
    """Twilio does not call this number for a code: it cannot be, may not be, or is verified already."""


def request_code(phone: str, name: str, status_url: str) -> CodeCall:
    """Have a number called; `name` marks what comes of it. Raises NumberRefused, ProviderError."""
    try:
        with asking() as client:
            asked = client.validation_requests.create(phone, friendly_name=name, status_callback=status_url)
    except ProviderError as error:
        if error.permanent and error.code.startswith(ABOUT_THE_NUMBER):
            raise NumberRefused(error.code) from None
        raise
    return CodeCall(str(asked.call_sid), str(asked.validation_code))


def read_end(form: dict[str, str]) -> CodeCallEnd | None:
    """What a callback says of a code call; None when it is no end, or unclear."""
    call_sid, phone = form.get("CallSid", ""), form.get("To", "")
    sid = form.get("OutgoingCallerIdSid", "")
    match form.get("VerificationStatus"):
        case "success" if SID.fullmatch(sid):
            return CodeCallEnd(call_sid, phone, sid)
        case "failed":
            return CodeCallEnd(call_sid, phone, None)
    log.warning("code call unclear")
    return None


def find(name: str, phone: str) -> str | None:
    """The caller ID that came of a code call of this name; None: there is none. Raises ProviderError."""
    with asking() as client:
        found = client.outgoing_caller_ids.list(friendly_name=name, phone_number=phone, limit=1)
    return str(found[0].sid) if found else None


def delete(sid: str) -> None:
    """Erase a caller ID; one that is gone is fine. Raises ProviderError."""
    with asking(ignore={UNKNOWN}) as client:
        client.outgoing_caller_ids(sid).delete()
