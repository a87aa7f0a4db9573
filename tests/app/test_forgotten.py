"""A forgotten password tells nobody which address has an account."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from chalicelib.core import aws
from chalicelib.core.subjects import Subject
from chalicelib.identity import accounts, last_mail, personal_data
from tests.app.person import ADA, everything_stored, forget, sign_up, without_request_id
from tests.app.work import count_work
from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox


@pytest.fixture
def ada(browser: Browser) -> Browser:
    return browser.sign_up(ADA)


COUNTED = ["UpdateItem"] * 3


def addresses(browser: Browser) -> list[str]:
    """Known, suspended, waiting for its mail, between a deletion's end and last mail, and unknown."""
    made = {name: f"{name}@example.org" for name in ("known", "suspended", "closing", "waiting", "unknown")}
    for name in ("known", "suspended", "closing"):
        me = Browser(browser.stage, browser.mailbox).sign_up(made[name]).get("/api/me").json
        if name == "suspended":
            accounts.suspend(me["user_id"])
        if name == "closing":
            last_mail.seal("req_1", me["user_id"])
            subject = Subject(me["user_id"], me["account_id"])
            for row in personal_data.ROWS:
                row.erase(subject)
    sign_up(browser, email=made["waiting"])
    return list(made.values())


def test_every_address_gets_the_same_answer_for_the_same_work(
    browser: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = addresses(browser)
    work, stranger, answers = count_work(monkeypatch), Browser(browser.stage, mailbox), []
    for email in made * 3:
        work.clear()
        sent = len(mailbox.all())
        answers.append(without_request_id(forget(stranger, email)))
        assert work == [*COUNTED, "GetItem", "GetItem", "PutItem", "GetItem", "SendEmail"], email
        assert [mail.to for mail in mailbox.all()[sent:]] == [email]
    assert len({str(answer) for answer in answers}) == 1
    assert answers[0][0] == 202


def test_an_address_without_an_account_is_told_so_and_gets_no_link(
    browser: Browser, mailbox: Mailbox
) -> None:
    made = addresses(browser)
    for email in made:
        forget(browser, email)
    newest = {email.partition("@")[0]: mailbox.to(email)[-1] for email in made}
    assert {name for name, mail in newest.items() if "/reset?token=" in mail.text} == {"known", "suspended"}
    unknown = "There is no account at Kinvo with this address"
    assert {newest[name].subject for name in ("closing", "waiting", "unknown")} == {unknown}


def test_what_is_kept_of_an_unknown_address_is_no_address_and_opens_nothing(browser: Browser) -> None:
    forget(browser, "canary@example.org")
    assert "canary" not in everything_stored()
    assert "expires_at" in everything_stored()


@pytest.mark.parametrize(("code", "status"), [("TooManyRequestsException", 503), ("MessageRejected", 202)])
def test_when_mail_fails_every_address_hears_the_same(
    ada: Browser, monkeypatch: pytest.MonkeyPatch, code: str, status: int
) -> None:
    def fail(**_: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": ""}}, "SendEmail")

    monkeypatch.setattr(aws.client("sesv2"), "send_email", fail)
    answers = [without_request_id(forget(ada, email)) for email in (ADA, "unknown@example.org")]
    assert answers[0] == answers[1]
    assert answers[0][0] == status
