"""Leaving for good: days that are waived, and a legal hold that is released while the last mail waits."""

from __future__ import annotations

from unittest import mock

from bench.killpoints.cases import COUNSEL, LONDON
from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import sweep
from chalicelib.privacy import audit, holds, manifest, notices, register, watchdog
from tests.harness.killpoints import Case
from tests.privacy.requested import Requested, executions, lose

REQUESTS = "/api/privacy/requests"


def ask(scene: Scene, *, waive_grace: bool) -> Requested:
    """Somebody who paid and called wants to be forgotten."""
    person = scene.person().top_up()
    person.call(LONDON, 60)
    answer = person.post(REQUESTS, {"type": "deletion", "waive_grace": waive_grace})
    return Requested(person, scene.clock, answer.json)


@sweep("POST /api/privacy/requests", "a waiver of the days left")
def waive(scene: Scene) -> Case:
    left = ask(scene, waive_grace=False)
    left.until("grace")

    def act() -> None:
        assert left.browser.post(REQUESTS, {"type": "deletion", "waive_grace": True}).status == 200

    def outcome() -> object:
        request = left.now()
        return {
            "events": [event.what for event in register.events(left.id)],
            "chain": [entry.what for entry in audit.entries(request.account_id)],
            "machines": [name for name in executions() if name.startswith(left.id)] and [request.attempt],
            "waived": [request.grace_ends_at == request.received_at],
            "wrong": audit.check(request.account_id),
        }

    return Case(act, outcome)


@sweep("step certify", "a hold released while the last mail waits", alone=True)
def certify(scene: Scene) -> Case:
    """The next attempt erases what this one's certificate says is held."""
    left = ask(scene, waive_grace=True)
    account_id = left.now().account_id
    hold = holds.place(account_id, "2026/17", ["call_record"], COUNSEL)
    left.until("in_progress")
    left.step("close")
    for row in manifest.rows():
        left.step("erase", row.name)
    with mock.patch.object(notices, "done", return_value=False):
        assert left.step("certify")["outcome"] == "later"
    holds.release(account_id, hold.id, COUNSEL)
    return Case(lambda: left.step("certify"), lambda: _ended(left))


def _ended(left: Requested) -> dict[str, object]:
    """After the next day's look and the attempt that it starts."""
    lose(executions()[-1])
    watchdog.watch()
    left.machine().run(left.input)
    request = left.now()
    found = manifest.count(register.subject_of(request))
    return {
        "state": [request.state],
        "left": sorted(name for name, count in found.items() if count),
        "kept": [line for line in request.kept or () if line["category"] == "call_record"],
        "mails": sorted({mail.subject for mail in left.browser.mailbox.all()}),
        "wrong": audit.check(request.account_id),
    }
