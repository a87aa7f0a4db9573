"""People call, within their limits."""

from __future__ import annotations

from bench.simulator.world import World
from chalicelib.calling import calls
from chalicelib.money import limits

NUMBERS = ["+442079460958", "+212612345678", "+442079460001", "+442079460002", "+18765550123", "+19002345678"]
CARRIER_FAULTS = ["lose_completed", "duplicate", "reorder", "delay"]
TALKS_SECONDS = [1, 29, 30, 31, 59, 60, 61, 600, 600, 3_000, 100_000]
CAPS_MICROS = [None, None, 300_000, 1_000_000, 10_000_000]


def dial(world: World) -> None:
    """Somebody calls; the call may stay live."""
    token = world.act(calls.issue_token, world.someone())
    if token:
        faults = [fault for fault in CARRIER_FAULTS if world.chance.random() < 0.2]
        number = world.chance.choice(NUMBERS)
        world.live.append(world.stage.carrier.start_call(token.token, number, faults)["call_sid"])


def hang_up(world: World) -> None:
    """A live call ends, after any talk."""
    if world.live:
        sid = world.live.pop(world.chance.randrange(len(world.live)))
        world.stage.carrier.end_call(sid, world.chance.choice(TALKS_SECONDS))


def deliver(world: World) -> None:
    """The carrier's callbacks that are late."""
    world.stage.carrier.deliver_due()


def set_limits(world: World) -> None:
    """Somebody limits what a call or a day may cost, or no longer."""
    caps = [world.chance.choice(CAPS_MICROS) for _ in range(2)]
    world.act(limits.put, world.someone(), *caps)
