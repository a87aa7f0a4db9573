"""A legal hold keeps its categories and nothing else; the deletion goes on, and ends when it is released."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core import clock as service_clock
from chalicelib.core import guard, ids, signatures
from chalicelib.core.errors import ProviderError, Refusal
from chalicelib.policy import profile
from chalicelib.privacy import (
    audit,
    certificates,
    holds,
    kinds,
    manifest,
    notices,
    register,
    watchdog,
)
from chalicelib.providers import mail
from infra import certificate as command
from infra import privacy as commands
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.killpoints import Case, survive
from tests.privacy.requested import Requested, executions, lose

LONDON = "+442071838750"
COUNSEL = "operator:counsel"
PROFILES = ("kinvo", "business", "kiwiphone", "zenvoip", "ownnumber")
ACCOUNT = "acc_01JD0000000000000000000000"


@pytest.fixture
def leaving(browser: Browser, clock: Clock) -> Requested:
    """Ada paid and called, and does not want to think it over."""
    browser.sign_up().top_up().call(LONDON, 60)
    answer = browser.sign_in().post("/api/privacy/requests", {"type": "deletion", "waive_grace": True})
    return Requested(browser, clock, answer.json)


def left(requested: Requested) -> set[str]:
    found = manifest.count(register.subject_of(requested.now()))
    return {name for name, count in found.items() if count}


def told(requested: Requested) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(str(certificates.newest(requested.id)))
    return document


def go_on(requested: Requested) -> str:
    """The next day's look, and what its execution comes to."""
    requested.clock.advance(timedelta(days=1))
    lose(executions()[-1])
    assert watchdog.watch()["restarted"] == 1
    return requested.machine().run(requested.input)


def test_what_is_held_stays_all_else_goes_and_the_certificate_says_so(leaving: Requested) -> None:
    holds.place(leaving.now().account_id, "2026/17", ["call_record"], COUNSEL)
    assert leaving.machine().run(leaving.input) == "Held"
    assert left(leaving) == {"calls"}
    assert leaving.now().state == "held"
    held = [line for line in told(leaving)["kept"] if line["category"] == "call_record"]
    assert held == [{"store": "cdrs", "category": "call_record", "reason": holds.REASON, "until": None}]
    done = {line["category"]: line["count"] for line in told(leaving)["actions"] if line["store"] == "cdrs"}
    assert done == {"call_record": 0}
    assert "2026/17" not in str(certificates.newest(leaving.id)), "the case is nobody's business"
    mail = leaving.browser.mailbox.all()[-1].text
    assert mail.index("a legal matter asks us") < mail.index("- Your calls\n") < mail.index("point to nobody")
    assert mail.count("Your calls") == 1


def test_a_released_hold_lets_it_end_with_another_certificate(leaving: Requested) -> None:
    account_id = leaving.now().account_id
    hold = holds.place(account_id, "2026/17", ["call_record"], COUNSEL)
    leaving.machine().run(leaving.input)
    first = certificates.newest(leaving.id)
    lose(executions()[-1])
    leaving.clock.advance(timedelta(days=40))
    assert watchdog.watch() == dict.fromkeys(watchdog.COUNTS, 0) | {"open": 1, "held": 1}
    holds.release(account_id, hold.id, COUNSEL)
    assert watchdog.watch()["restarted"] == 1
    assert leaving.machine().run(leaving.input) == "Certified"
    assert left(leaving) == set()
    assert leaving.now().state == "fulfilled"
    assert told(leaving)["completed_at"] > json.loads(str(first))["completed_at"]
    assert not [line for line in told(leaving)["kept"] if line["category"] == "call_record"]
    signatures.public_key.cache_clear()
    assert command.verify(str(certificates.newest(leaving.id)), signatures.public_key())
    events = [event.what for event in register.events(leaving.id) if event.what in ("held", "fulfilled")]
    assert events == ["held", "fulfilled"]


