"""Mails: readable as text, the same words as HTML, and no way to smuggle in a header or markup."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args
from unittest import mock

import msgspec
import pytest
from jinja2 import UndefinedError

from chalicelib.core import aws
from chalicelib.core.errors import ProviderError
from chalicelib.policy import permissions, profile
from chalicelib.policy.consent import Standing
from chalicelib.policy.vocabulary import MailClass
from chalicelib.providers import mail
from tests.harness.mailbox import Mailbox

AT = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
STOP = "http://127.0.0.1:8000/api/privacy/unsubscribe/x"
KEPT = [
    {
        "store": "balances",
        "category": "ledger",
        "title": "Your credit",
        "reason": "Law asks for it.",
        "until": "2033-11-02T09:05:00Z",
    },
    {
        "store": "payments",
        "category": "ledger",
        "title": "Your credit",
        "reason": "Law asks for it.",
        "until": "2033-11-02T09:05:00Z",
    },
    {
        "store": "registry",
        "category": "privacy_request",
        "title": "Your requests",
        "reason": "To show it.",
        "until": None,
    },
]
CERTIFICATE = "http://127.0.0.1:8000/api/privacy/certificates/c-1_x"
AUTHORITIES = ["An authority"]
VALUES: dict[str, dict[str, Any]] = {
    "verify": {"token": "t-1_x", "asked_at": AT, "expires_at": AT},
    "parent_asked": {"token": "t-1_x", "child": "c@example.org", "asked_at": AT, "expires_at": AT},
    "parent_noted": {"child": "c@example.org", "agreed_at": AT, "privacy_mail": "p@vowline.example"},
    "parent_agreed": {},
    "parent_refused": {"answered_at": AT},
    "already_registered": {},
    "reset": {"token": "t-1_x.y", "asked_at": AT, "expires_at": AT},
    "reset_unknown": {"asked_at": AT},
    "password_changed": {"changed_at": AT},
    "google_linked": {"at": AT},
    "address_changing": {"asked_at": AT, "expires_at": AT},
    "confirm_address": {"token": "t-1_x.y", "asked_at": AT, "expires_at": AT},
    "address_taken": {"asked_at": AT},
    "address_changed": {"changed_at": AT},
    "closing": {},
    "account_closed": {"ends_at": AT},
    "deletion_received": {
        "grace_ends_at": AT,
        "due_at": AT,
        "reason": None,
        "cancel_url": "http://127.0.0.1:8000/privacy",
    },
    "deletion_cancelled": {},
    "request_acknowledged": {
        "what": "a complaint",
        "request_id": "req_1",
        "due_at": AT,
        "proved": False,
        "privacy_mail": "p@vowline.example",
        "privacy_url": "http://127.0.0.1:8000/privacy",
        "authorities": AUTHORITIES,
    },
    "request_extended": {
        "what": "a complaint",
        "request_id": "req_1",
        "due_at": AT,
        "privacy_mail": "p@vowline.example",
        "reason": "There is much to look at.",
    },
    "request_answered": {
        "what": "a complaint",
        "request_id": "req_1",
        "privacy_mail": "p@vowline.example",
        "state": "denied",
        "reason": "It is not ours.",
        "authorities": AUTHORITIES,
    },
    "policy_changed": {
        "effective_at": "2026-11-02",
        "changes": ["Your calls: how long we keep it."],
        "posted": "http://127.0.0.1:8000/api/privacy/announcement",
    },
    "export_ready": {"type": "access", "expires_at": AT, "privacy_url": "http://127.0.0.1:8000/privacy"},
    "low_credit": {"left": "0.99 USD", "threshold": "1.00 USD"},
    "card_declined": {},
    "receipt": {
        "paid_at": AT,
        "order": "ord_1",
        "credit": "10.00 USD",
        "tax": "0.00 USD",
        "total": "10.00 USD",
        "seller": "Example Calls Ltd, 1 Example Street, Exampletown",
    },
    "news": {"subject": "News of Kinvo", "text": "Calls to Ghana are cheaper.", "unsubscribe_url": STOP},
    "deletion_done": {
        "kept": KEPT,
        "held": [{"store": "cdrs", "category": "call_record", "title": "Your calls", "until": None}],
        "residues": [{"at": "stripe", "says": "A payment.", "until": None}],
        "certificate_url": CERTIFICATE,
    },
}


@pytest.mark.parametrize("template", VALUES)
def test_each_mail_says_who_writes_and_has_one_link_at_most(template: str) -> None:
    written = mail.render(template, **VALUES[template])
    assert "Kinvo" in written.subject
    assert "Kinvo" in written.text
    assert len(re.findall("https?://", written.text)) <= 1
    assert not re.search(r"{{|{%|\n{3}", written.text)


@pytest.mark.parametrize("template", VALUES)
def test_its_html_has_the_same_words_and_loads_nothing(template: str) -> None:
    written = mail.render(template, **VALUES[template])
    body = written.html[written.html.index("<body") :]
    words = re.sub(r"<[^>]+>", " ", body).split()
    assert [word for word in written.text.split() if word != "-"] == words
    assert not re.search(r"<(img|script|link|iframe)|url\(|src=", written.html)


def test_every_template_is_tried_here() -> None:
    assert {file.stem for file in mail.MAILS.glob("*.txt")} == set(VALUES)


@pytest.mark.parametrize(
    ("template", "page"),
    [("verify", "verify"), ("parent_asked", "parent"), ("reset", "reset"), ("confirm_address", "email")],
)
def test_the_link_is_the_sites_own_with_the_token(template: str, page: str) -> None:
    written = mail.render(template, **VALUES[template])
    link = f"http://127.0.0.1:8000/{page}?token={VALUES[template]['token']}"
    assert f"\n{link}\n" in written.text
    assert f'<a href="{link}">' in written.html
    assert "2 November 2026, 09:05 UTC" in written.text


def test_who_waived_the_grace_is_not_told_that_there_is_one() -> None:
    text = mail.render("deletion_received", **{**VALUES["deletion_received"], "grace_ends_at": None}).text
    assert "change your mind here" not in text
    assert "at once" in text


def test_the_last_mail_tells_each_reason_once_and_until_when() -> None:
    text = mail.render("deletion_done", **VALUES["deletion_done"]).text
    assert text.count("- Your credit: Law asks for it. (until 2 November 2033)") == 1
    assert "- Your requests: To show it.\n" in text
    assert "- A payment." in text
    assert "a legal matter asks us to keep it" in text
    assert text.count("- Your calls\n") == 1


def test_the_last_mail_is_silent_about_what_is_not_kept() -> None:
    text = mail.render("deletion_done", kept=[], held=[], residues=[], certificate_url=CERTIFICATE).text
    assert "keep" not in text


@pytest.mark.parametrize("template", VALUES)
def test_every_template_has_a_class_that_policies_know(template: str) -> None:
    assert mail.render(template, **VALUES[template]).mail_class in get_args(MailClass)


def test_a_template_without_a_class_is_no_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loose.txt").write_text("Subject: Hello\n\nHello,\n")
    monkeypatch.setattr(mail, "MAILS", tmp_path)
    mail._templates.cache_clear()
    try:
        with pytest.raises(ValueError, match="its class and its subject"):
            mail.render("loose")
    finally:
        mail._templates.cache_clear()


def test_a_class_that_the_policy_does_not_list_is_sent_to_nobody(mailbox: Mailbox) -> None:
    for template in ("news", "receipt"):
        silent = msgspec.structs.replace(profile.current(), mails=["account", "privacy"])
        with mock.patch.object(profile, "current", return_value=silent), pytest.raises(mail.NotAllowed):
            mail.send("ada@example.org", template, "acc_1", **VALUES[template])
    assert mailbox.all() == []


@pytest.mark.parametrize("id", profile.known())
def test_no_policy_of_ours_writes_marketing_to_who_has_not_asked(id: str, mailbox: Mailbox) -> None:
    silent = permissions.Hooks()
    silent.standing = lambda _: Standing()
    with (
        mock.patch.object(permissions, "hooks", silent),
        mock.patch.object(profile, "current", return_value=profile.load(id)),
    ):
        for account_id in ("acc_1", None):
            with pytest.raises(mail.NotAllowed):
                mail.send("ada@example.org", "news", account_id, **VALUES["news"])
    assert mailbox.all() == []


def test_markup_in_a_value_stays_text() -> None:
    residues = [{"at": "x", "says": "<script>alert(1)</script>", "until": None}]
    written = mail.render("deletion_done", kept=[], held=[], residues=residues, certificate_url=CERTIFICATE)
    assert "<script>" not in written.html
    assert "&lt;script&gt;" in written.html


def test_a_value_that_is_missing_is_found_before_anything_is_sent(mailbox: Mailbox) -> None:
    with pytest.raises(UndefinedError):
        mail.send("ada@example.org", "verify")
    assert mailbox.all() == []


@pytest.mark.parametrize(
    "to",
    [
        "ada@example.org, eve@example.org",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org\n",
        "Ada <ada@example.org>",
        "",
        "ada",
    ],
)
def test_only_one_bare_address_is_written_to(to: str, mailbox: Mailbox) -> None:
    with pytest.raises(ValueError, match="one bare address"):
        mail.send(to, "closing")
    assert mailbox.all() == []


def test_ses_gets_text_and_html_from_the_services_own_address(mailbox: Mailbox) -> None:
    sent: list[dict[str, Any]] = []
    client = aws.client("sesv2")

    def look(params: dict[str, Any], **_: object) -> None:
        sent.append(params)

    client.meta.events.register("provide-client-params.sesv2.SendEmail", look, unique_id="look")
    try:
        mail.send("ada+calls@example.org", "closing")
    finally:
        client.meta.events.unregister("provide-client-params.sesv2.SendEmail", unique_id="look")
    [request] = sent
    simple = request["Content"]["Simple"]
    assert request["FromEmailAddress"] == "Kinvo <hello@vowline.example>"
    assert request["Destination"] == {"ToAddresses": ["ada+calls@example.org"]}
    assert simple["Body"]["Text"]["Data"].startswith("Hello,\n")
    assert simple["Body"]["Html"]["Data"].startswith("<!doctype html>")
    assert [mail.to for mail in mailbox.all()] == ["ada+calls@example.org"]


@pytest.mark.parametrize(
    ("code", "permanent"),
    [("MessageRejected", True), ("BadRequestException", True), ("TooManyRequestsException", False)],
)
def test_a_refusal_by_ses_says_whether_asking_again_helps(
    code: str, permanent: bool, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError

    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "ada@example.org is refused"}}, "SendEmail")

    monkeypatch.setattr(aws.client("sesv2"), "send_email", refuse)
    with pytest.raises(ProviderError) as refused:
        mail.send("ada@example.org", "closing")
    assert refused.value.permanent is permanent
    assert "ada@" not in str(refused.value)


def test_no_answer_from_ses_is_worth_another_try(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ReadTimeoutError

    def refuse(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://email.example")

    monkeypatch.setattr(aws.client("sesv2"), "send_email", refuse)
    with pytest.raises(ProviderError) as refused:
        mail.send("ada@example.org", "closing")
    assert not refused.value.permanent
