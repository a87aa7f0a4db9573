"""The mails that the service sent: read from the embedded AWS, which forgets them at a stop, and kept."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

import httpx

from infra.local.store import Store

KIND = "mail"
LINK = re.compile(r"https?://[^\s\"'<>]+[^\s\"'<>.,;:!?)]")
Mail = dict[str, Any]


class Mailbox:
    """Every mail, newest first."""

    def __init__(self, store: Store, aws_url: str) -> None:
        self._store = store
        self._url = f"{aws_url}/_ministack/ses/messages"

    def collect(self) -> None:
        """Keeps what was sent since last time. Raises httpx.HTTPError when the embedded AWS is away."""
        sent = httpx.get(self._url, timeout=5, trust_env=False).raise_for_status().json()["messages"]
        for message in (message for account in sent.values() for message in account):
            if self._store.get(KIND, message["MessageId"]) is None:
                self._store.put(KIND, message["MessageId"], _mail(message))

    def items(self, to: str | None = None) -> list[Mail]:
        """All, or those to one address: {to, subject, text, html, sent_at, links}."""
        mails = self._store.all(KIND)[::-1]
        return [mail for mail in mails if to is None or mail["to"].lower() == to.lower()]


def _mail(message: Mail) -> Mail:
    text, markup = message.get("BodyText") or "", message.get("BodyHtml") or None
    written_links = LINK.findall(text) + LINK.findall(html.unescape(markup or ""))
    sent_at = datetime.fromtimestamp(message["Timestamp"], UTC)
    return {
        "to": ", ".join(message["To"]),
        "subject": message["Subject"],
        "text": text,
        "html": markup,
        "sent_at": f"{sent_at:%Y-%m-%dT%H:%M:%SZ}",
        "links": list(dict.fromkeys(written_links)),
    }


def page(mails: list[Mail]) -> str:
    """The mails as a page to read; what a mail contains can neither run nor send anything."""
    articles = "".join(_article(mail) for mail in mails) or "<p>No mail yet.</p>"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Mailbox</title><style>'
        "body{font:1rem/1.5 system-ui;max-width:48rem;margin:2rem auto;padding:0 1rem}"
        "article{border-top:1px solid #888;margin-top:2rem}pre{white-space:pre-wrap}"
        "iframe{width:100%;height:24rem;border:1px solid #888}</style>"
        f"<h1>Mailbox</h1><p>{len(mails)} sent, newest first.</p>{articles}</html>"
    )


def _article(mail: Mail) -> str:
    links = "".join(
        f'<li><a href="{html.escape(link)}" rel="noreferrer">{html.escape(link)}</a></li>'
        for link in mail["links"]
    )
    shown = (
        f'<iframe sandbox="" title="HTML" srcdoc="{html.escape(mail["html"])}"></iframe>'
        if mail["html"]
        else ""
    )
    return (
        f"<article><h2>{html.escape(mail['subject'])}</h2>"
        f"<p>To {html.escape(mail['to'])}, {mail['sent_at']}</p>"
        f"<pre>{html.escape(mail['text'])}</pre><ul>{links}</ul>{shown}</article>"
    )