def test_what_a_hold_kept_until_the_last_mail_waited_is_erased_by_another_attempt(
    leaving: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate of this one says that it is held, and the hold is released before the mail goes out."""
    account_id = leaving.now().account_id
    hold = holds.place(account_id, "2026/17", ["call_record"], COUNSEL)
    send = notices.done

    def wait_once(*told: Any) -> bool:
        if not holds.standing(account_id):
            return send(*told)
        holds.release(account_id, hold.id, COUNSEL)
        return False

    monkeypatch.setattr(notices, "done", wait_once)
    assert leaving.machine().run(leaving.input) == "Held"
    assert (leaving.now().state, left(leaving)) == ("held", {"calls"})
    assert [line["category"] for line in leaving.now().kept or () if manifest.is_held(line)] == [
        "call_record"
    ]
    assert "a legal matter asks us" in leaving.browser.mailbox.all()[-1].text, "as its certificate says"
    assert go_on(leaving) == "Certified"
    assert (leaving.now().state, left(leaving)) == ("fulfilled", set())
    assert not [line for line in told(leaving)["kept"] if line["category"] == "call_record"]


def test_what_is_released_before_the_certificate_is_never_said_to_be_erased(leaving: Requested) -> None:
    machine, account_id = leaving.machine(), leaving.now().account_id
    hold = holds.place(account_id, "2026/17", ["call_record"], COUNSEL)

    def free(event: dict[str, Any]) -> None:
        if event["step"] == "certify":
            holds.release(account_id, hold.id, COUNSEL)
            machine.before = lambda _: None

    machine.before = free
    assert machine.run(leaving.input) == "Held"
    assert (left(leaving), certificates.newest(leaving.id)) == ({"calls"}, None)
    assert go_on(leaving) == "Certified"
    assert left(leaving) == set()
    done = {line["category"]: line["count"] for line in told(leaving)["actions"] if line["store"] == "cdrs"}
    assert done["call_record"] == 1


def test_after_a_released_hold_the_last_mail_is_given_up_in_its_time(
    leaving: Requested, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = leaving.now().account_id
    hold = holds.place(account_id, "2026/17", [], COUNSEL)
    assert leaving.machine().run(leaving.input) == "Held"
    holds.release(account_id, hold.id, COUNSEL)

    def fail(*_: object, **__: object) -> None:
        raise ProviderError("ses", "Down", permanent=False)

    monkeypatch.setattr(mail, "send", fail)
    began = service_clock.now()
    assert go_on(leaving) == "Certified"
    assert timedelta(days=4) <= service_clock.now() - began < timedelta(days=4, hours=5)
    assert leaving.now().erased_at == told(leaving)["completed_at"]


def test_a_narrowed_hold_lets_the_rest_go_on(leaving: Requested) -> None:
    account_id = leaving.now().account_id
    hold = holds.place(account_id, "2026/17", [], COUNSEL)
    assert leaving.machine().run(leaving.input) == "Held"
    assert {"users", "calls", "stripe_customers"} <= left(leaving)
    holds.narrow(account_id, hold.id, ["ledger"], COUNSEL)
    assert go_on(leaving) == "Held"
    assert left(leaving) == {"stripe_customers"}


def test_a_hold_that_is_set_between_two_rows_keeps_what_is_not_yet_erased(leaving: Requested) -> None:
    machine, account_id = leaving.machine(), leaving.now().account_id

    def hold(event: dict[str, dict[str, str]]) -> None:
        if "row" in event and event["row"]["name"] == "calls":
            holds.place(account_id, "2026/17", ["call_record"], COUNSEL)
            machine.before = lambda _: None

    machine.before = hold
    assert machine.run(leaving.input) == "Held"
    assert left(leaving) == {"calls"}


def test_of_two_holds_both_must_be_released(leaving: Requested) -> None:
    account_id = leaving.now().account_id
    first, second = (holds.place(account_id, case, ["call_record"], COUNSEL) for case in ("1", "2"))
    holds.release(account_id, first.id, COUNSEL)
    assert holds.covers(account_id, "call_record")
    assert not holds.covers(account_id, "account")
    holds.release(account_id, second.id, COUNSEL)
    assert not holds.covers(account_id, "call_record")


@pytest.mark.parametrize("case", ["", "Ada Lovelace", "ada@example.org", "x" * 41])
def test_a_case_is_a_reference_and_no_text(stage: object, case: str) -> None:
    with pytest.raises(Refusal, match="case"):
        holds.place(ACCOUNT, case, [], COUNSEL)


def test_a_hold_is_only_narrowed_and_only_by_what_the_policy_knows(stage: object) -> None:
    hold = holds.place(ACCOUNT, "1", ["call_record"], COUNSEL)
    for categories in ([], ["account"], ["call_record", "account"]):
        with pytest.raises(Refusal, match="wider"):
            holds.narrow(ACCOUNT, hold.id, categories, COUNSEL)
    with pytest.raises(Refusal, match="category"):
        holds.place(ACCOUNT, "1", ["nothing"], COUNSEL)
    with pytest.raises(Refusal, match="category"):
        holds.place(ACCOUNT, "1", ["mail_suppression"], COUNSEL)
    holds.place(ACCOUNT, "2", ["account", "mail_suppression"], COUNSEL)
    holds.release(ACCOUNT, hold.id, COUNSEL)
    with pytest.raises(Refusal, match="no-hold"):
        holds.release(ACCOUNT, hold.id, COUNSEL)
    with pytest.raises(Refusal, match="no-hold"):
        holds.narrow(ACCOUNT, "hld_x", [], COUNSEL)


def test_killed_at_any_request_a_release_is_done_once(stage: object) -> None:
    def make() -> Case:
        account_id = ids.new("acc", service_clock.now())
        hold = holds.place(account_id, "1", [], COUNSEL)

        def act() -> None:
            if holds.standing(account_id):
                holds.release(account_id, hold.id, COUNSEL)

        return Case(act, lambda: [entry.what for entry in audit.entries(account_id)])

    assert "TransactWriteItems" in survive(make)


def test_a_hold_of_the_grace_is_released_midway_and_the_deletion_goes_on_by_itself(
    browser: Browser, clock: Clock
) -> None:
    """Set while it could still be cancelled, it keeps its category; a day after its release all is done."""
    browser.sign_up().top_up().call(LONDON, 60)
    leaving = Requested(browser, clock, browser.post("/api/privacy/requests", {"type": "deletion"}).json)
    leaving.until("grace")
    account_id = leaving.now().account_id
    hold = holds.place(account_id, "2026/17", ["call_record"], COUNSEL)
    assert leaving.machine().run(leaving.input) == "Held"
    assert (leaving.now().state, left(leaving)) == ("held", {"calls"})
    lose(executions()[-1])
    clock.advance(timedelta(days=100))
    assert watchdog.watch()["held"] == 1
    holds.release(account_id, hold.id, COUNSEL)
    assert go_on(leaving) == "Certified"
    assert (leaving.now().state, left(leaving)) == ("fulfilled", set())


def test_a_hold_that_is_released_between_two_steps_holds_nothing_up(leaving: Requested) -> None:
    machine, account_id = leaving.machine(), leaving.now().account_id
    hold = holds.place(account_id, "2026/17", [], COUNSEL)

    def free(event: dict[str, Any]) -> None:
        if event.get("row", {}).get("name") == "stripe_customers":
            holds.release(account_id, hold.id, COUNSEL)
            machine.before = lambda _: None

    machine.before = free
    assert machine.run(leaving.input) == "Certified"
    assert left(leaving) == set()


def test_a_hold_is_set_by_command_in_a_process_of_its_own(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody has handed down yet what may be stored."""
    account_id = browser.sign_up().account_id
    monkeypatch.setattr(guard.hooks, "fields", None)
    words = ["holds", "set", account_id, "--case", "2026/17", "--by", "counsel"]
    assert commands.main(words) == 0
    assert commands.main(words) == 0
    [hold] = holds.standing(account_id)
    assert capsys.readouterr().out.count(f"{hold.id} holds everything") == 2
    assert commands.main(["holds", "release", account_id, hold.id, "--by", "counsel"]) == 0
    assert holds.standing(account_id) == []


@pytest.mark.parametrize("id", PROFILES)
def test_under_no_policy_does_what_a_hold_may_keep_end_before_the_next_days_look(id: str) -> None:
    policy, now = profile.load(id), service_clock.now()
    known = {category.id for category in policy.category}
    evidence = {str(kind.category) for kind in kinds.kinds() if kind.lies and kind.category in known}
    assert evidence
    for category in evidence:
        end = policy.expires_at(category, **dict.fromkeys(manifest.BEGUN, now))
        assert end is None or end - now >= timedelta(days=2), category
