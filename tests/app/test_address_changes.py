"""Changing one's address: both mailboxes hear of it, and nobody else can bring it about or be given it."""

from __future__ import annotations

from datetime import timedelta

import boto3
import pytest

from chalicelib.core.subjects import Subject
from chalicelib.identity import accounts, last_mail, personal_data, sessions
from tests.app.person import (
    ADA,
    NEW,
    NEW_ADDRESS,
    OTHER,
    ask_for_address,
    confirm_address,
    everything_stored,
    forget,
    log_in,
    mailed,
    newest_token,
    reset,
    set_password,
    sign_up,
    subjects,
    verify,
    without_request_id,
)
from tests.app.work import count_work
from tests.conftest import Clock
from tests.harness.browser import PASSWORD, Browser
from tests.harness.lambda_door import ask
from tests.harness.mailbox import Mailbox

ASKED = "Somebody asked to change your address at Kinvo"
CHANGED = "Your account at Kinvo has a new address"


@pytest.fixture
def ada(browser: Browser) -> Browser:
    return browser.sign_up(ADA)


@pytest.fixture
def eve(ada: Browser) -> Browser:
    return Browser(ada.stage, ada.mailbox).sign_up("eve@example.org")


def test_the_old_address_hears_of_it_at_once_and_when_it_is_done(ada: Browser, mailbox: Mailbox) -> None:
    answer = ask_for_address(ada)
    assert (answer.status, answer.text) == (202, "")
    assert subjects(mailbox) == [ASKED]
    assert mailbox.to(NEW_ADDRESS)[-1].subject == "Confirm your new address for Kinvo"
    assert ada.get("/api/me").json["email"] == ADA
    assert confirm_address(ada, mailed(mailbox, NEW_ADDRESS)).status == 200
    assert subjects(mailbox) == [ASKED, CHANGED]
    assert ada.get("/api/me").json["email"] == NEW_ADDRESS
    stranger = Browser(ada.stage, mailbox)
    assert [log_in(stranger), log_in(stranger, email=NEW_ADDRESS)] == [401, 200]


def test_the_account_stays_what_it_was(ada: Browser, mailbox: Mailbox) -> None:
    before = ada.get("/api/me").json
    ask_for_address(ada)
    confirm_address(ada, mailed(mailbox, NEW_ADDRESS))
    after = ada.get("/api/me").json
    assert {**after, "email": ADA, "csrf_token": ""} == {**before, "csrf_token": ""}


def test_the_old_address_is_free_and_nothing_of_it_stays(ada: Browser, mailbox: Mailbox) -> None:
    ask_for_address(ada)
    assert confirm_address(ada, mailed(mailbox, NEW_ADDRESS)).status == 200
    assert ADA not in everything_stored()
    items = boto3.client("dynamodb").scan(TableName="vowline-local-users")["Items"]
    assert len([item for item in items if item["user_id"]["S"].startswith("EMAIL#")]) == 1
    other = Browser(ada.stage, mailbox).sign_up(ADA, OTHER)
    assert other.get("/api/me").json["user_id"] != ada.get("/api/me").json["user_id"]


def test_only_the_browser_that_confirms_stays_signed_in_and_under_a_fresh_session(
    ada: Browser, mailbox: Mailbox
) -> None:
    elsewhere = Browser(ada.stage, mailbox).sign_in(ADA)
    before = ada.cookies["vowline"]
    ask_for_address(ada)
    confirm_address(ada, mailed(mailbox, NEW_ADDRESS))
    assert [who.get("/api/me").status for who in (ada, elsewhere)] == [200, 401]
    assert ask("GET", "/api/me", headers={"cookie": f"vowline={before}"}).status == 401
    assert ada.post("/api/auth/logout").status == 204


def test_a_link_works_once_only_the_newest_and_for_an_hour(
    ada: Browser, mailbox: Mailbox, clock: Clock
) -> None:
    ask_for_address(ada, "first@example.org")
    ask_for_address(ada)
    older, newest = mailed(mailbox, "first@example.org"), mailed(mailbox, NEW_ADDRESS)
    assert confirm_address(ada, older).json["type"] == "link-not-valid"
    assert [confirm_address(ada, newest).status, confirm_address(ada, newest).status] == [200, 404]
    ask_for_address(ada, "third@example.org")
    clock.advance(timedelta(hours=1, seconds=1))
    assert confirm_address(ada, mailed(mailbox, "third@example.org")).status == 404
    assert ada.get("/api/me").json["email"] == NEW_ADDRESS


