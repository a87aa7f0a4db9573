"""What a deletion finds of a person in this room, and what it leaves."""

import json
from typing import Any

import boto3
import pytest

from chalicelib.core.subjects import Erased, Subject
from chalicelib.identity import models, personal_data, sessions
from chalicelib.policy import profile
from tests.harness.browser import PASSWORD, Browser

_, USERS, SESSIONS = personal_data.ROWS


@pytest.fixture
def ada(browser: Browser) -> Browser:
    return browser.sign_up("ada@example.org")


@pytest.fixture
def subject(ada: Browser) -> Subject:
    me = ada.get("/api/me").json
    return Subject(me["user_id"], me["account_id"])


def stored() -> str:
    dynamodb = boto3.client("dynamodb")
    found = [dynamodb.scan(TableName=f"vowline-local-{table}")["Items"] for table in ("users", "sessions")]
    return json.dumps([[item for item in items if not is_counter(item)] for items in found])


def is_counter(item: dict[str, Any]) -> bool:
    """A window's count of somebody's tries: whose, only who has the key and guesses them can tell."""
    counter = str(item.get("token_hash", {}).get("S")).startswith("THROTTLE#")
    assert not counter or set(item) == {"token_hash", "tries", "expires_at"}
    return counter


def test_the_rows_name_tables_and_categories_of_the_policy() -> None:
    for row in (USERS, SESSIONS):
        assert row.name in profile.load("kinvo").category_of(row.category).stores


def test_finding_counts_and_changes_nothing(ada: Browser, subject: Subject) -> None:
    before = stored()
    assert [row.find(subject) for row in personal_data.ROWS] == [0, 1, 1]
    assert stored() == before


def test_erasing_leaves_nothing_of_the_person_and_may_be_repeated(ada: Browser, subject: Subject) -> None:
    assert USERS.erase(subject) == Erased("erased", 2)
    assert SESSIONS.erase(subject) == Erased("erased", 1)
    assert stored() == "[[], []]"
    assert [row.find(subject) for row in personal_data.ROWS] == [0, 0, 0]
    assert [row.erase(subject) for row in personal_data.ROWS] == [Erased("erased", 0)] * 3


def test_a_session_is_dead_as_soon_as_its_person_is_gone(ada: Browser, subject: Subject) -> None:
    USERS.erase(subject)
    assert ada.get("/api/me").status == 401
    answer = ada.post("/api/auth/login", {"email": "ada@example.org", "password": PASSWORD})
    assert answer.status == 401


def test_another_person_is_not_touched(ada: Browser, subject: Subject) -> None:
    eve = Browser(ada.stage, ada.mailbox).sign_up("eve@example.org")
    for row in personal_data.ROWS:
        row.erase(subject)
    assert eve.get("/api/me").status == 200
    assert eve.sign_in("eve@example.org").get("/api/me").status == 200


def test_many_sessions_go_in_bounded_rounds(
    ada: Browser, subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal_data, "ROUND", 2)
    for _ in range(4):
        Browser(ada.stage, ada.mailbox).sign_in("ada@example.org")
    assert SESSIONS.find(subject) == 5
    rounds = [SESSIONS.erase(subject) for _ in range(3)]
    assert rounds == [Erased("more", 2), Erased("more", 2), Erased("erased", 1)]
    assert SESSIONS.find(subject) == 0


def test_a_session_that_began_late_is_found_again(ada: Browser, subject: Subject) -> None:
    SESSIONS.erase(subject)
    Browser(ada.stage, ada.mailbox).sign_in("ada@example.org")
    assert SESSIONS.find(subject) == 1
    SESSIONS.erase(subject)
    assert SESSIONS.find(subject) == 0


def test_ending_all_sessions_leaves_the_person(ada: Browser, subject: Subject) -> None:
    sessions.end_all(subject.user_id)
    assert USERS.find(subject) == 1
    assert ada.get("/api/me").status == 401
    USERS.erase(subject)
    sessions.end_all(subject.user_id)
    assert USERS.find(subject) == 0


def test_mailed_links_and_the_address_in_them_go_with_the_person(ada: Browser, subject: Subject) -> None:
    ada.post("/api/auth/password/forgot", {"email": "ada@example.org"})
    ada.post("/api/me/email", {"email": "canary@example.org", "password": PASSWORD})
    assert "canary" in stored()
    assert SESSIONS.find(subject) == 3
    for row in personal_data.ROWS:
        row.erase(subject)
    assert stored() == "[[], []]"


def test_an_address_that_changes_while_its_person_goes_is_looked_for_again(
    ada: Browser, subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = models.User.living(subject.user_id)
    ada.post("/api/me/email", {"email": "new@example.org", "password": PASSWORD})
    [link] = ada.mailbox.to("new@example.org")[-1].links
    assert ada.post("/api/me/email/confirm", {"token": link.partition("token=")[2]}).status == 200
    with monkeypatch.context() as stale:
        stale.setattr(models.User, "stored", lambda *_: user)
        assert USERS.erase(subject) == Erased("more")
    assert USERS.erase(subject) == Erased("erased", 2)
    assert "EMAIL#" not in stored()
