"""The making of somebody's file: part by part, killed anywhere, cancelled, erased, and gone after a day."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from unittest import mock

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.core import files, runs, vault
from chalicelib.core.subjects import Subject
from chalicelib.identity.models import User
from chalicelib.privacy import contents, exports, register, requests, watchdog
from tests.calling import past_calls
from tests.calling.exported import stored
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.heard import hearing
from tests.harness.killpoints import Case, intercepted, refusal, refusing, survive
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.privacy.asked import REQUESTS, Archive, Asked, work


@pytest.fixture
def ada(browser: Browser) -> Browser:
    """Ada has five calls over two months."""
    browser.sign_up()
    now = service_clock.now()
    moments = [now - timedelta(minutes=n) for n in range(3)]
    past_calls.write(*(past_calls.record(browser.account_id, moment) for moment in moments))
    return browser


def test_a_long_export_is_made_of_many_parts_and_files(ada: Browser) -> None:
    now = service_clock.now()
    past_calls.write(*(past_calls.record(ada.account_id, now - timedelta(seconds=n)) for n in range(40)))
    asked = Asked(ada)
    with intercepted() as requests:
        assert work(500, rows=7)["ready"] == 1
    assert requests.count("UploadPart") >= 3
    rows = asked.fetch().rows("calls")
    assert len({row["call_id"] for row in rows}) == len(rows) == 43


def test_an_expired_record_is_in_no_export(ada: Browser) -> None:
    past = service_clock.epoch_seconds(service_clock.now()) - 1
    past_calls.write(past_calls.record(ada.account_id, expires_at=past))
    asked = Asked(ada)
    work()
    assert len(asked.fetch().rows("calls")) == 3


def test_when_the_time_is_up_the_next_minute_goes_on(ada: Browser) -> None:
    asked = Asked(ada)
    ticks = count()
    with (
        mock.patch.object(service_clock, "monotonic", side_effect=ticks),
        mock.patch.object(runs, "PATIENCE_SECONDS", 2),
    ):
        minutes = 0
        while not work(1, rows=1)["ready"]:
            minutes += 1
            assert minutes < 60
    assert minutes >= 2
    assert len(asked.fetch().rows("calls")) == 3


@pytest.mark.proof
def test_killed_at_any_request_the_file_is_whole_in_the_end(
    stage: Stage, mailbox: Mailbox, clock: Clock
) -> None:
    """Up to the mail; the run that follows comes when the lease of the killed one is over."""
    two = [extract for extract in contents.extracts() if extract.name in ("account", "calls")]

    def make() -> Case:
        subject, email = somebody()
        past_calls.write(*(past_calls.record(subject.account_id) for _ in range(2)))
        requests.ask(subject, "access", waive_grace=False)

        def act() -> None:
            work(1)
            clock.advance(timedelta(seconds=runs.LEASE_SECONDS + 1))
            work(1)

        def outcome() -> object:
            request = register.page(subject.account_id, 9)[0]
            file = exports.find(request)
            [content] = stored(subject.account_id).values()
            subjects = {mail.subject for mail in mailbox.to(email)}
            return request.state, file.state, len(Archive(content).rows("calls")), sorted(subjects)

        return Case(act, outcome)

    with mock.patch.object(contents, "extracts", return_value=two):
        asked = survive(make)
    assert {"CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "SendEmail"} <= set(asked)


def somebody() -> tuple[Subject, str]:
    """A person without a browser."""
    account_id = past_calls.account(timedelta(hours=1))
    user_id, email = account_id.replace("acc", "usr"), f"{account_id[-6:].lower()}@example.org"
    User(
        user_id,
        account_id=account_id,
        email=email,
        policy_version="",
        status="active",
        created_at=service_clock.render(service_clock.now()),
    ).save()
    return Subject(user_id, account_id), email


def test_two_runs_at_once_make_one_file(ada: Browser) -> None:
    asked = Asked(ada)
    begin = vault.begin

    def meanwhile(*given: str) -> str:
        assert sum(work().values()) == 0
        return begin(*given)

    with mock.patch.object(vault, "begin", meanwhile):
        assert work()["ready"] == 1
    assert len(asked.fetch().rows("calls")) == 3


def test_asked_twice_one_file_is_made(ada: Browser) -> None:
    first, second = Asked(ada), Asked(ada)
    assert first.id == second.id
    assert work()["ready"] == 1
    assert Asked(ada).id != first.id, "what is done is done; asking again is a new request"


def test_the_mail_says_that_it_is_ready_and_opens_nothing(ada: Browser, mailbox: Mailbox) -> None:
    asked = Asked(ada)
    work()
    [mail] = [mail for mail in mailbox.to(asked.email) if "ready" in mail.subject]
    assert mail.links == ["http://127.0.0.1:8000/privacy"]
    assert asked.id not in mail.text


def test_a_mail_that_can_not_be_sent_is_sent_later_and_the_file_waits_for_nobody(
    ada: Browser, mailbox: Mailbox, clock: Clock
) -> None:
    asked = Asked(ada)
    with intercepted(before=refusing("SendEmail", refusal("TooManyRequestsException"), 1)):
        assert work()["unfinished"] == 1
    assert (asked.state(), asked.see()["state"]) == ("in_progress", "ready")
    clock.advance(timedelta(seconds=runs.LATER_SECONDS))
    assert work()["ready"] == 1
    assert asked.state() == "fulfilled"
    assert any("ready" in mail.subject for mail in mailbox.to(asked.email))


def test_after_a_day_there_is_nothing_to_fetch(ada: Browser, clock: Clock) -> None:
    asked = Asked(ada)
    work()
    clock.advance(files.LIFE)
    ada.sign_in()
    assert ada.get(f"{asked.path}/export").json["type"] == "export-gone"
    assert work()["ended"] == 1
    assert vault.count(asked.account_id) == 0
    assert asked.state() == "fulfilled"


def test_one_that_always_fails_is_given_up_loudly_and_begun_again_by_the_watchdog(
    ada: Browser, clock: Clock
) -> None:
    asked = Asked(ada)
    with mock.patch.object(runs, "MOST_RUNS", 1), hearing() as alarms:
        for _ in range(2):
            with intercepted(before=refusing("UploadPart", refusal("InternalError"), 1)):
                work()
            clock.advance(timedelta(seconds=runs.LEASE_SECONDS + 1))
    assert "export-given-up" in alarms.names
    assert (asked.see()["state"], asked.state()) == ("failed", "in_progress")
    assert watchdog.watch()["running"] == 1
    assert work()["ready"] == 1
    assert asked.state() == "fulfilled"


def test_an_export_can_be_cancelled_until_it_is_made(ada: Browser) -> None:
    asked = Asked(ada)
    assert ada.post(f"{asked.path}/cancel").json["state"] == "cancelled"
    assert ada.post(f"{asked.path}/cancel").status == 200
    assert ada.get(f"{asked.path}/export").status == 404
    assert work()["ended"] == 1
    assert exports.count(Subject(asked.user_id, asked.account_id)) == 0
    done = Asked(ada)
    work()
    refused = ada.post(f"{done.path}/cancel")
    assert (refused.status, refused.json["type"]) == (409, "export-made")


def test_cancelling_a_file_leaves_a_deletion_alone(ada: Browser, clock: Clock) -> None:
    asked = Asked(ada)
    deletion = ada.post(REQUESTS, {"type": "deletion"}).json
    register.move(asked.request(), "cancelled")
    assert ada.post(f"{asked.path}/cancel").status == 200
    assert ada.get(f"{REQUESTS}/{deletion['id']}").json["state"] == "received"


def test_an_erasure_leaves_neither_item_nor_file_nor_open_request(ada: Browser, mailbox: Mailbox) -> None:
    made, waiting = Asked(ada), Asked(ada, "portability")
    work()
    open_one = Asked(ada, "know")
    other = Asked(Browser(ada.stage, mailbox).sign_up("eve@example.org"))
    work_of_other = exports.count(Subject(other.user_id, other.account_id))
    subject = Subject(made.user_id, made.account_id)
    assert exports.count(subject) > 0
    assert exports.erase(subject) > 0
    assert exports.count(subject) == exports.erase(subject) == 0
    assert [asked.state() for asked in (made, waiting, open_one)] == ["fulfilled", "fulfilled", "cancelled"]
    assert exports.count(Subject(other.user_id, other.account_id)) == work_of_other


def test_a_run_that_is_erased_meanwhile_leaves_nothing_behind(ada: Browser) -> None:
    asked = Asked(ada)
    subject = Subject(asked.user_id, asked.account_id)
    add = vault.add

    def erased(*given: object) -> str:
        exports.erase(subject)
        return add(*given)  # type: ignore[arg-type]

    with mock.patch.object(vault, "add", erased):
        work()
    assert exports.count(subject) == 0
