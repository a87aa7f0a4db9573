"""Caller IDs: asked for, heard of, removed, and what the errand makes up for."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable

from bench.killpoints.calls import heard
from bench.killpoints.operators import erase
from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import sweep
from chalicelib.numbers import removals, shelves
from tests.harness.browser import Browser
from tests.harness.killpoints import Case
from tests.numbers.phones import Phones, told

WEBHOOK = "POST /api/webhooks/twilio/caller-id/{account_id}/{id}"
phone_numbers = (f"+1202555{number:04}" for number in itertools.count(110))


def outcome(scene: Scene, phones: Phones, phone: str) -> Callable[[], object]:
    """What is on a person's shelf, whose a number is, and what the carrier has of it."""

    def look() -> object:
        numbers = shelves.read(phones.account_id).numbers.values()
        return {
            **scene.outcome(phones.account_id),
            "numbers": sorted((number.state, number.code is None, bool(number.sid)) for number in numbers),
            "claimed": [] if shelves.is_free(phone, "acc_nobody") else ["once"],
            "carrier": ["kept" for other in phones.at_the_carrier() if other == phone],
        }

    return look


def someone(scene: Scene) -> tuple[Phones, str]:
    return Phones(scene.person(), scene.stage), next(phone_numbers)


@sweep("POST /api/caller-ids")
def add(scene: Scene) -> Case:
    phones, phone = someone(scene)
    key = secrets.token_hex(8)
    return Case(
        lambda: scene.send("POST", phones.browser, "/api/caller-ids", {"phone": phone}, key),
        outcome(scene, phones, phone),
    )


@sweep("DELETE /api/caller-ids/{id}")
def remove(scene: Scene) -> Case:
    phones, phone = someone(scene)
    id = phones.verify(phone)

    def act() -> None:
        assert phones.remove(id) in (204, 404), "the second time it may be gone"

    return Case(act, outcome(scene, phones, phone))


def ending(scene: Scene, status: str) -> Case:
    phones, phone = someone(scene)
    id = phones.add(phone).json["id"]
    call_sid = shelves.read(phones.account_id).numbers[id].calls[-1]
    sid = scene.stage.carrier.add_caller_id(phone, id)["sid"] if status == "success" else ""
    form = told(status, CallSid=call_sid, To=phone, OutgoingCallerIdSid=sid)
    return Case(lambda: heard(phones.tell(id, status, **form)), outcome(scene, phones, phone))


@sweep(WEBHOOK, "typed")
def typed(scene: Scene) -> Case:
    return ending(scene, "success")


@sweep(WEBHOOK, "not typed")
def not_typed(scene: Scene) -> Case:
    return ending(scene, "failed")


@sweep(f"errand {removals.ERRAND}", "what the carrier did not remove", alone=True)
def remove_late(scene: Scene) -> Case:
    phones, phone = someone(scene)
    id = phones.verify(phone)
    scene.stage.carrier.faults.plant("outgoing_caller_ids.delete", "error500")
    phones.remove(id)
    return Case(scene.rest, outcome(scene, phones, phone))


@sweep(f"errand {removals.ERRAND}", "what nobody told us", alone=True)
def verify_late(scene: Scene) -> Case:
    phones, phone = someone(scene)
    added = phones.add(phone).json
    phones.type(added["id"], added["code"], "lose_completed")
    return Case(scene.rest, outcome(scene, phones, phone))


def own_number(scene: Scene, person: Browser) -> None:
    Phones(person, scene.stage).verify()


erase("caller_ids", own_number)
