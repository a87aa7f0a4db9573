"""What nobody decides: time, schedules, and who cannot be reached."""

from __future__ import annotations

from datetime import timedelta

from bench.simulator.checks import look
from bench.simulator.world import PROVIDERS, World
from chalicelib.money import carrying, ledger
from chalicelib.policy.terms import Retention
from tests.harness.lambda_door import run_schedule
from tests.policy.keeping import keeping

BRIEFLY = Retention(clock="created", maximum="PT1H")
WAITS_SECONDS = [20, 20, 60, 60, 600, 3600, 7200, 86_400, 172_800]


def sweep(world: World) -> None:
    """The minute's schedule."""
    world.act(run_schedule, "sweep")


def daily(world: World) -> None:
    """The day's schedule."""
    world.act(run_schedule, "daily")


def wait(world: World) -> None:
    """Time goes by: seconds mostly, now and then hours or days."""
    world.now += timedelta(seconds=world.chance.choice(WAITS_SECONDS))


def age(world: World) -> None:
    """As if years had gone by for one account's movements: all so far become one sum.

    Not where a cent was rounded away: at rest that is asked for by its kind.
    """
    account_id = world.someone()
    before = look(account_id)
    if all(entry["kind"] != "rounding" for entry in before.entries):
        with keeping("ledger", BRIEFLY):
            world.act(carrying.carry, account_id, world.now + timedelta(days=1))
        world.carried_owed[account_id] += before.may_owe_micros - look(account_id).may_owe_micros


def rest(world: World) -> None:
    """A deletion begins or is cancelled."""
    status = world.chance.choice(["suspended", "open", "open", "open"])
    world.act(ledger.set_status, world.someone(), status)


def lose_a_provider(world: World) -> None:
    """A provider does not answer for an hour."""
    world.outages.provider[world.chance.choice(list(PROVIDERS))] = world.now + timedelta(hours=1)


def lose_webhooks(world: World) -> None:
    """No webhook reaches us for hours or days: longer than Stripe tries again."""
    world.outages.ourselves = world.now + timedelta(hours=world.chance.choice([1, 12, 96]))
