"""Files of calls: the schedule that makes them, and what a deletion finds of them."""

from __future__ import annotations

from datetime import timedelta

from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import sweep
from chalicelib.calling import exports
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


@sweep("schedule exports", alone=True)
def make_file(scene: Scene) -> Case:
    """The run that follows comes when the lease of the killed one is over."""
    asked = asked_for(scene.person())

    def act() -> None:
        work()
        scene.clock.advance(timedelta(seconds=exports.LEASE_SECONDS + 1))
        work()

    def outcome() -> object:
        export = exports.find(asked.account_id)
        made = sorted(stored(asked.account_id).values())
        return {**scene.outcome(asked.account_id), "made": made, "state": [export and export.state]}

    return Case(act, outcome)
