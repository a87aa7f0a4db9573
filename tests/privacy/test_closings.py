"""A closed account rests at once, can be read until its end, and then goes, at processors first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import boto3
import pytest

from chalicelib.calling import records
from chalicelib.core import clock as service_clock
from chalicelib.core import secrets
from chalicelib.core.errors import ProviderError
from chalicelib.core.subjects import Erased, Row, Subject
from chalicelib.identity.models import Address, User
from chalicelib.money import ledger
from chalicelib.policy import profile
from chalicelib.privacy import closings, manifest
from chalicelib.providers import mail
from tests.conftest import Clock
from tests.harness.browser import PASSWORD, Browser
from tests.harness.killpoints import Case, survive
from tests.harness.lambda_door import run_schedule
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.privacy.machine import Machine
from tests.privacy.requested import input_of

ADA = "ada@example.org"
LONDON = "+442079460958"
TERM = timedelta(days=30)


@pytest.fixture
def ada(browser: Browser) -> Browser:
    """Ada has credit, has called, and keeps a number at hand."""
    browser.sign_up(ADA).top_up()
    assert browser.call(LONDON, 61)["outcome"] == "completed"
    assert browser.put("/api/favourites", {"numbers": [LONDON]}).status == 200
    return browser


def close(browser: Browser) -> dict[str, Any]:
    answer = browser.post("/api/me/close")
    assert answer.status == 200, answer.text
    told: dict[str, Any] = answer.json
    return told


def everything() -> str:
    """All that is stored, as text."""
    client = boto3.client("dynamodb")
    names = client.list_tables()["TableNames"]
    return str({name: client.scan(TableName=name)["Items"] for name in names})


def to_end(me: dict[str, Any], clock: Clock, but: timedelta = timedelta(0)) -> None:
    left = service_clock.parse(me["ends_at"]) - service_clock.now() - but
    clock.advance(timedelta(seconds=-(-left // timedelta(seconds=1))))


def test_a_closed_account_is_read_and_does_nothing_else(ada: Browser, mailbox: Mailbox) -> None:
    me = close(ada)
    assert me["status"] == "closed"
    ends = service_clock.parse(me["ends_at"]) - service_clock.parse(me["closed_at"])
    assert ends == TERM
    assert mailbox.to(ADA)[-1].subject.endswith("is closed")
    ada.sign_in(ADA)
    for path in ("/api/me", "/api/balance", "/api/ledger", "/api/calls", "/api/calls.csv", "/api/favourites"):
        assert ada.get(path).status == 200, path
    refused = [
        ada.post("/api/calls/token"),
        ada.post("/api/topups", {"amount_micros": 5_000_000}),
        ada.put("/api/favourites", {"numbers": []}),
        ada.post("/api/me/close"),
    ]
    assert [(answer.status, answer.json["type"]) for answer in refused] == [(409, "account-closed")] * 4
    assert ada.post("/api/auth/logout").status == 204


def test_closing_wants_a_fresh_sign_in(ada: Browser, clock: Clock) -> None:
    clock.advance(timedelta(minutes=16))
    assert ada.post("/api/me/close").json["type"] == "sign-in-again"
    assert ada.get("/api/me").json["status"] == "active"


def test_nothing_is_closed_that_its_person_could_not_be_told_of(ada: Browser) -> None:
    with mock.patch.object(mail, "send", side_effect=ProviderError("ses", "slow", permanent=False)):
        assert ada.post("/api/me/close").status == 503
    assert ada.get("/api/me").json["status"] == "active"
    assert ledger.funds(ada.account_id).status == "open"


def test_unused_credit_goes_back_within_a_minute(ada: Browser, clock: Clock) -> None:
    close(ada)
    clock.advance(timedelta(minutes=1))
    run_schedule("sweep")
    balance = ada.get("/api/balance").json
    assert (balance["status"], balance["held"]["amount_micros"]) == ("closing", 0)
    assert balance["available"]["amount_micros"] == 0
    assert {refund["status"] for refund in ada.stage.payments.all("refund")} == {"succeeded"}


def test_all_is_there_the_day_before_and_gone_on_the_day(ada: Browser, clock: Clock) -> None:
    me = close(ada)
    account_id, user_id = me["account_id"], me["user_id"]
    clock.advance(timedelta(minutes=1))
    run_schedule("sweep")
    to_end(me, clock, but=timedelta(days=1))
    run_schedule("daily")
    assert len(ada.sign_in(ADA).get("/api/calls").json["items"]) == 1
    to_end(me, clock)
    answer = ada.post("/api/auth/login", {"email": ADA, "password": PASSWORD})
    assert answer.json["type"] == "wrong-credentials"
    assert list(records.newest_first(account_id)) == []
    run_schedule("daily")
    left = everything()
    assert ADA not in left
    assert user_id not in left
    assert LONDON not in left
    assert User.stored(user_id) is None
    assert Address.stored(Address.key(ADA)) is None
    assert all(call["deleted"] for call in ada.stage.carrier.calls())
    assert ledger.funds(account_id).status == "closed"
    assert [entry.kind for entry in ledger.statement(account_id)] != []
    Browser(ada.stage, ada.mailbox).sign_up(ADA)


def test_whom_a_day_has_no_time_for_is_gone_the_next_day(
    ada: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those before them do not stand in their way each day."""
    people = [
        ada,
        *(Browser(ada.stage, ada.mailbox).sign_up(f"{name}@example.org") for name in ("eve", "joe")),
    ]
    ends = [close(person) for person in people]
    clock.advance(timedelta(minutes=1))
    run_schedule("sweep")
    to_end(ends[-1], clock)
    monkeypatch.setattr(closings, "SECONDS", 0)
    assert [closings.sweep()["ended"] for _ in people] == [1, 1, 1]
    assert [User.stored(me["user_id"]) for me in ends] == [None] * 3


