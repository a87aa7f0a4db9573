"""Opening an account, through the doors: what strangers can learn, keep or break by it."""

import json
import logging
import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import bcrypt
import boto3
import pytest

from chalicelib.core import aws, ids
from chalicelib.identity import passwords
from chalicelib.policy import profile
from tests.conftest import Clock
from tests.harness.browser import PASSWORD, Browser
from tests.harness.lambda_door import Answer, ask
from tests.harness.mailbox import Mailbox

ADA = "ada@example.org"
OTHER = "another long password"


def form(**changes: Any) -> dict[str, Any]:
    new = {"email": ADA, "password": PASSWORD, "birth_date": "1990-05-17"}
    return {**new, "policy_version": profile.current().version, **changes}


def sign_up(browser: Browser, **changes: Any) -> Answer:
    return browser.post("/api/auth/signup", form(**changes))


def newest_token(mailbox: Mailbox, email: str = ADA) -> str:
    return tokens(mailbox, email)[-1]


def tokens(mailbox: Mailbox, email: str = ADA) -> list[str]:
    """Of every verification mail, oldest first."""
    found = [token for mail in mailbox.to(email) for token in re.findall(r"token=([\w-]+)", mail.text)]
    return list(dict.fromkeys(found))


def verify(browser: Browser, token: str) -> int:
    return browser.post("/api/auth/verify", {"token": token}).status


def log_in(browser: Browser, email: str = ADA, password: str = PASSWORD) -> int:
    return browser.post("/api/auth/login", {"email": email, "password": password}).status


def everything_stored() -> str:
    dynamodb = boto3.client("dynamodb")
    tables = dynamodb.list_tables()["TableNames"]
    return json.dumps([dynamodb.scan(TableName=table)["Items"] for table in tables], default=str)


def without_request_id(answer: Answer) -> tuple[int, str, dict[str, str], list[str]]:
    return answer.status, re.sub(r'"request_id":"[^"]*"', "", answer.text), answer.headers, answer.cookies


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
    work = _count_work(monkeypatch)
    for who in ("known", "waiting", "unknown"):
        work.clear()
        sent = len(mailbox.all())
        assert sign_up(Browser(browser.stage, mailbox), email=f"{who}@example.org").status == 202
        assert work == ["hashpw", "TransactWriteItems"]
        assert len(mailbox.all()) == sent + 1


