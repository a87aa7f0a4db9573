"""Rights that no machine works on: done at once by the person, or answered, with mails and deadlines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from botocore.exceptions import ClientError

from chalicelib.core import aws
from chalicelib.core import clock as service_clock
from chalicelib.core.subjects import Subject
from chalicelib.policy import calendar, profile
from chalicelib.privacy import answers, audit, choices, register, rules, watchdog
from chalicelib.privacy.models import Request
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox
from tests.harness.offering import obeying
from tests.privacy.requested import Requested, executions

REQUESTS = "/api/privacy/requests"
ADA = "ada@example.org"
HAS_COME = "We have your request at Kinvo"


def ask(browser: Browser, type: str, **more: str) -> dict[str, Any]:
    answer = browser.post(REQUESTS, {"type": type, **more})
    assert answer.status in (200, 201), answer.text
    told: dict[str, Any] = answer.json
    return told


def states(told: dict[str, Any]) -> list[str]:
    return [event["state"] for event in told["events"]]


def subject(browser: Browser) -> Subject:
    account_id = browser.get("/api/me").json["account_id"]
    from chalicelib.identity import accounts

    account = accounts.behind(account_id)
    assert account
    return Subject(user_id=account.user_id, account_id=account_id)


def by_mail(browser: Browser, type: str) -> Request:
    """Somebody wrote to us."""
    request, new = register.receive(subject(browser), type, waive_grace=True, way="mail")
    assert new
    return answers.go_on(request)


@pytest.mark.parametrize("id", profile.known())
def test_every_right_of_every_policy_gets_its_deadline_and_is_done_or_waits(
    id: str, browser: Browser
) -> None:
    browser.sign_up()
    with obeying(id) as policy:
        for right in policy.right:
            if right.type not in rules.ANSWERED:
                continue
            told = ask(browser, right.type)
            at = service_clock.parse(told["received_at"])
            assert service_clock.parse(told["due_at"]) == min(
                calendar.after(at, due) for due in policy.dues(right.type)
            )
            if right.acknowledge:
                assert service_clock.parse(told["acknowledge_by"]) == calendar.after(at, right.acknowledge)
            alone = right.type in answers.DONE_AT_ONCE and "self_service" in right.channels
            assert told["state"] == ("fulfilled" if alone else "verified")
            assert executions() == []


@pytest.mark.parametrize(
    ("type", "more", "choice"),
    [
        ("restriction", {"category": "call_record"}, ("restriction", "call_record", True)),
        ("restriction", {}, ("restriction", "everything", True)),
        ("objection", {}, ("objection", "marketing", True)),
        ("withdraw_consent", {}, ("consent", "marketing", False)),
        ("withdraw_consent", {"purpose": "marketing"}, ("consent", "marketing", False)),
    ],
)
def test_what_people_can_do_by_themselves_is_done_at_once(
    type: str, more: dict[str, str], choice: tuple[Any, str, bool], browser: Browser
) -> None:
    with obeying("zenvoip"):
        browser.sign_up()
        told = ask(browser, type, **more)
        assert (told["state"], states(told)) == ("fulfilled", ["received", "fulfilled"])
        kind, about, stands = choice
        said = choices.standing(subject(browser).account_id).last(kind, about)
        assert said
        assert said.stands is stands
        again = ask(browser, type, **more)
        assert (again["state"], again["id"] != told["id"]) == ("fulfilled", True)


def test_what_the_policy_does_not_know_is_refused_and_not_registered(browser: Browser) -> None:
    browser.sign_up()
    for body in (
        {"type": "restriction", "category": "horoscope"},
        {"type": "objection", "purpose": "horoscope"},
        {"type": "withdraw_consent", "purpose": "horoscope"},
    ):
        assert browser.post(REQUESTS, body).status == 404
    assert browser.get(REQUESTS).json["items"] == []


def test_a_correction_is_acknowledged_by_mail_and_waits_for_an_answer(
    browser: Browser, mailbox: Mailbox
) -> None:
    told = ask(browser.sign_up(), "correction")
    assert (told["state"], states(told)) == ("verified", ["received", "acknowledged", "verified"])
    mail = mailbox.to(ADA)[-1]
    assert mail.subject == HAS_COME
    assert told["id"] in mail.text
    assert ask(browser, "correction")["id"] == told["id"]
    assert [mail.subject for mail in mailbox.to(ADA)].count(HAS_COME) == 1


def test_a_complaint_lists_the_authorities(browser: Browser, mailbox: Mailbox) -> None:
    ask(browser.sign_up(), "complaint")
    for law in profile.current().regimes:
        assert str(law.authority) in mailbox.to(ADA)[-1].text


def test_a_correction_needs_a_fresh_sign_in_and_a_complaint_does_not(browser: Browser, clock: Clock) -> None:
    browser.sign_up()
    clock.advance(timedelta(minutes=15, seconds=1))
    assert browser.post(REQUESTS, {"type": "correction"}).json["type"] == "sign-in-again"
    assert browser.post(REQUESTS, {"type": "complaint"}).status == 201


def test_a_mail_that_fails_is_sent_by_the_watchdog(
    browser: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, "SendEmail")

    browser.sign_up()
    with monkeypatch.context() as broken:
        broken.setattr(aws.client("sesv2"), "send_email", fail)
        told = ask(browser, "correction")
        assert told["state"] == "received"
        assert watchdog.watch()["waiting"] == 1
    assert watchdog.watch()["waiting"] == 1
    assert browser.get(f"{REQUESTS}/{told['id']}").json["state"] == "verified"
    assert [mail.subject for mail in mailbox.to(ADA)].count(HAS_COME) == 1


def test_what_came_by_mail_waits_until_its_owner_asks_for_it_too(browser: Browser, mailbox: Mailbox) -> None:
    request = by_mail(browser.sign_up(), "correction")
    assert request.state == "verifying"
    assert "sign in" in mailbox.to(ADA)[-1].text
    told = ask(browser, "correction")
    assert (told["id"], told["state"]) == (request.id, "verified")
    asked = [entry.actor for entry in audit.entries(request.account_id) if entry.what == "asked signed_in"]
    assert asked == [audit.PERSON], "who proved what stays on record"
    assert service_clock.parse(told["due_at"]) == service_clock.from_epoch(request.due_at)


def test_what_came_by_mail_can_be_done_by_its_owner(browser: Browser) -> None:
    request = by_mail(browser.sign_up(), "restriction")
    assert request.state == "verifying"
    assert choices.find(request.account_id) is None
    told = ask(browser, "restriction")
    assert (told["id"], told["state"]) == (request.id, "fulfilled")


def test_what_needs_no_proof_goes_to_staff_at_once(browser: Browser) -> None:
    assert by_mail(browser.sign_up(), "complaint").state == "verified"


def test_what_nobody_shows_to_be_theirs_expires_when_it_is_due(browser: Browser, clock: Clock) -> None:
    request = by_mail(browser.sign_up(), "correction")
    clock.advance(service_clock.from_epoch(request.due_at) - service_clock.now() - timedelta(seconds=1))
    told = watchdog.watch()
    assert (told["waiting"], told["near"], told["escalated"]) == (1, 1, 1)
    clock.advance(timedelta(seconds=2))
    assert watchdog.watch()["expired"] == 1
    assert register.reload(request).state == "expired"
    assert watchdog.watch()["open"] == 0


def test_what_expires_calls_nobody(browser: Browser, clock: Clock) -> None:
    """The watchdog was away for weeks."""
    request = by_mail(browser.sign_up(), "correction")
    clock.advance(timedelta(days=60))
    told = watchdog.watch()
    assert (told["expired"], told["near"], told["escalated"]) == (1, 0, 0)
    assert register.ESCALATED not in [event.what for event in register.events(request.id)]


def test_what_is_not_answered_can_be_cancelled_and_what_is_can_not(browser: Browser) -> None:
    told = ask(browser.sign_up(), "correction")
    for _ in range(2):
        assert browser.post(f"{REQUESTS}/{told['id']}/cancel").json["state"] == "cancelled"
    told = ask(browser, "correction")
    request = register.get(subject(browser).account_id, told["id"])
    assert request
    register.move(request, "denied")
    refused = browser.post(f"{REQUESTS}/{told['id']}/cancel")
    assert (refused.status, refused.json["type"]) == (409, "request-answered")


def test_a_deletion_ends_what_was_not_answered(requested: Requested) -> None:
    told = ask(requested.browser, "correction")
    requested.until("in_progress")
    assert requested.step("close")["outcome"] == "closed"
    request = register.get(requested.now().account_id, told["id"])
    assert request
    assert request.state == "cancelled"


def test_a_request_for_a_right_that_the_policy_gives_no_more_is_still_answered_in_its_time(
    browser: Browser, clock: Clock
) -> None:
    request, _ = register.receive(subject(browser.sign_up()), "complaint", waive_grace=True, way="mail")
    policy = profile.current()
    rights = [right for right in policy.right if right.type != "complaint"]
    with mock.patch.object(type(policy), "right", rights):
        told = watchdog.watch()
        assert (told["waiting"], told["failed"]) == (1, 0)
        assert register.reload(request).state == "verifying", "nothing says that it needs no proof"