def test_a_row_that_is_long_or_gets_nowhere_takes_no_more_than_the_days_time(
    ada: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = close(ada)
    to_end(me, clock)
    asked = []

    def much(count: int) -> Callable[[Subject], Erased]:
        return lambda _: asked.append(count) or Erased("more", count)  # type: ignore[func-returns-value]

    for count, seconds in ((0, 100), (5, 0)):
        monkeypatch.setattr(closings, "SECONDS", seconds)
        row = Row("favourites", "account", lambda _: 1, much(count))
        monkeypatch.setattr(manifest, "rows", lambda row=row: [row])
        assert closings.sweep()["later"] == 1
    assert asked == [0, 5]


def test_a_call_under_way_is_charged_and_its_record_ends_with_the_account(ada: Browser, clock: Clock) -> None:
    token = ada.post("/api/calls/token").json["token"]
    call = ada.stage.carrier.start_call(token, LONDON)
    me = close(ada)
    assert ada.get("/api/balance").json["held"]["amount_micros"] > 0
    ada.stage.carrier.end_call(call["call_sid"], 61)
    assert ada.get("/api/balance").json["held"]["amount_micros"] == 0
    assert len(list(records.newest_first(me["account_id"]))) == 2
    run_schedule("daily")
    ends = {record.expires_at for record in records.newest_first(me["account_id"])}
    assert ends == {service_clock.epoch_seconds(service_clock.parse(me["ends_at"]))}


def test_a_closed_account_can_be_deleted_sooner(ada: Browser, clock: Clock) -> None:
    close(ada)
    request = ada.post("/api/privacy/requests", {"type": "deletion"})
    assert request.status == 201
    machine = Machine(clock)
    assert machine.run(input_of(f"{request.json['id']}-1")) == "Certified"
    assert ADA not in everything()


def test_a_deletion_shortly_before_the_end_can_be_cancelled_until_then(ada: Browser, clock: Clock) -> None:
    me = close(ada)
    to_end(me, clock, but=timedelta(days=5))
    request = ada.sign_in(ADA).post("/api/privacy/requests", {"type": "deletion"}).json
    assert request["grace_ends_at"] == me["ends_at"]
    to_end(me, clock, but=timedelta(minutes=1))
    ada.sign_in(ADA)
    assert ada.post(f"/api/privacy/requests/{request['id']}/cancel").status == 200
    assert ada.get("/api/me").json["status"] == "closed"


def test_a_deletion_that_outlives_its_account_ends_with_a_mail_and_its_certificate(
    ada: Browser, clock: Clock, mailbox: Mailbox
) -> None:
    me = close(ada)
    to_end(me, clock, but=timedelta(days=5))
    id = ada.sign_in(ADA).post("/api/privacy/requests", {"type": "deletion"}).json["id"]
    assert Machine(clock).run(input_of(f"{id}-1")) == "Certified"
    [link] = mailbox.to(ADA)[-1].links
    assert ada.get(urlsplit(link).path).status == 200
    assert ADA not in everything()


def test_a_cancelled_deletion_leaves_a_closed_account_closed(ada: Browser) -> None:
    me = close(ada)
    id = ada.post("/api/privacy/requests", {"type": "deletion"}).json["id"]
    assert ada.post(f"/api/privacy/requests/{id}/cancel").status == 200
    again = ada.get("/api/me").json
    assert (again["status"], again["ends_at"]) == ("closed", me["ends_at"])
    assert ledger.funds(me["account_id"]).status == "closing"


def test_an_account_that_is_being_deleted_is_not_closed(ada: Browser) -> None:
    id = ada.post("/api/privacy/requests", {"type": "deletion"}).json["id"]
    execution = input_of(f"{id}-1")
    with mock.patch.object(Machine, "_wait", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        Machine(Clock()).run(execution)
    assert ada.post("/api/me/close").json["type"] == "account-suspended"


@pytest.mark.parametrize("id", ["business", "zenvoip"])
def test_each_policy_has_its_own_days(ada: Browser, id: str) -> None:
    with mock.patch.object(profile, "current", return_value=profile.load(id)):
        me = close(ada)
        days = {"business": 90, "zenvoip": 30}[id]
        assert service_clock.parse(me["ends_at"]) - service_clock.parse(me["closed_at"]) == timedelta(
            days=days
        )


def test_what_ends_with_an_account_ends_no_later_than_its_person() -> None:
    """Else nobody could find it any more."""
    now = service_clock.now()
    for id in profile.known():
        policy = profile.load(id)
        ends = {
            one.id: policy.expires_at(one.id, account_closed=now) for one in policy.category if one.active
        }
        person = ends["account"]
        assert person
        # Records of payments are found by themselves: tests/money/test_aging.py.
        late = {one for one, end in ends.items() if end and end > person} - {"ledger", "subscription"}
        assert late == set()


@pytest.mark.proof
def test_closing_may_die_anywhere(
    stage: Stage, mailbox: Mailbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "_cached", None)
    secrets.current()
    numbers = iter(range(1_000))

    def make() -> Case:
        person = Browser(stage, mailbox).sign_up(f"person{next(numbers)}@example.org")
        me = person.get("/api/me").json
        ledger.open_account(me["account_id"])

        def act() -> None:
            answer = person.post("/api/me/close")
            assert answer.status == 200 or answer.json["type"] == "account-closed"
            closings.sweep()

        def outcome() -> object:
            user = User.stored(me["user_id"])
            return user and (user.status, user.ends_at is not None), ledger.funds(me["account_id"]).status

        return Case(act, outcome)

    assert "TransactWriteItems" in survive(make)
