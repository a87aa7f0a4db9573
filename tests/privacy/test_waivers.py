"""A grace that somebody no longer wants: it ends once, at once, and never together with a cancellation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.privacy import audit, register, requests, waivers, watchdog
from chalicelib.privacy.models import Request
from tests.harness.browser import Browser
from tests.harness.killpoints import Case, survive
from tests.harness.lambda_door import Answer
from tests.harness.mailbox import Mailbox
from tests.privacy.requested import Requested, executions, lose

REQUESTS = "/api/privacy/requests"
TOLD = "We will delete your account at Kinvo"


def waive(requested: Requested) -> Answer:
    return requested.browser.post(REQUESTS, {"type": "deletion", "waive_grace": True})


def entered(requested: Requested) -> list[str]:
    return [event.what for event in register.events(requested.id)]


def chained(requested: Requested) -> list[str]:
    account_id = requested.now().account_id
    assert audit.check(account_id) == []
    return [entry.what for entry in audit.entries(account_id)]


def test_the_days_of_an_open_deletion_end_and_its_deadline_stays(requested: Requested) -> None:
    requested.until("grace")
    requested.clock.advance(timedelta(minutes=5))
    answer = waive(requested)
    assert (answer.status, answer.json["id"], answer.json["state"]) == (200, requested.id, "grace")
    assert answer.json["grace_ends_at"] == requested.answer["received_at"]
    assert answer.json["due_at"] == requested.answer["due_at"]
    assert requested.step("wait")["outcome"] == "due"
    assert requested.now().state == "in_progress"


def test_it_begins_at_once_though_its_machine_sleeps_for_a_day(requested: Requested) -> None:
    requested.until("grace")
    before = service_clock.now()
    waive(requested)
    assert executions() == [f"{requested.id}-1", f"{requested.id}-2"]
    requested.finish()
    assert requested.now().state == "fulfilled"
    assert service_clock.now() - before < timedelta(days=1)
    sleeper = Requested(requested.browser, requested.clock, requested.answer)
    lose(f"{requested.id}-2")
    assert sleeper.step("wait")["outcome"] == "due"
    assert sleeper.step("close")["outcome"] == "closed"
    assert sleeper.step("certify")["outcome"] == "certified"


def test_before_its_machine_has_begun_the_first_one_does_it_all(requested: Requested) -> None:
    waive(requested)
    assert executions() == [f"{requested.id}-1"]
    requested.finish()
    assert requested.now().state == "fulfilled"


def test_again_it_changes_nothing_and_is_written_down_once(requested: Requested, mailbox: Mailbox) -> None:
    requested.until("grace")
    first, again = waive(requested), waive(requested)
    assert first.json == again.json
    assert entered(requested) == ["received", "grace", "waived"]
    assert chained(requested).count("waived") == 1
    assert requested.now().attempt == 2
    assert executions() == [f"{requested.id}-1", f"{requested.id}-2"]


def test_its_person_is_told_that_there_are_no_days_left(requested: Requested, mailbox: Mailbox) -> None:
    requested.until("grace")
    waive(requested)
    told = [mail.text for mail in mailbox.to("ada@example.org") if mail.subject == TOLD]
    assert len(told) == 2
    assert "you can change your mind" in told[0]
    assert "at once, without days" in told[1]


def test_it_needs_a_fresh_sign_in_and_is_nobody_elses(requested: Requested, mailbox: Mailbox) -> None:
    requested.until("grace")
    requested.clock.advance(timedelta(minutes=16))
    refused = waive(requested)
    assert (refused.status, refused.json["type"]) == (403, "sign-in-again")
    eve = Browser(requested.browser.stage, mailbox).sign_up("eve@example.org")
    assert eve.post(REQUESTS, {"type": "deletion", "waive_grace": True}).json["id"] != requested.id
    assert entered(requested) == ["received", "grace"]


def test_what_has_begun_is_answered_as_it_is(requested: Requested) -> None:
    requested.until("in_progress")
    answer = requested.browser.sign_in().post(REQUESTS, {"type": "deletion", "waive_grace": True})
    assert (answer.status, answer.json["state"]) == (200, "in_progress")
    assert "waived" not in entered(requested)


def test_who_waived_may_still_cancel_until_it_has_begun(requested: Requested) -> None:
    requested.until("grace")
    waive(requested)
    assert requested.cancel() == 200
    assert requested.step("wait")["outcome"] == "cancelled"
    assert requested.browser.get("/api/me").json["status"] == "active"


@pytest.mark.parametrize("rival", ["cancelled", "in_progress", "grace"])
def test_who_moves_it_meanwhile_is_heeded(
    requested: Requested, monkeypatch: pytest.MonkeyPatch, rival: str
) -> None:
    """The grace is read, another writes, and only then it is waived."""
    if rival != "grace":
        requested.until("grace")
    amend = register.amend

    def late(request: Request, *told: object, **rest: object) -> bool:
        monkeypatch.setattr(register, "amend", amend)
        register.move(request, rival)  # type: ignore[arg-type]
        return amend(request, *told, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(register, "amend", late)
    subject = register.subject_of(requested.now())
    answered, new = requests.ask(subject, "deletion", waive_grace=True)
    assert (answered.id, answered.state, new) == (requested.id, rival, False)
    assert ("waived" in entered(requested)) is (rival == "grace")


def test_killed_anywhere_the_next_click_ends_it(requested: Requested) -> None:
    asked = [requested]

    def make() -> Case:
        asked[0].cancel()
        answer = asked[0].browser.post(REQUESTS, {"type": "deletion"})
        asked[0] = Requested(requested.browser, requested.clock, answer.json)
        asked[0].until("grace")
        return Case(lambda: waive(asked[0]), outcome)

    def outcome() -> object:
        request = asked[0].now()
        said = [one.what for one in audit.entries(request.account_id) if one.about == request.id]
        started = sum(name.startswith(request.id) for name in executions())
        return request.state, request.attempt, entered(asked[0]), said, started

    assert {"TransactWriteItems", "StartExecution"} <= set(survive(make))


def test_a_waiver_whose_click_died_before_the_machine_started_is_taken_up_by_the_next_day(
    requested: Requested,
) -> None:
    requested.until("grace")
    waivers.waive(requested.now())
    assert watchdog.watch()["restarted"] == 1
    assert executions()[-1] == f"{requested.id}-2"
