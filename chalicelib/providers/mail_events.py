"""What SES tells of mails after it took them: those that came back, and those that somebody complained of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

import msgspec

from chalicelib.core import settings
from chalicelib.providers.mail import ADDRESS
from chalicelib.providers.suppressions import Kind

TAG = "ses:configuration-set"
NO_COMPLAINTS = {"auth-failure", "not-spam"}
"""What a mail provider reports in the same way and no person has complained of."""


class NotOurs(Exception):
    """This is no event of a mail of ours."""


@dataclass(frozen=True)
class Returned:
    """What became of a mail to one address."""

    address: str
    kind: Kind
    at: datetime


class _Recipient(msgspec.Struct):
    emailAddress: str  # noqa: N815 - SES's own words


class _Bounce(msgspec.Struct):
    bounceType: str  # noqa: N815
    bouncedRecipients: list[_Recipient]  # noqa: N815
    timestamp: datetime


class _Complaint(msgspec.Struct):
    complainedRecipients: list[_Recipient]  # noqa: N815
    timestamp: datetime
    complaintFeedbackType: str | None = None  # noqa: N815


class _Mail(msgspec.Struct):
    tags: dict[str, list[str]] = {}


class _Event(msgspec.Struct):
    eventType: str  # noqa: N815
    mail: _Mail
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None


class _Message(msgspec.Struct):
    Message: str


class _Record(msgspec.Struct):
    Sns: _Message


class _Delivery(msgspec.Struct):
    Records: list[_Record]


def configuration_set() -> str:
    """The name under which SES sends our mails and tells what becomes of them."""
    return f"{settings.current().table_prefix}mail"


def read(delivery: dict[str, Any]) -> list[Returned]:
    """What a delivery of SNS tells; a kind of event that asks nothing of us tells nothing.

    Raises NotOurs for what SES has not said of our mails.
    """
    try:
        messages = [record.Sns.Message for record in msgspec.convert(delivery, _Delivery).Records]
        events = [msgspec.json.decode(message, type=_Event) for message in messages]
    except (msgspec.MsgspecError, UnicodeError):
        raise NotOurs from None  # its message may quote an address
    if any(event.mail.tags.get(TAG) != [configuration_set()] for event in events):
        raise NotOurs
    return [returned for event in events for returned in _told(event)]


def _told(event: _Event) -> Iterator[Returned]:
    if event.eventType == "Bounce" and event.bounce and event.bounce.bounceType == "Permanent":
        for one in event.bounce.bouncedRecipients:
            yield from _of(one, "bounce", event.bounce.timestamp)
    complaint = event.complaint if event.eventType == "Complaint" else None
    if complaint and complaint.complaintFeedbackType not in NO_COMPLAINTS:
        for one in complaint.complainedRecipients:
            yield from _of(one, "complaint", complaint.timestamp)


def _of(recipient: _Recipient, kind: Kind, at: datetime) -> Iterator[Returned]:
    address = parseaddr(recipient.emailAddress)[1]
    if at.tzinfo is None:
        raise NotOurs
    if ADDRESS.fullmatch(address):
        yield Returned(address, kind, at)
