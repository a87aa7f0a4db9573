"""Signing up, through the doors: what strangers can learn, keep or break by it."""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest

from chalicelib.core import aws
from chalicelib.policy import profile
from tests.app.person import (
    ADA,
    OTHER,
    everything_stored,
    form,
    log_in,
    newest_token,
    sign_up,
    verify,
    without_request_id,
)
from tests.app.work import count_work
from tests.conftest import Clock
from tests.harness.browser import PASSWORD, Browser
from tests.harness.lambda_door import ask
from tests.harness.mailbox import Mailbox


def test_sign_up_verify_and_sign_in_open_an_account(browser: Browser, mailbox: Mailbox) -> None:
    answer = sign_up(browser)
    assert (answer.status, answer.text) == (202, "")
    assert log_in(browser) == 401
    assert verify(browser, newest_token(mailbox)) == 204
    assert log_in(browser) == 200
    me = browser.get("/api/me").json
    assert (me["email"], me["status"]) == (ADA, "active")
    assert me["policy_version"] == me["service"]["policy_version"] == profile.current().version
    assert me["account_id"].startswith("acc_")


def test_the_schema_is_what_sign_up_takes(browser: Browser) -> None:
    schema = browser.get("/api/auth/signup").json
    assert set(schema["properties"]) == set(schema["required"]) == set(form())
    assert schema["additionalProperties"] is False
    assert schema["properties"]["policy_version"]["const"] == profile.current().version
    assert schema["properties"]["birth_date"]["format"] == "date"


