"""The carrier's webhooks: asked again where the carrier does so, and left to the sweep where it does not."""

from __future__ import annotations

from datetime import timedelta

from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import sweep
from chalicelib.core import clock, ids
from chalicelib.providers import twilio
from tests.harness.killpoints import Case
from tests.harness.lambda_door import Answer, run_schedule
from tests.harness.signed import LONDON, SignedCall, fund

STATUS = "POST /api/webhooks/twilio/status/{account_id}/{id}"
LONG = timedelta(hours=3)


def heard(answer: Answer) -> None:
    assert answer.status in (200, 204), answer.text


def live(scene: Scene, *faults: str) -> SignedCall:
    """A call that the carrier has connected, too."""
    call = SignedCall(fund(), ids.new("call", clock.now()))
    token = twilio.access_token(call.account_id, {"call_id": call.call_id}, 600)
    call.sid = scene.stage.carrier.start_call(token, LONDON, faults)["call_sid"]
    return call


@sweep("POST /api/webhooks/twilio/voice")
def voice(scene: Scene) -> Case:
    call = SignedCall()
    return Case(lambda: heard(call.voice()), lambda: scene.outcome(call.account_id))


@sweep("POST /api/webhooks/twilio/fallback")
def fallback(scene: Scene) -> Case:
    call = SignedCall()
    call.voice()
    return Case(lambda: heard(call.fallback()), lambda: scene.outcome(call.account_id))


@sweep(STATUS, "answered")
def charge(scene: Scene) -> Case:
    call = SignedCall()
    call.voice()
    return Case(lambda: heard(call.status("completed", "61")), lambda: scene.outcome(call.account_id))


@sweep(STATUS, "not answered")
def void(scene: Scene) -> Case:
    call = SignedCall()
    call.voice()
    return Case(lambda: heard(call.status("busy", "0")), lambda: scene.outcome(call.account_id))


@sweep(STATUS, "given up before")
def charge_late(scene: Scene) -> Case:
    call = SignedCall()
    call.voice()
    call.fallback()
    return Case(lambda: heard(call.status("completed", "61")), lambda: scene.outcome(call.account_id))


@sweep(STATUS, "beyond its limit")
def doubt(scene: Scene) -> Case:
    call = live(scene, "lose_completed")
    scene.stage.carrier.end_call(call.sid, 61)
    return Case(lambda: heard(call.status("completed", "86400")), lambda: scene.outcome(call.account_id))


@sweep(STATUS, "never sent again", alone=True)
def lose(scene: Scene) -> Case:
    """The carrier tells of an end once; whoever dies of it leaves it to the sweep."""
    call = live(scene, "lose_completed")
    scene.stage.carrier.end_call(call.sid, 61)
    tries: list[str] = []

    def act() -> None:
        tries.append("try")
        if len(tries) == 1:
            heard(call.status("completed", "61"))
        else:
            scene.clock.advance(LONG)
            run_schedule("sweep")

    return Case(act, lambda: scene.outcome(call.account_id))
