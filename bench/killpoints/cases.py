"""Legal holds, deletions done again after a restore, residues at processors, and what is past its end."""

from __future__ import annotations

from datetime import timedelta

import boto3

from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import add, sweep
from chalicelib.core import clock, ends, ids
from chalicelib.policy.terms import Retention
from chalicelib.privacy import audit, expiry, holds, manifest, register, residues, tombstones
from chalicelib.privacy.audit_models import Residue
from tests.calling import past_calls
from tests.harness.killpoints import Case
from tests.policy.keeping import keeping
from tests.privacy.requested import Requested

COUNSEL = "operator:counsel"
LONDON = "+442079460958"
RESTORED = ("users", "cdrs")
CALLS = "vowline-local-cdrs"
DAY = timedelta(days=1)


class Matter:
    """An account with calls whose end is set, and a case about it."""

    def __init__(self, *, ends_in: timedelta = 60 * DAY) -> None:
        self.account_id = ids.new("acc", clock.now())
        self.ends_at = clock.epoch_seconds(clock.now() + ends_in)
        past_calls.write(*(past_calls.record(self.account_id, expires_at=self.ends_at) for _ in range(2)))

    def hold(self, *categories: str) -> str:
        return holds.place(self.account_id, "2026/17", categories, COUNSEL).id

    def outcome(self) -> dict[str, object]:
        """How the ends of its calls are written, which holds there are, and its chain."""
        found = boto3.client("dynamodb").scan(TableName=CALLS)["Items"]
        mine = [one["expires_at"] for one in found if one["month_key"]["S"].startswith(self.account_id)]
        standing = holds.standing(self.account_id)
        return {
            "ends": sorted(form for end in mine for form in end),
            "standing": sorted((hold.case_id, tuple(hold.categories)) for hold in standing),
            "chain": [entry.what for entry in audit.entries(self.account_id)],
            "watched": [self.account_id in holds.watched()],
        }


@sweep("hold set")
def place(_: Scene) -> Case:
    matter = Matter()
    return Case(matter.hold, matter.outcome)


@sweep("hold set", "and the next day's look", alone=True)
def look(_: Scene) -> Case:
    """Nobody gives the command again: who died has set it by then, or not."""
    matter = Matter()
    matter.hold()
    past_calls.write(past_calls.record(matter.account_id, expires_at=matter.ends_at))
    return Case(holds.look_after, matter.outcome)


add("daily legal holds", look, alone=True)


@sweep("hold narrow")
def narrow(_: Scene) -> Case:
    matter = Matter()
    id = matter.hold()

    def act() -> None:
        if not any(hold.categories for hold in holds.standing(matter.account_id)):
            holds.narrow(matter.account_id, id, ["ledger"], COUNSEL)
        holds.look_after()

    return Case(act, matter.outcome)


@sweep("hold release", alone=True)
def release(_: Scene) -> Case:
    """What a kill left is done by the next day's look."""
    matter = Matter()
    id = matter.hold()

    def act() -> None:
        if holds.standing(matter.account_id):
            holds.release(matter.account_id, id, COUNSEL)
        holds.look_after()

    return Case(act, matter.outcome)


@sweep("daily expired items", "what is held, and what was", alone=True)
def expire(scene: Scene) -> Case:
    """What nobody holds goes, and what somebody did hold; what is held stays."""
    held, freed, _nobodys = (Matter(ends_in=DAY) for _ in range(3))
    held.hold()
    holds.release(freed.account_id, freed.hold(), COUNSEL)
    scene.clock.advance(2 * DAY)
    return Case(expiry.sweep, lambda: {"held": held.outcome(), "left": _calls()})


@sweep("daily shorter promises", alone=True)
def shorten(_: Scene) -> Case:
    """One call is held, one is not: both get the nearer end, each as its end is written."""
    held, free = Matter(), Matter()
    held.hold()

    def act() -> None:
        with keeping("call_record", Retention(clock="call_ended", maximum="P1D")):
            expiry.shorten()

    return Case(act, lambda: {"held": _lengths(held), "free": _lengths(free)})


@sweep("command replay-deletions", alone=True)
def replay(scene: Scene) -> Case:
    """Two tables came back from before somebody had left."""
    left = leave(scene, RESTORED)

    def act() -> None:
        list(tombstones.replay(clock.now() - 2 * DAY, "operator:operations"))

    def outcome() -> object:
        found = manifest.count(register.subject_of(left.now()))
        chain = {entry.what for entry in audit.entries(left.now().account_id)}
        return {
            "left": sorted(name for name, count in found.items() if count),
            "chain": ["erased again" in chain],
            "wrong": audit.check(left.now().account_id),
        }

    return Case(act, outcome)


@sweep("daily residues", alone=True)
def ask_again(scene: Scene) -> Case:
    """Both processors' last copies must be gone by now."""
    left = leave(scene)
    scene.clock.advance(40 * DAY)

    def outcome() -> object:
        kept = Residue.query(f"REQUEST#{left.id}", Residue.sk.startswith(Residue.PREFIX))
        chain = [entry.what for entry in audit.entries(left.now().account_id)]
        return {"kept": [one.row for one in kept], "told": [one for one in chain if "residue" in one]}

    return Case(residues.watch, outcome)


def leave(scene: Scene, restored: tuple[str, ...] = ()) -> Requested:
    """Somebody paid, called and left; then these tables are as they were before."""
    person = scene.person().top_up()
    person.call(LONDON, 60)
    answer = person.post("/api/privacy/requests", {"type": "deletion", "waive_grace": True})
    client = boto3.client("dynamodb")
    before = {table: client.scan(TableName=f"vowline-local-{table}")["Items"] for table in restored}
    left = Requested(person, scene.clock, answer.json)
    left.finish()
    for table, items in before.items():
        for item in items:
            client.put_item(TableName=f"vowline-local-{table}", Item=item)
    return left


def _calls() -> list[str]:
    """The accounts of all calls that are stored, as numbers in their order."""
    found = sorted({one["month_key"]["S"] for one in boto3.client("dynamodb").scan(TableName=CALLS)["Items"]})
    return [str(number) for number, _ in enumerate(found)]


def _lengths(matter: Matter) -> list[tuple[str, bool]]:
    """How its ends are written, and whether they are nearer than they were."""
    found = boto3.client("dynamodb").scan(TableName=CALLS)["Items"]
    mine = [one["expires_at"] for one in found if one["month_key"]["S"].startswith(matter.account_id)]
    return [(next(iter(end)), ends.seconds(end) < matter.ends_at) for end in mine]
