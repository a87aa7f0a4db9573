"""What comes when a deletion has ended: late webhooks, banks that think again, and another beginning."""

from __future__ import annotations

from contextlib import suppress

from bench.deletions import checks, disturbances, leftovers
from bench.deletions.scenery import Scenery
from bench.deletions.world import DAY, World
from bench.simulator import truth
from bench.simulator.checks import check_books, demand, look
from chalicelib.identity.models import User
from chalicelib.money import ledger
from infra.local.payments.errors import RefusedError
from tests.harness.lambda_door import run_schedule

SPENT = {"call", "late_charge", "rounding"}
ROUNDS = 3


def live_on(world: World, scenery: Scenery) -> None:
    """All that was planned happens, nothing is down any more, and every webhook arrives, old ones again."""
    while world.plans:
        world.now = max(world.now, min(world.plans).at)
        world.happen()
    world.down.clear()
    for partner in (world.stage.payments, world.stage.carrier):
        partner.faults.clear()
    for intent in world.stage.payments.all("payment_intent"):
        with suppress(RefusedError):
            world.stage.payments.settle(intent["id"], paid=True)
    if world.request().state == "fulfilled":
        disturbances.begin_again(world, scenery)
    for number in range(ROUNDS):
        _arrive(world)
        if not number:
            disturbances.tell_late(world, scenery)
            world.stage.payments.deliver([event["id"] for event in world.stage.payments.events()])
            disturbances.ring(world, scenery)
        world.now += DAY
        run_schedule("sweep")
    _arrive(world)


def check_rest(world: World, scenery: Scenery) -> None:
    """The old account is as it ended, every payment is in some book once, and who came after is untouched."""
    if world.request().state != "cancelled":
        disturbances.check_holds(world, scenery)
        checks.check_gone(world)
        leftovers.check(world, scenery)
        leftovers.check_providers(world, scenery)
        demand(not ledger.funds(world.account_id).holds, "something is set aside for good")
    payments = truth.of_payments(world)
    accounts = {world.account_id, ledger.SUSPENSE, *scenery.new_ids[1:]}
    for account_id in accounts:
        check_books(account_id)
    booked = sum(
        entry["amount_micros"]
        for account_id in accounts
        for entry in look(account_id).entries
        if entry["kind"] not in SPENT
    )
    due = sum(payment.credit_micros for payment in payments)
    demand(booked == due, f"{booked} of payments in the books, {due} at Stripe")
    if scenery.newcomer:
        _check_newcomer(world, scenery)


def _check_newcomer(world: World, scenery: Scenery) -> None:
    user_id, account_id = scenery.new_ids
    person, funds = User.stored(user_id), ledger.funds(account_id)
    demand(account_id != world.account_id, "who came after has the old account")
    demand(person is not None and person.status == "active", "who came after is not as they began")
    demand(
        (funds.status, funds.available_micros, funds.frozen)
        == ("open", scenery.NEW_CREDIT_MICROS, frozenset()),
        f"who came after has {funds.available_micros}, {funds.status}, {funds.frozen}",
    )


def _arrive(world: World) -> None:
    while world.stage.payments.deliver_due() + world.stage.carrier.deliver_due():
        pass
