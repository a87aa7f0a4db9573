"""Once all faults have stopped and everything owed has arrived: the books must be what the providers say."""

from __future__ import annotations

from datetime import timedelta

from bench.simulator import truth
from bench.simulator.checks import check_step, demand, look
from bench.simulator.world import World
from chalicelib.calling import records
from chalicelib.money import books as checker
from chalicelib.money import ledger, rates, refund_requests
from tests.harness.lambda_door import run_schedule

ROUNDS = 12
ROUND = timedelta(hours=7)
DAY_ROUNDS = 3


def come_to_rest(world: World) -> None:
    """Everybody hangs up, banks answer, every webhook arrives, and schedules run until nothing is left."""
    world.calm = True
    for sid in world.live:
        world.stage.carrier.end_call(sid, 60)
    world.live.clear()
    for number in range(ROUNDS):
        world.now += ROUND
        for intent in world.stage.payments.all("payment_intent"):
            if intent["status"] == "processing":
                world.stage.payments.settle(intent["id"], paid=True)
        while world.stage.payments.deliver_due() + world.stage.carrier.deliver_due():
            pass
        if number % DAY_ROUNDS == 0:
            run_schedule("daily")
        run_schedule("sweep")
        if number > DAY_ROUNDS and not any(look(account_id).held for account_id in world.everyone):
            return


def check_rest(world: World) -> None:
    """No hold is left, every call is billed once, every payment is credited once, less what went back."""
    check_step(world)
    payments = truth.of_payments(world)
    for account_id in world.everyone:
        held = look(account_id).held
        demand(not held, f"{account_id}: still held at rest: {held}")
        _check_calls(account_id, truth.of_calls(world, account_id))
        if account_id in world.closed:
            continue
        told = truth.frozen_by(payments, account_id)
        frozen = ledger.funds(account_id).frozen
        demand(told - world.thawed <= frozen <= told, f"{account_id}: frozen by {frozen}, not {told}")
    _check_credit(world, payments)
    _check_wishes(world)
    drifted = checker.compare().drifted
    demand(not drifted, f"the nightly checker finds a drift: {drifted}")


def _check_credit(world: World, payments: list[truth.Payment]) -> None:
    """What closed accounts still got or owed is in suspense, so that these are looked at together."""
    orders = [payment.order_id for payment in payments]
    demand(len(set(orders)) == len(orders), f"an order was paid twice: {orders}")
    left = look(ledger.SUSPENSE).booked_micros
    for account_id in world.everyone:
        books = look(account_id)
        spent = sum(record.cost_micros for record in records.newest_first(account_id))
        rounded = sum(entry["amount_micros"] for entry in books.entries if entry["kind"] == "rounding")
        due = truth.credit_of(payments, account_id) - spent + rounded
        if account_id in world.closed:
            left += books.booked_micros - due
        else:
            demand(books.booked_micros == due, f"{account_id}: {books.booked_micros} booked, {due} are due")
    demand(left == 0, f"closed accounts and suspense: {left} too much")


def _check_wishes(world: World) -> None:
    """Nobody gets back more than was asked for."""
    for request_id, (account_id, wanted) in world.wishes.items():
        made = refund_requests.find(account_id, request_id)
        if made and wanted is not None:
            demand(made.amount_micros <= wanted, f"{request_id}: {made.amount_micros}, not {wanted}")


def _check_calls(account_id: str, called: dict[str, int | None]) -> None:
    """Each call that the carrier connected has one record, with the carrier's seconds and their price."""
    known = {record.call_sid: record for record in records.newest_first(account_id)}
    for sid, talked in called.items():
        record = known.pop(sid, None)
        if record is None:
            demand(talked is None, f"{account_id}: {sid} was dialled and has no record")
            continue
        seconds = talked or 0
        told = record.duration_seconds
        demand(told == seconds, f"{record.call_id}: {told} s, not {seconds} s")
        price = rates.cost_micros(record.rate(), seconds)
        demand(record.cost_micros == price, f"{record.call_id}: {record.cost_micros}, not {price}")
    demand(not known, f"{account_id}: records of no call: {sorted(known)}")
