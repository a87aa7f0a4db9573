"""Favourites, the quality of calls and files of them: what writes them, and what a deletion finds."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from bench.killpoints.doors import case
from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import sweep
from chalicelib.calling import exports, quality, records
from chalicelib.calling.quality import CallQuality
from chalicelib.core import runs
from tests.calling import past_calls
from tests.calling.exported import Exported, stored, work
from tests.harness.browser import Browser
from tests.harness.killpoints import Case


def exported(person: Browser) -> Exported:
    """Somebody's file, ready."""
    asked = asked_for(person)
    assert work()["ready"] == 1
    return asked


def asked_for(person: Browser) -> Exported:
    made = Exported(person)
    made.ask()
    return made


@sweep("PUT /api/favourites")
def keep_favourites(scene: Scene) -> Case:
    return case(scene, scene.person(), "PUT", "/api/favourites", {"numbers": ["+442079460958"]})


@sweep("DELETE /api/favourites")
def forget_favourites(scene: Scene) -> Case:
    person = scene.person()
    assert person.put("/api/favourites", {"numbers": ["+442079460958"]}).status == 200
    account_id = person.account_id

    def act() -> None:
        assert person.delete("/api/favourites").status == 204

    return Case(act, lambda: scene.outcome(account_id))


@sweep("POST /api/calls/{id}/quality")
def note_quality(scene: Scene) -> Case:
    person = scene.person()
    account_id = person.account_id
    [call_id] = past_calls.write(past_calls.record(account_id))
    told = CallQuality(4, 12, 80, 421, "steady")

    def act() -> None:
        answer = person.post(f"/api/calls/{call_id}/quality", msgspec.to_builtins(told))
        assert answer.status == 204, answer.text

    def outcome() -> object:
        record = records.find(account_id, call_id)
        return {**scene.outcome(account_id), "quality": [record and quality.of(record)]}

    return Case(act, outcome)


@sweep("GET /api/calls.csv", "a long history")
def ask_for_file(scene: Scene) -> Case:
    asked = Exported(scene.person())

    def outcome() -> object:
        export = exports.find(asked.account_id)
        return {**scene.outcome(asked.account_id), "state": [export and export.state]}

    return Case(asked.ask, outcome)


@sweep("schedule exports", alone=True)
def make_file(scene: Scene) -> Case:
    """The run that follows comes when the lease of the killed one is over."""
    asked = asked_for(scene.person())

    def act() -> None:
        work()
        scene.clock.advance(timedelta(seconds=runs.LEASE_SECONDS + 1))
        work()

    def outcome() -> object:
        export = exports.find(asked.account_id)
        made = sorted(stored(asked.account_id).values())
        return {**scene.outcome(asked.account_id), "made": made, "state": [export and export.state]}

    return Case(act, outcome)