def test_a_guessed_link_moves_nothing(ada: Browser, mailbox: Mailbox) -> None:
    ask_for_address(ada)
    slot, _, secret = mailed(mailbox, NEW_ADDRESS).partition(".")
    for guess in ("x", slot, f"{slot}.", f"{slot}.{secret[:-1]}", f"{slot}.{secret}x", "é.é"):
        assert confirm_address(ada, guess).status == 404, guess
    assert ada.get("/api/me").json["email"] == ADA


def test_a_stranger_at_a_mistyped_address_can_not_take_the_account(
    ada: Browser, eve: Browser, mailbox: Mailbox
) -> None:
    ask_for_address(ada, "eva@example.org")
    token = mailed(mailbox, "eva@example.org")
    assert confirm_address(Browser(ada.stage, mailbox), token).status == 401
    assert confirm_address(eve, token).status == 404
    assert [who.get("/api/me").json["email"] for who in (ada, eve)] == [ADA, "eve@example.org"]


def test_a_change_that_waits_is_off_after_a_reset(ada: Browser, mailbox: Mailbox) -> None:
    ask_for_address(ada)
    forget(ada)
    assert reset(ada, mailed(mailbox)).status == 204
    ada.sign_in(ADA, NEW)
    assert confirm_address(ada, mailed(mailbox, NEW_ADDRESS)).status == 404
    assert ada.get("/api/me").json["email"] == ADA


def test_a_change_that_waits_is_off_after_a_new_password(ada: Browser, mailbox: Mailbox) -> None:
    ask_for_address(ada)
    ada.csrf_token = set_password(ada).json["csrf_token"]
    assert confirm_address(ada, mailed(mailbox, NEW_ADDRESS)).status == 404
    assert ada.get("/api/me").json["email"] == ADA


def test_after_a_change_the_old_mailbox_resets_nothing(ada: Browser, mailbox: Mailbox) -> None:
    forget(ada)
    older = mailed(mailbox)
    ask_for_address(ada)
    confirm_address(ada, mailed(mailbox, NEW_ADDRESS))
    assert reset(ada, older).status == 404
    forget(ada)
    assert subjects(mailbox)[-1] == "There is no account at Kinvo with this address"
    forget(ada, NEW_ADDRESS)
    assert reset(ada, mailed(mailbox, NEW_ADDRESS)).status == 204


def test_ones_own_address_is_no_new_one_however_it_is_typed(ada: Browser, mailbox: Mailbox) -> None:
    for typed in (ADA, "Ada@Example.org", f" {ADA} "):
        answer = ask_for_address(ada, typed)
        assert answer.status == 422
        assert [error["field"] for error in answer.json["errors"]] == ["email"]
    assert ask_for_address(ada, "ada").status == 422
    assert subjects(mailbox) == []


def addresses(browser: Browser) -> list[str]:
    """Free, with an account, waiting for its mail, and between a deletion's end and its last mail."""
    made = [f"{name}@example.org" for name in ("free", "taken", "waiting", "closing")]
    Browser(browser.stage, browser.mailbox).sign_up(made[1])
    sign_up(Browser(browser.stage, browser.mailbox), email=made[2])
    me = Browser(browser.stage, browser.mailbox).sign_up(made[3]).get("/api/me").json
    last_mail.seal("req_1", me["user_id"])
    next(row for row in personal_data.ROWS if row.name == "users").erase(
        Subject(me["user_id"], me["account_id"])
    )
    return made


