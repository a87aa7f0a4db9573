"""Mails that the service sent through SES."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends


@dataclass(frozen=True)
class Mail:
    """A mail as its reader sees it."""

    to: str
    subject: str
    text: str
    html: str

    @property
    def links(self) -> list[str]:
        return re.findall(r"https?://\S+", self.text)


class Mailbox:
    """Everybody's mail."""

    def to(self, address: str) -> list[Mail]:
        """Mails to one address, oldest first."""
        return [mail for mail in self.all() if mail.to == address]

    def all(self) -> list[Mail]:
        return [_mail(sent) for sent in ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages]


def _mail(sent: Any) -> Mail:
    if hasattr(sent, "raw_data"):
        return _raw(sent)
    return Mail(sent.destinations["ToAddresses"][0], sent.subject, sent.body, getattr(sent, "html_body", ""))


def _raw(sent: Any) -> Mail:
    raw = sent.raw_data if isinstance(sent.raw_data, bytes) else sent.raw_data.encode()
    message: Any = message_from_bytes(raw, policy=policy.default)
    parts = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    text, html = (part.get_content() if part else "" for part in parts.values())
    return Mail(sent.destinations[0], message["subject"], text, html)