def test_sign_in_costs_one_bcrypt_and_two_reads_whatever_is_wrong(
    browser: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_up("known@example.org")
    sign_up(browser, email="waiting@example.org")
    stranger = Browser(browser.stage, mailbox)
    work = _count_work(monkeypatch)
    answers = []
    for email, password in [
        ("known@example.org", OTHER),
        ("unknown@example.org", PASSWORD),
        ("waiting@example.org", PASSWORD),
    ]:
        work.clear()
        answers.append(stranger.post("/api/auth/login", {"email": email, "password": password}))
        assert work == ["GetItem", "GetItem", "checkpw"]
    assert {(answer.status, answer.json["type"]) for answer in answers} == {(401, "wrong-credentials")}
    assert len({str(without_request_id(answer)) for answer in answers}) == 1


def _count_work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what is slow enough to be measured from outside, in order."""
    from botocore.client import BaseClient

    work: list[str] = []

    def counted(name: str, original: Any) -> Any:
        def count(*arguments: bytes) -> Any:
            work.append(name)
            return original(*arguments)

        return count

    def call(client: Any, operation: str, parameters: Any) -> Any:
        if client.meta.service_model.service_name == "dynamodb":
            work.append(operation)
        return original_call(client, operation, parameters)

    original_call: Any = BaseClient._make_api_call  # type: ignore[attr-defined]
    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    for name in ("hashpw", "checkpw"):
        monkeypatch.setattr(bcrypt, name, counted(name, getattr(bcrypt, name)))
    return work


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


def test_a_token_opens_once(browser: Browser, mailbox: Mailbox) -> None:
    sign_up(browser)
    token = newest_token(mailbox)
    assert [verify(browser, token), verify(browser, token)] == [204, 404]
    assert log_in(browser) == 200


def test_a_token_lives_for_a_day(browser: Browser, mailbox: Mailbox, clock: Clock) -> None:
    sign_up(browser)
    clock.advance(timedelta(hours=24, seconds=1))
    assert verify(browser, newest_token(mailbox)) == 404
    assert log_in(browser) == 401


def test_a_token_lives_nearly_a_day(browser: Browser, mailbox: Mailbox, clock: Clock) -> None:
    sign_up(browser)
    clock.advance(timedelta(hours=23, minutes=59))
    assert verify(browser, newest_token(mailbox)) == 204


def test_only_the_newest_token_opens_and_with_its_own_password(browser: Browser, mailbox: Mailbox) -> None:
    sign_up(browser, password=OTHER)
    older = newest_token(mailbox)
    sign_up(browser)
    assert verify(browser, older) == 404
    assert verify(browser, newest_token(mailbox)) == 204
    assert [log_in(browser, password=OTHER), log_in(browser)] == [401, 200]


def test_an_older_token_stays_dead_after_the_newest_was_used(browser: Browser, mailbox: Mailbox) -> None:
    sign_up(browser, password=OTHER)
    older = newest_token(mailbox)
    sign_up(browser)
    verify(browser, newest_token(mailbox))
    assert verify(browser, older) == 404
    assert log_in(browser, password=OTHER) == 401


def test_nobody_can_squat_on_an_address(browser: Browser, mailbox: Mailbox) -> None:
    squatter = Browser(browser.stage, mailbox)
    for _ in range(3):
        sign_up(squatter, password=OTHER)
    sign_up(browser)
    assert verify(browser, newest_token(mailbox)) == 204
    assert [log_in(squatter, password=OTHER), log_in(browser)] == [401, 200]


def test_an_expired_sign_up_that_still_lies_in_the_table_holds_nothing(
    browser: Browser, mailbox: Mailbox, clock: Clock
) -> None:
    sign_up(Browser(browser.stage, mailbox), password=OTHER)
    clock.advance(timedelta(days=3))
    sign_up(browser)
    assert verify(browser, newest_token(mailbox)) == 204
    assert log_in(browser) == 200


def test_of_two_sign_ups_at_once_exactly_the_newest_opens(
    browser: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    hash_password = passwords.hash

    def while_another_signs_up(password: str) -> str:
        monkeypatch.setattr(passwords, "hash", hash_password)
        assert sign_up(Browser(browser.stage, mailbox), password=OTHER).status == 202
        return hash_password(password)

    monkeypatch.setattr(passwords, "hash", while_another_signs_up)
    assert sign_up(browser).status == 202
    earlier, later = tokens(mailbox)
    assert [verify(browser, earlier), verify(browser, later)] == [404, 204]
    assert [log_in(browser, password=OTHER), log_in(browser)] == [401, 200]


def test_a_sign_up_that_comes_while_a_token_is_used_wins_or_loses_whole(
    browser: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(browser)
    token = newest_token(mailbox)
    new_id = ids.new

    def while_another_signs_up(prefix: str, at: datetime) -> str:
        monkeypatch.setattr(ids, "new", new_id)
        sign_up(Browser(browser.stage, mailbox), password=OTHER)
        return new_id(prefix, at)

    monkeypatch.setattr(ids, "new", while_another_signs_up)
    assert verify(browser, token) == 404
    assert log_in(browser) == 401
    assert verify(browser, newest_token(mailbox)) == 204
    assert log_in(browser, password=OTHER) == 200


def test_a_guessed_token_opens_nothing(browser: Browser) -> None:
    for token in ("x", "a" * 43, "../..", "VERIFICATION#x", "é"):
        answer = browser.post("/api/auth/verify", {"token": token})
        assert (answer.status, answer.json["type"]) == (404, "link-not-valid"), token


def test_a_session_is_no_verification_and_a_verification_no_session(
    browser: Browser, mailbox: Mailbox
) -> None:
    browser.sign_up()
    assert verify(browser, browser.cookies["vowline"]) == 404
    sign_up(browser, email="eve@example.org")
    browser.cookies["vowline"] = newest_token(mailbox, "eve@example.org")
    assert browser.get("/api/me").status == 401


def test_a_waiting_sign_up_has_no_account_and_expires_by_itself(browser: Browser) -> None:
    sign_up(browser)
    items = boto3.client("dynamodb").scan(TableName="vowline-local-users")["Items"]
    assert [item["user_id"]["S"].partition("#")[0] for item in items] == ["EMAIL"]
    assert "expires_at" in items[0]
    assert ADA not in items[0]["user_id"]["S"]


def test_an_opened_account_never_expires_and_its_unique_item_keeps_no_copy(browser: Browser) -> None:
    browser.sign_up()
    items = boto3.client("dynamodb").scan(TableName="vowline-local-users")["Items"]
    assert [item for item in items if "expires_at" in item] == []
    [unique] = [item for item in items if item["user_id"]["S"].startswith("EMAIL#")]
    assert set(unique) == {"user_id", "owner_id"}


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
