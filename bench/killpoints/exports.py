"""Somebody's data as a file: asked for, cancelled, made, handed on to another service, and erased."""

from __future__ import annotations

from datetime import timedelta

from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import sweep
from chalicelib.core import files, runs
from chalicelib.core.subjects import Subject
from chalicelib.privacy import exports, register, transmissions
from tests.calling.exported import stored
from tests.harness.killpoints import Case
from tests.harness.lambda_door import ask
from tests.privacy.asked import REQUESTS, Archive, Asked, work


def outcome(asked: Asked) -> dict[str, object]:
    """Every request of the account, each file's state, and what is in the ZIPs."""
    found = register.page(asked.account_id, 50)
    found_files = [files.find(exports.DATA, asked.account_id, request.id) for request in found]
    archives = [Archive(content) for content in stored(asked.account_id).values()]
    return {
        "requests": sorted((request.type, request.state) for request in found),
        "states": [file.state for file in found_files if file],
        "accounts": [len(archive.rows("account")) for archive in archives],
    }


def ready(scene: Scene) -> Asked:
    asked = Asked(scene.person(), "portability")
    assert work()["ready"]
    return asked


@sweep("POST /api/privacy/requests", "a file")
def ask_for_file(scene: Scene) -> Case:
    asked = Asked(scene.person(), "know")

    def act() -> None:
        answer = asked.browser.post(REQUESTS, {"type": "access"})
        assert answer.status in (200, 201), answer.text

    return Case(act, lambda: outcome(asked))


@sweep("POST /api/privacy/requests/{id}/cancel", "a file")
def cancel_file(scene: Scene) -> Case:
    asked = Asked(scene.person())

    def act() -> None:
        assert asked.browser.post(f"{asked.path}/cancel").status == 200

    return Case(act, lambda: outcome(asked))


@sweep("schedule exports", "of all that somebody has", alone=True)
def make_file(scene: Scene) -> Case:
    """The run that follows comes when the lease of the killed one is over."""
    asked = Asked(scene.person())

    def act() -> None:
        work()
        scene.clock.advance(timedelta(seconds=runs.LEASE_SECONDS + 1))
        work()

    return Case(act, lambda: outcome(asked))


@sweep("POST /api/privacy/requests/{id}/transmission")
def offer(scene: Scene) -> Case:
    asked = ready(scene)

    def act() -> None:
        assert asked.offer().status == 201

    return Case(act, lambda: {"offered": [transmissions.find(asked.request()) is not None]})


@sweep("DELETE /api/privacy/requests/{id}/transmission")
def revoke(scene: Scene) -> Case:
    asked = ready(scene)
    asked.offer()

    def act() -> None:
        assert asked.browser.delete(f"{asked.path}/transmission").status == 204

    return Case(act, lambda: {"offered": [transmissions.find(asked.request()) is not None]})


@sweep("GET /api/privacy/transmissions/{capability}")
def fetch(scene: Scene) -> Case:
    """Who lost the answer gets it again within minutes."""
    asked = ready(scene)
    path = asked.offer().json["url"].partition("8000")[2]
    answers: list[int] = []

    def act() -> None:
        answers[:] = [ask("GET", path).status]

    return Case(act, lambda: {"answers": list(answers)})


@sweep("erase data_exports")
def erase(scene: Scene) -> Case:
    asked = ready(scene)
    Asked(asked.browser, "access")
    subject = Subject(asked.user_id, asked.account_id)
    return Case(lambda: exports.erase(subject), lambda: {"left": [exports.count(subject)], **outcome(asked)})
