"""The mails of a local service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local import mailbox
from infra.local.exchange import Answered, Asked
from infra.local.hosting import Host
from infra.local.mailbox import Mailbox
from infra.local.store import Store


class Sent:
    """What the embedded AWS shows of the mails that it took."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def answer(self, asked: Asked) -> Answered:
        assert asked.path == "/_ministack/ses/messages"
        return Answered.json(200, {"messages": {"000000000000": self.messages}})

    def deliver_due(self) -> int:
        return 0

    def mail(self, to: str, text: str, html: str | None = None) -> None:
        self.messages.append(
            {
                "MessageId": f"m{len(self.messages)}",
                "To": [to],
                "Subject": "Please <verify>",
                "BodyText": text,
                "BodyHtml": html,
                "Timestamp": 1795262400.5,
            }
        )


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def box(sent: Sent) -> Iterator[Mailbox]:
    host = Host(sent, 0)
    host.start()
    yield Mailbox(Store(), f"http://127.0.0.1:{host.port}")
    host.stop()


def test_a_mail_shows_its_links_once(sent: Sent, box: Mailbox) -> None:
    link = "http://127.0.0.1:8000/verify?token=a&x=1"
    sent.mail(
        "a@b.example", f"Go to {link}. Or not.", '<a href="http://127.0.0.1:8000/verify?token=a&amp;x=1">'
    )
    box.collect()
    (mail,) = box.items()
    assert mail["links"] == [link]
    assert (mail["to"], mail["sent_at"]) == ("a@b.example", "2026-11-21T12:00:00Z")


def test_mails_outlive_the_embedded_aws_and_are_kept_once(sent: Sent, box: Mailbox) -> None:
    sent.mail("a@b.example", "one")
    box.collect()
    box.collect()
    sent.messages.clear()
    box.collect()
    assert [mail["text"] for mail in box.items()] == ["one"]


def test_mails_to_one_address_come_newest_first(sent: Sent, box: Mailbox) -> None:
    for to, text in (("a@b.example", "one"), ("c@d.example", "two"), ("A@B.example", "three")):
        sent.mail(to, text)
    box.collect()
    assert [mail["text"] for mail in box.items("a@b.example")] == ["three", "one"]


def test_the_page_escapes_what_mails_contain(sent: Sent, box: Mailbox) -> None:
    sent.mail("a@b.example", "<script>1</script>", '<script>2</script>"')
    box.collect()
    shown = mailbox.page(box.items())
    assert "<script" not in shown
    assert "Please &lt;verify&gt;" in shown
    assert '<iframe sandbox="" title="HTML" srcdoc="&lt;script&gt;2&lt;/script&gt;&quot;">' in shown


def test_items_can_be_sent_as_json(sent: Sent, box: Mailbox) -> None:
    sent.mail("a@b.example", "one")
    box.collect()
    assert sorted(json.loads(json.dumps(box.items()))[0]) == [
        "html",
        "links",
        "sent_at",
        "subject",
        "text",
        "to",
    ]
