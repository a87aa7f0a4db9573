"""Deletions whose machine is lost, again and again: each goes on from its plan, and nothing is done twice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient

from chalicelib.identity import last_mail
from chalicelib.privacy import manifest, register, watchdog
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox
from tests.privacy.machine import Lost, Machine
from tests.privacy.requested import Requested, executions, lose

ADA = "ada@example.org"
READS = {"GetItem", "BatchGetItem", "Query", "Scan", "GetSecretValue", "Decrypt", "DescribeExecution"}


@pytest.fixture
def waived(browser: Browser, clock: Clock) -> Requested:
    """Ada does not want to think it over."""
    browser.sign_up()
    told = browser.post("/api/privacy/requests", {"type": "deletion", "waive_grace": True})
    return Requested(browser, clock, told.json)


def restart(requested: Requested) -> None:
    lose(executions()[-1])
    assert watchdog.watch()["restarted"] == 1


def check_done(requested: Requested, mailbox: Mailbox, *, mails_at_most: int) -> None:
    request = requested.now()
    assert request.state == "fulfilled"
    assert {line["category"]: line["count"] for line in request.actions}["account"] == 1
    assert not any(manifest.count(register.subject_of(request)).values())
    assert last_mail.unseal(request.id) is None
    states = [event.what for event in register.events(request.id) if event.what != register.RESTARTED]
    assert states == ["received", "grace", "in_progress", "fulfilled"]
    subjects = [mail.subject for mail in mailbox.to(ADA)]
    for subject in ("We will delete your account at Kinvo", "Your account at Kinvo is deleted"):
        assert 1 <= subjects.count(subject) <= mails_at_most
    assert requested.browser.get("/api/me").status == 401
    assert watchdog.watch()["open"] == 0


def run_through_losses(requested: Requested, make: Callable[[], Machine]) -> int:
    """Machine after machine until the request is closed; returns how many were lost."""
    losses = 0
    while requested.now().state != "fulfilled":
        try:
            assert make().run(requested.input) == "Certified"
        except Lost:
            losses += 1
            if requested.now().state != "fulfilled":
                restart(requested)
    return losses


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_machine_lost_at_every_step_in_turn_still_ends(
    waived: Requested, mailbox: Mailbox, moment: str
) -> None:
    lost_at: list[str] = []
    losses = run_through_losses(waived, lambda: _lost_at_the_next(waived, lost_at, moment))
    rows = [f"erase {row.name}" for row in manifest.rows()]
    assert lost_at == ["plan", "suspend", "wait", "close", *rows, "verify", "certify"]
    assert losses == len(lost_at)
    check_done(waived, mailbox, mails_at_most=1)


@pytest.mark.proof
def test_a_function_killed_after_each_of_its_writes_still_ends(
    waived: Requested, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after: set[str] = set()
    step: list[str] = []
    _kill(monkeypatch, step, killed_after)
    losses = run_through_losses(
        waived, lambda: Machine(waived.clock, before=lambda event: step.append(_name(event)))
    )
    assert losses == len(killed_after)
    last_mail_writes = {write for write in killed_after if write.startswith("certify")}
    assert {write.split()[1] for write in last_mail_writes} >= {
        "SendEmail",
        "DeleteItem",
        "TransactWriteItems",
    }
    # A mail goes out again each time that the function dies between sending and its next lasting write.
    check_done(waived, mailbox, mails_at_most=3)


def test_a_machine_lost_in_the_grace_keeps_the_deadlines(requested: Requested, mailbox: Mailbox) -> None:
    requested.until("grace")
    before = requested.now()
    lose(executions()[-1])
    assert watchdog.watch()["restarted"] == 1
    machine = requested.finish()
    after = requested.now()
    assert (after.grace_ends_at, after.due_at) == (before.grace_ends_at, before.due_at)
    assert 7 * 86_400 - 60 <= machine.waited.total_seconds() <= 7 * 86_400 + 60
    check_done(requested, mailbox, mails_at_most=1)


def _name(event: dict[str, Any]) -> str:
    return f"{event['step']} {event['row']['name']}" if "row" in event else str(event["step"])


def _lost_at_the_next(requested: Requested, lost_at: list[str], moment: str) -> Machine:
    """A machine that is lost at the first task at which none was lost yet."""

    def die(event: dict[str, Any]) -> None:
        if _name(event) not in lost_at:
            lost_at.append(_name(event))
            raise Lost

    machine = requested.machine()
    setattr(machine, moment, die)
    return machine


def _kill(monkeypatch: pytest.MonkeyPatch, step: list[str], killed_after: set[str]) -> None:
    """Die after each write, once each: a step's writes are told apart by operation and table."""
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def then_die(self: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        answered = call(self, operation, parameters)
        tables = sorted(set(re.findall(r"vowline-local-[a-z]+", json.dumps(parameters, default=str))))
        write = " ".join([step[-1] if step else "", operation, *tables])
        if step and operation not in READS and write not in killed_after:
            killed_after.add(write)
            step.clear()
            raise Lost
        return answered

    monkeypatch.setattr(BaseClient, "_make_api_call", then_die)
