"""Mails that SES took, as the service handed them over: moto itself keeps only one part of a mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chalicelib.core import aws

ASKED, ANSWERED = "provide-client-params.sesv2.SendEmail", "after-call.sesv2.SendEmail"


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
    """Everybody's mail of one stage."""

    def __init__(self) -> None:
        self._handed_over: Mail | None = None
        self._taken: list[Mail] = []

    def all(self) -> list[Mail]:
        """Every mail, oldest first."""
        return list(self._taken)

    def to(self, address: str) -> list[Mail]:
        """Mails to one address, oldest first."""
        return [mail for mail in self._taken if mail.to == address]

    def _ask(self, params: dict[str, Any], **_: Any) -> None:
        simple = params["Content"]["Simple"]
        self._handed_over = Mail(
            params["Destination"]["ToAddresses"][0],
            simple["Subject"]["Data"],
            simple["Body"]["Text"]["Data"],
            simple["Body"]["Html"]["Data"],
        )

    def _answer(self, http_response: Any, **_: Any) -> None:
        if self._handed_over and http_response.status_code < 300:
            self._taken.append(self._handed_over)


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """A mailbox that fills while this is open."""
    box, events = Mailbox(), aws.client("sesv2").meta.events
    events.register(ASKED, box._ask)
    events.register(ANSWERED, box._answer)
    try:
        yield box
    finally:
        events.unregister(ASKED, box._ask)
        events.unregister(ANSWERED, box._answer)
