"""The sealed address of a deletion's last mail."""

import json
from datetime import timedelta

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.core.subjects import Subject
from chalicelib.identity import last_mail
from chalicelib.identity.models import SealedAddress
from chalicelib.identity.personal_data import ROWS
from chalicelib.policy import profile
from tests.conftest import Clock
from tests.harness.browser import PASSWORD, Browser

ADA = "ada@example.org"


@pytest.fixture
def subject(browser: Browser) -> Subject:
    me = browser.sign_up(ADA).get("/api/me").json
    return Subject(me["user_id"], me["account_id"])


def erase(subject: Subject) -> None:
    for row in ROWS:
        assert row.erase(subject).outcome == "erased"


def in_sessions() -> str:
    return json.dumps(boto3.client("dynamodb").scan(TableName="vowline-local-sessions")["Items"], default=str)


def sign_up_again(browser: Browser) -> str:
    """The subject of the mail that follows."""
    form = {"email": ADA, "password": PASSWORD, "birth_date": "1990-05-17"}
    assert (
        browser.post("/api/auth/signup", {**form, "policy_version": profile.current().version}).status == 202
    )
    return browser.mailbox.to(ADA)[-1].subject


def test_the_address_can_be_read_after_the_person_is_gone(subject: Subject) -> None:
    last_mail.seal("req_1", subject.user_id)
    erase(subject)
    assert last_mail.unseal("req_1") == ADA


def test_sealing_again_changes_nothing_even_when_the_person_is_gone(subject: Subject) -> None:
    last_mail.seal("req_1", subject.user_id)
    before = in_sessions()
    last_mail.seal("req_1", subject.user_id)
    assert in_sessions() == before
    erase(subject)
    last_mail.seal("req_1", subject.user_id)
    assert last_mail.unseal("req_1") == ADA


def test_the_table_does_not_know_the_address(subject: Subject) -> None:
    last_mail.seal("req_1", subject.user_id)
    assert "LASTMAIL#req_1" in in_sessions()
    # By more than a hash may hold by chance.
    assert "ada@" not in in_sessions().lower()
    assert "example.org" not in in_sessions().lower()


def test_a_seal_opens_for_its_own_request_only(subject: Subject) -> None:
    last_mail.seal("req_1", subject.user_id)
    sealed = SealedAddress.get(SealedAddress.key("req_1"))
    sealed.token_hash = SealedAddress.key("req_2")
    sealed.save()
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        last_mail.unseal("req_2")


def test_what_is_forgotten_or_was_never_sealed_is_not_there(subject: Subject) -> None:
    assert last_mail.unseal("req_1") is None
    last_mail.seal("req_1", subject.user_id)
    for _ in range(2):
        last_mail.forget("req_1")
        assert last_mail.unseal("req_1") is None
    assert "#req_1" not in in_sessions()
    assert "CLOSING#" not in in_sessions()


def test_a_seal_does_not_outlive_forty_days_and_can_still_be_dropped(subject: Subject, clock: Clock) -> None:
    last_mail.seal("req_1", subject.user_id)
    clock.advance(timedelta(days=39))
    assert last_mail.unseal("req_1") == ADA
    clock.advance(timedelta(days=1, seconds=1))
    assert last_mail.unseal("req_1") is None
    last_mail.forget("req_1")
    assert "CLOSING#" not in in_sessions()


def test_between_erasure_and_last_mail_nobody_signs_up_with_the_address(
    subject: Subject, browser: Browser
) -> None:
    last_mail.seal("req_1", subject.user_id)
    erase(subject)
    assert sign_up_again(browser) == "Your earlier account at Kinvo is still being deleted"
    assert "VERIFICATION#" not in in_sessions()
    last_mail.forget("req_1")
    assert sign_up_again(browser) == "Confirm your address for Kinvo"


def test_while_the_account_still_stands_its_owner_is_told_so(subject: Subject, browser: Browser) -> None:
    last_mail.seal("req_1", subject.user_id)
    assert sign_up_again(browser) == "You already have an account at Kinvo"


def test_a_seal_that_was_left_behind_keeps_nobody_out_for_ever(
    subject: Subject, browser: Browser, clock: Clock
) -> None:
    last_mail.seal("req_1", subject.user_id)
    erase(subject)
    clock.advance(timedelta(days=40, seconds=1))
    assert sign_up_again(browser) == "Confirm your address for Kinvo"


def test_an_earlier_request_does_not_open_what_a_later_one_keeps(subject: Subject, browser: Browser) -> None:
    last_mail.seal("req_1", subject.user_id)
    last_mail.seal("req_2", subject.user_id)
    erase(subject)
    last_mail.forget("req_1")
    assert last_mail.unseal("req_2") == ADA
    assert sign_up_again(browser) == "Your earlier account at Kinvo is still being deleted"


def test_the_same_address_opens_another_account_later(subject: Subject, browser: Browser) -> None:
    erase(subject)
    again = Browser(browser.stage, browser.mailbox).sign_up(ADA).get("/api/me").json
    assert again["user_id"] != subject.user_id
    assert again["account_id"] != subject.account_id
