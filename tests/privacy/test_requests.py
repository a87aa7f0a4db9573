"""Asking for a deletion, looking at it, and cancelling it, through the doors."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from chalicelib.core import aws, tables
from chalicelib.core import clock as service_clock
from chalicelib.core.errors import Busy
from chalicelib.core.subjects import Subject
from chalicelib.policy import calendar, profile
from chalicelib.privacy import register, watchdog
from chalicelib.privacy.models import Opening, Request
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox
from tests.privacy.requested import Requested, executions, input_of

REQUESTS = "/api/privacy/requests"
NOBODY = Subject(user_id="usr_nobody", account_id="acc_nobody")


def test_a_request_says_when_its_grace_ends_and_when_it_is_due(requested: Requested) -> None:
    told = requested.answer
    received_at = service_clock.parse(told["received_at"])
    assert service_clock.parse(told["grace_ends_at"]) == received_at + timedelta(days=7)
    promised = [calendar.after(received_at, due) for due in profile.current().dues("deletion")]
    assert service_clock.parse(told["due_at"]) == min(promised) <= received_at + timedelta(days=30)
    assert (told["type"], told["state"]) == ("deletion", "received")
    assert told["events"] == [{"at": told["received_at"], "state": "received"}]
    assert "kept" not in told


def test_who_waives_the_grace_has_none(browser: Browser) -> None:
    told = browser.sign_up().post(REQUESTS, {"type": "deletion", "waive_grace": True}).json
    assert told["grace_ends_at"] == told["received_at"]


def test_the_machine_is_started_with_ids_only(requested: Requested) -> None:
    me = requested.browser.get("/api/me").json
    assert executions() == [f"{requested.id}-1"]
    assert requested.input == {
        "request": {
            "request_id": requested.id,
            "account_id": me["account_id"],
            "user_id": me["user_id"],
            "attempt": 1,
            "policy_version": me["service"]["policy_version"],
        }
    }


def test_a_second_click_answers_the_open_request(requested: Requested) -> None:
    again = requested.browser.post(REQUESTS, {"type": "deletion"})
    assert (again.status, again.json) == (200, requested.answer)
    assert executions() == [f"{requested.id}-1"]


def test_a_second_click_is_answered_when_the_account_is_suspended_already(requested: Requested) -> None:
    requested.until("grace")
    again = requested.browser.post(REQUESTS, {"type": "deletion"})
    assert (again.status, again.json["id"], again.json["state"]) == (200, requested.id, "grace")


def test_of_two_that_ask_at_once_both_get_the_same_request(requested: Requested) -> None:
    subject = register.subject_of(requested.now())
    found, new = register.receive(subject, "deletion", waive_grace=False)
    assert (found.id, new) == (requested.id, False)
    assert len(list(Request.query(found.pk, Request.sk.startswith("REQUEST#")))) == 1


def test_who_meets_a_request_that_is_just_being_cancelled_gets_a_new_one(
    requested: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = register.open_one

    def cancelled_meanwhile(account_id: str, type: str) -> Request | None:
        register.move(requested.now(), "cancelled")
        monkeypatch.setattr(register, "open_one", look)
        return look(account_id, type)

    monkeypatch.setattr(register, "open_one", cancelled_meanwhile)
    answer = requested.browser.post(REQUESTS, {"type": "deletion"})
    assert answer.status == 201
    assert answer.json["id"] != requested.id


def test_who_always_meets_another_is_asked_to_try_again(
    stage: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.receive(NOBODY, "deletion", waive_grace=False)
    monkeypatch.setattr(register, "open_one", lambda account_id, type: None)
    monkeypatch.setattr(tables, "pause", lambda attempt: None)
    with pytest.raises(Busy):
        register.receive(NOBODY, "deletion", waive_grace=False)


def test_a_machine_that_did_not_start_leaves_the_request_to_the_next_click(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_up()
    down = ClientError({"Error": {"Code": "ServiceUnavailable"}}, "StartExecution")
    with monkeypatch.context() as broken:
        broken.setattr(aws.client("stepfunctions"), "start_execution", _raises(down))
        first = browser.post(REQUESTS, {"type": "deletion"})
    assert (first.status, executions()) == (201, [])
    assert browser.post(REQUESTS, {"type": "deletion"}).status == 200
    assert executions() == [f"{first.json['id']}-1"]


def test_a_machine_that_did_not_start_is_started_by_the_watchdog(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_up()
    down = ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution")
    with monkeypatch.context() as broken:
        broken.setattr(aws.client("stepfunctions"), "start_execution", _raises(down))
        id = browser.post(REQUESTS, {"type": "deletion"}).json["id"]
    told = watchdog.watch()
    assert (told["open"], told["running"], told["restarted"], told["near"]) == (1, 0, 1, 0)
    assert executions() == [f"{id}-1"]
    assert input_of(f"{id}-1")["request"]["attempt"] == 1


def test_asking_needs_a_sign_in_of_the_last_fifteen_minutes(browser: Browser, clock: Clock) -> None:
    browser.sign_up()
    clock.advance(timedelta(minutes=15, seconds=1))
    refused = browser.post(REQUESTS, {"type": "deletion"})
    assert (refused.status, refused.json["type"]) == (403, "sign-in-again")
    assert browser.sign_in().post(REQUESTS, {"type": "deletion"}).status == 201


def test_asking_needs_a_session(browser: Browser) -> None:
    assert browser.post(REQUESTS, {"type": "deletion"}).status == 401
    assert browser.get(REQUESTS).status == 401


def test_a_right_that_the_policy_does_not_give_is_not_offered(browser: Browser) -> None:
    browser.sign_up()
    refused = browser.post(REQUESTS, {"type": "opt_out"})
    assert (refused.status, refused.json["type"]) == (404, "not-offered")


def test_a_request_of_the_wrong_shape_is_refused(browser: Browser) -> None:
    browser.sign_up()
    extra = {"type": "deletion", "reason": "none of our business"}
    for body in ({"type": "oblivion"}, {}, {"type": "deletion", "waive_grace": "yes"}, extra):
        refused = browser.post(REQUESTS, body)
        assert (refused.status, refused.json["type"]) == (422, "invalid")
    assert browser.get(REQUESTS).json["items"] == []


def test_a_request_is_found_by_its_owner_alone(requested: Requested, mailbox: Mailbox) -> None:
    assert requested.browser.get(f"{REQUESTS}/{requested.id}").json == requested.answer
    eve = Browser(requested.browser.stage, mailbox).sign_up("eve@example.org")
    assert eve.get(f"{REQUESTS}/{requested.id}").status == 404
    assert eve.post(f"{REQUESTS}/{requested.id}/cancel").status == 404
    assert eve.get(REQUESTS).json["items"] == []
    assert requested.now().state == "received"


def test_an_unknown_request_is_not_found(browser: Browser) -> None:
    browser.sign_up()
    for id in ("req_01ARZ3NDEKTSV4RRFFQ69G5FAV", "nothing", "req_%23"):
        refused = browser.get(f"{REQUESTS}/{id}")
        assert (refused.status, refused.json["type"]) == (404, "not-found")
        assert browser.post(f"{REQUESTS}/{id}/cancel").status == 404


def test_requests_are_listed_newest_first_page_by_page(requested: Requested) -> None:
    ids = [requested.id]
    for _ in range(2):
        assert requested.browser.post(f"{REQUESTS}/{ids[0]}/cancel").status == 200
        ids.insert(0, requested.browser.post(REQUESTS, {"type": "deletion"}).json["id"])
    shown, cursor = [], None
    while True:
        page = requested.browser.get(REQUESTS, limit=2, **({"cursor": cursor} if cursor else {})).json
        shown += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert shown == ids
    assert [item["state"] for item in requested.browser.get(REQUESTS).json["items"]] == [
        "received",
        "cancelled",
        "cancelled",
    ]


def test_a_cursor_of_somebody_else_is_refused(requested: Requested, mailbox: Mailbox) -> None:
    requested.cancel()
    requested.browser.post(REQUESTS, {"type": "deletion"})
    cursor = requested.browser.get(REQUESTS, limit=1).json["next_cursor"]
    eve = Browser(requested.browser.stage, mailbox).sign_up("eve@example.org")
    assert eve.get(REQUESTS, cursor=cursor).status == 422


@pytest.mark.parametrize("state", ["received", "grace"])
def test_a_cancelled_deletion_leaves_the_account_as_it_was(
    requested: Requested, mailbox: Mailbox, state: str
) -> None:
    if state == "grace":
        requested.until("grace")
    before = len(mailbox.to("ada@example.org"))
    cancelled = requested.browser.post(f"{REQUESTS}/{requested.id}/cancel")
    assert (cancelled.status, cancelled.json["state"]) == (200, "cancelled")
    assert cancelled.json["events"][-1]["state"] == "cancelled"
    assert requested.browser.get("/api/me").json["status"] == "active"
    assert requested.browser.get("/api/balance").json["status"] == "open"
    assert len(mailbox.to("ada@example.org")) == before + 1


def test_cancelling_twice_answers_the_same_and_writes_one_mail(
    requested: Requested, mailbox: Mailbox
) -> None:
    requested.until("grace")
    assert [requested.cancel(), requested.cancel()] == [200, 200]
    subjects = [mail.subject for mail in mailbox.to("ada@example.org")]
    assert subjects.count("Your account at Kinvo stays") == 1


def test_cancelling_again_lifts_a_suspension_that_was_left_over(requested: Requested) -> None:
    requested.until("grace")
    register.move(requested.now(), "cancelled")
    assert requested.browser.get("/api/me").json["status"] == "suspended"
    assert requested.cancel() == 200
    assert requested.browser.get("/api/me").json["status"] == "active"


def test_cancelling_an_old_request_does_not_lift_a_newer_ones_suspension(requested: Requested) -> None:
    requested.cancel()
    newer = requested.browser.post(REQUESTS, {"type": "deletion"}).json
    second = Requested(requested.browser, requested.clock, newer)
    second.until("grace")
    assert requested.cancel() == 200
    assert requested.browser.get("/api/me").json["status"] == "suspended"


def test_what_has_begun_can_not_be_cancelled(requested: Requested) -> None:
    requested.until("in_progress")
    refused = requested.browser.sign_in().post(f"{REQUESTS}/{requested.id}/cancel")
    assert (refused.status, refused.json["type"]) == (409, "deletion-begun")
    assert requested.now().state == "in_progress"
    assert requested.browser.get("/api/me").json["status"] == "suspended"


def test_a_cancelled_request_leaves_the_index_and_gets_an_end(requested: Requested) -> None:
    requested.cancel()
    request = requested.now()
    in_three_years = service_clock.now() + timedelta(days=3 * 365)
    assert request.due_shard is None
    assert request.expires_at
    assert abs(service_clock.from_epoch(request.expires_at) - in_three_years) < timedelta(days=2)
    assert {event.expires_at for event in register.events(request.id)} == {request.expires_at}
    assert list(Opening.query(request.pk, Opening.sk.startswith("OPEN#"))) == []
    assert watchdog.watch()["open"] == 0


def test_a_request_is_gone_for_its_owner_once_its_time_is_over(requested: Requested) -> None:
    requested.cancel()
    requested.clock.advance(timedelta(days=3 * 366))
    requested.browser.sign_in()
    assert requested.browser.get(f"{REQUESTS}/{requested.id}").status == 404
    assert requested.browser.get(REQUESTS).json["items"] == []


def test_a_mail_that_fails_does_not_stop_a_cancellation(
    requested: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    requested.until("grace")
    down = ClientError({"Error": {"Code": "ServiceUnavailable"}}, "SendEmail")
    monkeypatch.setattr(aws.client("sesv2"), "send_email", _raises(down))
    assert requested.cancel() == 200
    assert requested.browser.get("/api/me").json["status"] == "active"


def _raises(error: Exception) -> object:
    def fail(**_: object) -> None:
        raise error

    return fail