def test_a_profile_without_passwords_does_not_offer_any_of_it(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.core import doors

    monkeypatch.setattr(doors.hooks, "offers", lambda _: False)
    answers = [browser.get("/api/auth/signup"), sign_up(browser), browser.post("/api/auth/login", {})]
    assert [(answer.status, answer.json["type"]) for answer in answers] == [(404, "not-offered")] * 3


def test_what_the_profile_does_not_collect_is_refused(browser: Browser) -> None:
    for extra in ("name", "phone", "status"):
        answer = sign_up(browser, **{extra: "admin"})
        assert answer.status == 422
        assert answer.json["errors"] == [{"field": extra, "message": "We do not ask for this."}]
    assert "EMAIL#" not in everything_stored()


COUNTED = ["UpdateItem"] * 3
WRONG = [
    ("email", "ada"),
    ("email", "a" * 300 + "@example.org"),
    ("email", 7),
    ("password", "short"),
    ("password", "e\u0301" * 7),
    ("password", "a" * 257),
    ("password", ["a" * 12]),
    ("birth_date", "17.05.1990"),
    ("birth_date", "2007-02-29"),
    ("birth_date", 19900517),
    ("birth_date", "2999-01-01"),
    ("policy_version", None),
]


def test_a_wrong_value_is_told_by_its_field(browser: Browser) -> None:
    for field, value in WRONG:
        answer = sign_up(browser, **{field: value})
        told = [error["field"] for error in answer.json["errors"]]
        assert (answer.status, told) == (422, [field]), value


def test_who_is_one_day_too_young_is_refused_and_a_day_later_is_not(
    browser: Browser, mailbox: Mailbox, clock: Clock
) -> None:
    now = datetime.now(UTC)
    clock.advance(datetime(now.year + 1, 6, 30, 12, tzinfo=UTC) - now)
    born = date(now.year + 1 - 18, 7, 1).isoformat()
    refused = sign_up(browser, birth_date=born)
    assert (refused.status, refused.json["type"]) == (422, "too-young")
    assert mailbox.all() == []
    clock.advance(timedelta(days=1))
    assert sign_up(browser, birth_date=born).status == 202


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the service writes to its log."""
    [handler] = logging.getLogger("vowline").handlers
    written = StringIO()
    monkeypatch.setattr(handler, "stream", written)
    return written


def test_the_birth_date_the_password_and_the_token_are_neither_stored_nor_logged(
    browser: Browser, mailbox: Mailbox, logged: StringIO
) -> None:
    sign_up(browser, birth_date="1987-03-19")
    verify(browser, newest_token(mailbox))
    log_in(browser)
    seen = everything_stored() + logged.getvalue()
    assert [canary for canary in ("1987", PASSWORD, newest_token(mailbox)) if canary in seen] == []


def test_the_log_tells_what_happened_but_not_to_which_address(browser: Browser, logged: StringIO) -> None:
    browser.sign_up("canary@example.org")
    sign_up(browser, email="canary@example.org", extra="canary")
    assert '"account opened"' in logged.getvalue()
    assert "canary" not in logged.getvalue()


def test_another_version_of_the_policy_is_to_be_read_first(browser: Browser, mailbox: Mailbox) -> None:
    answer = sign_up(browser, policy_version="0" * 16)
    assert (answer.status, answer.json["type"]) == (409, "policy-changed")
    assert mailbox.all() == []


def test_known_waiting_and_unknown_addresses_get_the_same_answer(browser: Browser) -> None:
    browser.sign_up("known@example.org")
    stranger = Browser(browser.stage, browser.mailbox)
    sign_up(stranger, email="waiting@example.org")
    answers = [sign_up(stranger, email=f"{who}@example.org") for who in ("known", "waiting", "unknown")]
    assert len({str(without_request_id(answer)) for answer in answers}) == 1


def test_sign_up_costs_one_bcrypt_one_transaction_and_one_mail_whoever_is_known(
    browser: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_up("known@example.org")
    sign_up(browser, email="waiting@example.org")
    work = count_work(monkeypatch)
    for who in ("known", "waiting", "unknown"):
        work.clear()
        sent = len(mailbox.all())
        assert sign_up(Browser(browser.stage, mailbox), email=f"{who}@example.org").status == 202
        assert work == [*COUNTED, "hashpw", "TransactWriteItems", "GetItem", "SendEmail"]
        assert len(mailbox.all()) == sent + 1


def test_sign_in_costs_one_bcrypt_and_two_reads_whatever_is_wrong(
    browser: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_up("known@example.org")
    sign_up(browser, email="waiting@example.org")
    stranger = Browser(browser.stage, mailbox)
    work = count_work(monkeypatch)
    answers = []
    for email, password in [
        ("known@example.org", OTHER),
        ("unknown@example.org", PASSWORD),
        ("waiting@example.org", PASSWORD),
    ]:
        work.clear()
        answers.append(stranger.post("/api/auth/login", {"email": email, "password": password}))
        assert work == ["GetItem", "GetItem", *COUNTED, "checkpw"]
    assert {(answer.status, answer.json["type"]) for answer in answers} == {(401, "wrong-credentials")}
    assert len({str(without_request_id(answer)) for answer in answers}) == 1


def test_who_has_an_account_is_told_so_by_mail_and_keeps_their_password(
    browser: Browser, mailbox: Mailbox
) -> None:
    browser.sign_up()
    sign_up(Browser(browser.stage, mailbox), email="Ada@Example.ORG", password=OTHER)
    told = mailbox.all()[-1]
    assert (told.to, told.subject) == ("Ada@example.org", "You already have an account at Kinvo")
    assert "token=" not in told.text
    assert log_in(browser, password=OTHER) == 401
    assert log_in(browser) == 200


def test_the_address_is_one_however_its_letters_are_typed(browser: Browser) -> None:
    browser.sign_up("Ada.Lovelace@example.org")
    assert log_in(browser, email="  ada.LOVELACE@EXAMPLE.org ") == 200
    assert browser.get("/api/me").json["email"] == "Ada.Lovelace@example.org"


def test_a_sub_address_is_an_address_of_its_own(browser: Browser, mailbox: Mailbox) -> None:
    browser.sign_up()
    sign_up(browser, email="ada+phone@example.org")
    assert mailbox.to("ada+phone@example.org")[-1].subject == "Confirm your address for Kinvo"


def test_when_mail_fails_for_now_every_address_hears_the_same(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError

    def fail(**_: object) -> None:
        raise ClientError({"Error": {"Code": "TooManyRequestsException", "Message": ""}}, "SendEmail")

    browser.sign_up()
    monkeypatch.setattr(aws.client("sesv2"), "send_email", fail)
    answers = [sign_up(browser, email=email) for email in (ADA, "unknown@example.org")]
    assert [(answer.status, answer.headers["retry-after"]) for answer in answers] == [(503, "60")] * 2
    assert len({str(without_request_id(answer)) for answer in answers}) == 1


def test_an_address_that_mail_never_reaches_hears_the_same_as_all(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError

    def fail(**_: object) -> None:
        raise ClientError({"Error": {"Code": "MessageRejected", "Message": ""}}, "SendEmail")

    monkeypatch.setattr(aws.client("sesv2"), "send_email", fail)
    assert sign_up(browser).status == 202


def test_another_site_can_not_sign_anybody_up_or_in(browser: Browser) -> None:
    for path in ("signup", "login", "verify"):
        for origin in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
            headers = {"content-type": "application/json", **origin}
            answer = ask("POST", f"/api/auth/{path}", headers=headers, body=json.dumps(form()).encode())
            assert (answer.status, answer.json["type"]) == (403, "foreign-origin"), (path, origin)


def test_json_that_says_it_is_text_is_refused(browser: Browser) -> None:
    answer = ask("POST", "/api/auth/signup", headers={"content-type": "text/plain"}, body=b"{}")
    assert answer.status == 415