def test_whose_the_new_address_is_shows_in_no_answer_and_costs_the_same_work(
    ada: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = addresses(ada)
    work, answers, works = count_work(monkeypatch), [], []
    for email in made:
        work.clear()
        sent = len(mailbox.all())
        answers.append(without_request_id(ask_for_address(ada, email)))
        works.append(tuple(work))
        assert [mail.to for mail in mailbox.all()[sent:]] == [ADA, email]
    assert len({str(answer) for answer in answers}) == 1
    assert len(set(works)) == 1
    counted, looked, told = ("UpdateItem",) * 2, ("GetItem",) * 2, ("GetItem", "SendEmail") * 2
    assert works[0][-10:] == ("checkpw", *counted, "PutItem", *looked, *told)


def test_only_an_address_that_is_free_gets_a_link(ada: Browser, mailbox: Mailbox) -> None:
    made = addresses(ada)
    for email in made:
        ask_for_address(ada, email)
    linked = [email for email in made if "/email?token=" in mailbox.to(email)[-1].text]
    assert linked == ["free@example.org", "waiting@example.org"]
    subject = "This address already has an account at Kinvo"
    assert [mailbox.to(email)[-1].subject for email in (made[1], made[3])] == [subject] * 2


def test_a_sign_up_that_waits_holds_the_address_from_nobody(ada: Browser, mailbox: Mailbox) -> None:
    sign_up(Browser(ada.stage, mailbox), email=NEW_ADDRESS, password=OTHER)
    theirs = newest_token(mailbox, NEW_ADDRESS)
    ask_for_address(ada)
    assert confirm_address(ada, mailed(mailbox, NEW_ADDRESS)).status == 200
    assert verify(Browser(ada.stage, mailbox), theirs) == 404
    assert log_in(Browser(ada.stage, mailbox), email=NEW_ADDRESS, password=OTHER) == 401


def test_who_opens_an_account_first_keeps_the_address(ada: Browser, mailbox: Mailbox) -> None:
    ask_for_address(ada)
    token = mailed(mailbox, NEW_ADDRESS)
    other = Browser(ada.stage, mailbox).sign_up(NEW_ADDRESS, OTHER)
    answer = confirm_address(ada, token)
    assert (answer.status, answer.json["type"]) == (409, "address-taken")
    assert [who.get("/api/me").json["email"] for who in (ada, other)] == [ADA, NEW_ADDRESS]
    assert subjects(mailbox) == [ASKED]


@pytest.mark.parametrize("rival", ["opens", "signs up"])
def test_a_sign_up_that_comes_while_an_address_is_confirmed_wins_or_loses_whole(
    ada: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, rival: str
) -> None:
    ask_for_address(ada)
    token, renew = mailed(mailbox, NEW_ADDRESS), sessions.renew

    def while_another_comes(*arguments: object) -> sessions.Opened:
        monkeypatch.setattr(sessions, "renew", renew)
        other = Browser(ada.stage, mailbox)
        if rival == "opens":
            other.sign_up(NEW_ADDRESS, OTHER)
        else:
            sign_up(other, email=NEW_ADDRESS, password=OTHER)
        return renew(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sessions, "renew", while_another_comes)
    answer = confirm_address(ada, token)
    theirs = log_in(Browser(ada.stage, mailbox), email=NEW_ADDRESS, password=OTHER)
    hers = log_in(Browser(ada.stage, mailbox), email=NEW_ADDRESS)
    assert (answer.status, theirs, hers) == ((409, 200, 401) if rival == "opens" else (200, 401, 200))


def test_a_reset_that_comes_while_an_address_is_confirmed_wins(
    ada: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for_address(ada)
    forget(ada)
    hers, renew = mailed(mailbox), sessions.renew

    def while_it_is_reset(*arguments: object) -> sessions.Opened:
        monkeypatch.setattr(sessions, "renew", renew)
        assert reset(Browser(ada.stage, mailbox), hers).status == 204
        return renew(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sessions, "renew", while_it_is_reset)
    assert confirm_address(ada, mailed(mailbox, NEW_ADDRESS)).status == 404
    assert log_in(Browser(ada.stage, mailbox), password=NEW) == 200


def test_a_deletion_that_comes_while_an_address_is_confirmed_wins(
    ada: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for_address(ada)
    user_id, renew = ada.get("/api/me").json["user_id"], sessions.renew

    def while_it_is_suspended(*arguments: object) -> sessions.Opened:
        accounts.suspend(user_id)
        return renew(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sessions, "renew", while_it_is_suspended)
    assert confirm_address(ada, mailed(mailbox, NEW_ADDRESS)).status == 404
    assert ada.get("/api/me").json["email"] == ADA


def test_a_change_that_waited_through_a_grace_goes_on_when_the_deletion_is_cancelled(
    ada: Browser, mailbox: Mailbox
) -> None:
    ask_for_address(ada)
    user_id, token = ada.get("/api/me").json["user_id"], mailed(mailbox, NEW_ADDRESS)
    accounts.suspend(user_id)
    assert confirm_address(ada, token).json["type"] == "account-suspended"
    accounts.resume(user_id)
    assert confirm_address(ada, token).status == 200


def test_the_new_address_is_written_in_full_only_until_its_link_is_used(
    ada: Browser, mailbox: Mailbox
) -> None:
    ask_for_address(ada, "Canary@Example.ORG")
    assert "Canary@example.org" in everything_stored()
    assert confirm_address(ada, mailed(mailbox, "Canary@example.org")).status == 200
    assert everything_stored().lower().count("canary") == 1
    assert PASSWORD not in everything_stored()
