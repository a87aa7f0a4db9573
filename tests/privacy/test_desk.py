"""What staff does with people's requests, by command: told, audited, and in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.core import aws
from chalicelib.core import clock as service_clock
from chalicelib.core.errors import ProviderError, Refusal
from chalicelib.privacy import audit, desk, register, watchdog
from chalicelib.privacy.models import Request
from infra import operate
from infra import requests as command
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import Killed, intercepted
from tests.harness.mailbox import Mailbox
from tests.privacy.requested import Requested, executions

REQUESTS = "/api/privacy/requests"
ADA = "ada@example.org"
WHO = "operator:privacy"
ANSWER = "Our answer to your request at Kinvo"
EXTENSION = "Your request at Kinvo takes longer"


@pytest.fixture
def asked(browser: Browser) -> Request:
    """Ada has asked for a correction."""
    return _asked(browser.sign_up(), "correction")


def _asked(browser: Browser, type: str) -> Request:
    answer = browser.post(REQUESTS, {"type": type})
    assert answer.status == 201, answer.text
    found = register.get(browser.get("/api/me").json["account_id"], answer.json["id"])
    assert found
    return found


def unavailable(**_: object) -> None:
    raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, "SendEmail")


def subjects(mailbox: Mailbox) -> list[str]:
    return [mail.subject for mail in mailbox.to(ADA)]


def test_what_is_fulfilled_is_told_and_audited(asked: Request, browser: Browser, mailbox: Mailbox) -> None:
    assert desk.fulfil(asked.account_id, asked.id, None, WHO).state == "fulfilled"
    told = browser.get(f"{REQUESTS}/{asked.id}").json
    assert (told["state"], "reason" in told) == ("fulfilled", False)
    assert subjects(mailbox)[-1] == ANSWER
    assert audit.entries(asked.account_id)[-1].actor == WHO
    assert audit.check(asked.account_id) == []
    desk.fulfil(asked.account_id, asked.id, None, WHO)
    assert subjects(mailbox).count(ANSWER) == 1


@pytest.mark.parametrize("part", [False, True])
def test_who_is_denied_reads_why_and_how_to_appeal(
    part: bool, asked: Request, browser: Browser, mailbox: Mailbox
) -> None:
    reason = "Call records are what the network measured."
    if part:
        desk.fulfil(asked.account_id, asked.id, reason, WHO)
    else:
        desk.deny(asked.account_id, asked.id, reason, WHO)
    told = browser.get(f"{REQUESTS}/{asked.id}").json
    assert (told["state"], told["reason"]) == ("partially_fulfilled" if part else "denied", reason)
    text = mailbox.to(ADA)[-1].text
    assert reason in text
    assert "If you do not agree" in text
    assert "data protection authority" in text


def test_of_two_that_answer_at_once_one_does_and_one_mail_goes(asked: Request, mailbox: Mailbox) -> None:
    desk.deny(asked.account_id, asked.id, "No.", WHO)
    with pytest.raises(Refusal) as refused:
        desk.fulfil(asked.account_id, asked.id, None, WHO)
    assert refused.value.status == 409
    assert subjects(mailbox).count(ANSWER) == 1


def test_an_answer_that_could_not_be_mailed_is_told_by_the_same_command_again(
    asked: Request, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["deny", asked.account_id, asked.id, "--reason", "No.", "--by", "privacy"]
    with monkeypatch.context() as broken:
        broken.setattr(aws.client("sesv2"), "send_email", unavailable)
        assert command.main(words) == 1
    assert "same command again" in capsys.readouterr().err
    assert command.main(words) == 0
    assert subjects(mailbox).count(ANSWER) == 1
    assert register.reload(asked).told_at


def test_an_extension_is_told_before_the_first_deadline_and_moves_it_once(
    asked: Request, browser: Browser, mailbox: Mailbox, clock: Clock
) -> None:
    first = service_clock.from_epoch(asked.due_at)
    for _ in range(2):
        desk.extend(asked.account_id, asked.id, "Much has to be looked at.", WHO)
    told = browser.get(f"{REQUESTS}/{asked.id}").json
    assert service_clock.parse(told["due_at"]) == first + timedelta(days=45)
    assert told["reason"] == "Much has to be looked at."
    assert subjects(mailbox).count(EXTENSION) == 1
    clock.advance(first - service_clock.now())
    assert watchdog.watch()["near"] == 0


def test_an_extension_is_on_record_before_its_person_is_told(
    asked: Request, browser: Browser, mailbox: Mailbox
) -> None:
    """Killed while it is mailed, it counts for nothing yet; the watchdog tells of it, and then it counts."""
    first = register.ends_at(asked)

    def kill(_: int, name: str) -> None:
        if name == "SendEmail":
            raise Killed

    with intercepted(before=kill), pytest.raises(Killed):
        desk.extend(asked.account_id, asked.id, "Much has to be looked at.", WHO)
    found = register.reload(asked)
    assert (bool(found.extended_at), found.reason) == (True, "Much has to be looked at.")
    assert register.ends_at(found) == first
    assert EXTENSION not in subjects(mailbox)
    watchdog.watch()
    watchdog.watch()
    desk.extend(asked.account_id, asked.id, "Other words.", WHO)
    assert register.ends_at(register.reload(asked)) > first
    assert subjects(mailbox).count(EXTENSION) == 1
    assert "Much has to be looked at." in mailbox.to(ADA)[-1].text


def test_an_extension_of_a_machines_work_is_told_by_the_watchdog_too(
    browser: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = _asked(browser.sign_up(), "access")
    first = register.ends_at(export)
    with monkeypatch.context() as broken:
        broken.setattr(aws.client("sesv2"), "send_email", unavailable)
        with pytest.raises(ProviderError):
            desk.extend(export.account_id, export.id, "Slow.", WHO)
    watchdog.watch()
    assert subjects(mailbox).count(EXTENSION) == 1
    assert register.ends_at(register.reload(export)) > first


def test_an_extension_that_nobody_was_told_of_in_time_does_not_count(
    asked: Request, mailbox: Mailbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = register.ends_at(asked)
    with monkeypatch.context() as broken:
        broken.setattr(aws.client("sesv2"), "send_email", unavailable)
        with pytest.raises(ProviderError):
            desk.extend(asked.account_id, asked.id, "Slow.", WHO)
    clock.advance(first - service_clock.now() + timedelta(seconds=1))
    assert watchdog.watch()["near"] == 1
    assert EXTENSION not in subjects(mailbox)
    assert register.ends_at(register.reload(asked)) == first


def test_what_is_late_or_promised_is_not_extended(asked: Request, browser: Browser, clock: Clock) -> None:
    deletion = _asked(browser, "deletion")
    with pytest.raises(Refusal, match="not-extendable"):
        desk.extend(deletion.account_id, deletion.id, "Slow.", WHO)
    left = service_clock.from_epoch(asked.due_at) - service_clock.now()
    clock.advance(left + timedelta(seconds=1))
    with pytest.raises(Refusal, match="too-late"):
        desk.extend(asked.account_id, asked.id, "Slow.", WHO)
    with pytest.raises(Refusal, match="by-machine"):
        desk.deny(deletion.account_id, deletion.id, "No.", WHO)


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 501])
def test_a_reason_is_one_line_for_a_person(reason: str, asked: Request) -> None:
    with pytest.raises(Refusal) as refused:
        desk.deny(asked.account_id, asked.id, reason, WHO)
    assert refused.value.status == 422
    assert register.reload(asked).state == "verified"


def test_a_letter_starts_its_clock_and_moves_nothing_without_its_owner(
    browser: Browser, mailbox: Mailbox
) -> None:
    browser.sign_up()
    account_id = browser.get("/api/me").json["account_id"]
    for type, state in (("correction", "verifying"), ("deletion", "received")):
        request = desk.receive(account_id, type, WHO)
        assert request.state == state
        assert desk.receive(account_id, type, WHO).id == request.id
    assert request.grace_ends_at > request.received_at
    assert executions() == [f"{request.id}-1"]
    with pytest.raises(Refusal):
        desk.receive("acc_nobody", "correction", WHO)
    with pytest.raises(Refusal):
        desk.receive(account_id, "opt_out", WHO)


def test_a_suspected_child_is_erased_at_once(browser: Browser, mailbox: Mailbox, clock: Clock) -> None:
    browser.sign_up()
    request = desk.erase_child(browser.get("/api/me").json["account_id"], WHO)
    assert request.grace_ends_at == request.received_at
    assert executions() == [f"{request.id}-1"]
    requested = Requested(browser, clock, {"id": request.id})
    requested.until("in_progress")
    assert "too young" in mailbox.to(ADA)[-1].text


def test_a_suspected_childs_own_deletion_loses_its_grace(requested: Requested) -> None:
    requested.until("grace")
    request = desk.erase_child(requested.now().account_id, WHO)
    assert (request.id, request.grace_ends_at) == (requested.id, request.received_at)
    assert requested.step("wait")["outcome"] == "due"


def test_a_childs_deletion_that_moves_on_at_that_moment_loses_its_grace_all_the_same(
    requested: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    amend, rivals = register.amend, [lambda: requested.until("grace"), lambda: None]

    def beaten(request: Request, *told: Any, **more: Any) -> bool:
        rivals.pop(0)()
        return amend(request, *told, **more)

    monkeypatch.setattr(register, "amend", beaten)
    request = desk.erase_child(requested.now().account_id, WHO)
    assert (request.grace_ends_at, request.attempt, rivals) == (request.received_at, 2, [])
    assert (request.reason, audit.entries(request.account_id)[-1].actor) == (desk.CHILD, WHO)


def test_the_commands_list_show_and_refuse(asked: Request, capsys: pytest.CaptureFixture[str]) -> None:
    assert operate.command(["requests", "list"]) == ("infra.requests", ["list"])
    assert command.main(["list"]) == 0
    assert capsys.readouterr().out.startswith(f"{asked.id} of {asked.account_id}: correction is verified;")
    assert command.main(["show", asked.account_id, asked.id]) == 0
    assert "acknowledged" in capsys.readouterr().out
    extend = ["extend", asked.account_id, asked.id, "--reason", "Slow.", "--by", "privacy"]
    assert command.main(extend) == 0
    assert ", extended" in capsys.readouterr().out
    assert command.main(["show", asked.account_id, "req_nothing"]) == 1
