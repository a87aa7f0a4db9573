"""Once all faults have stopped and everything owed has arrived: the books must be what the providers say."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from bench.simulator.checks import Violation, check_step, look
from bench.simulator.world import World
from chalicelib.calling import records
from chalicelib.money import rates
from chalicelib.money.models import Order
from chalicelib.providers import stripe, twilio
from tests.harness.lambda_door import run_schedule

ROUNDS = 5
UNDECIDED_OR_LOST = {"needs_response", "under_review", "lost"}


def come_to_rest(world: World) -> None:
    """Everybody hangs up, every webhook arrives, and the schedules run until nothing is left to do."""
    world.calm = True
    for sid in world.live:
        world.stage.carrier.end_call(sid, 60)
    world.live.clear()
    for _ in range(ROUNDS):
        world.now += timedelta(hours=3)
        while world.stage.payments.deliver_due() + world.stage.carrier.deliver_due():
            pass
        run_schedule("sweep")
        run_schedule("daily")


def check_rest(world: World) -> None:
    """No hold is left, every call is billed once by its talk, and every payment is credited once."""
    check_step(world)
    expected = _credit_by_stripe()
    for account_id in world.accounts:
        books = look(account_id)
        holds = (books.balance or {}).get("holds", {})
        _demand(not holds, f"{account_id}: still held at rest: {sorted(holds)}")
        _check_calls(account_id)
        spent = sum(record.cost_micros for record in records.newest_first(account_id))
        due = expected[account_id] - spent
        _demand(books.booked_micros == due, f"{account_id}: {books.booked_micros} booked, {due} are due")


def _credit_by_stripe() -> dict[str, int]:
    """Payments less refunds and disputes, by account, as Stripe tells it."""
    client, credit = stripe._client().v1, defaultdict[str, int](int)
    for intent in client.payment_intents.list({"limit": 100}).auto_paging_iter():
        if intent.status != "succeeded":
            continue
        order = Order.get(f"ORDER#{intent.metadata['order']}", consistent_read=True)
        taken = sum(refund.amount for refund in _of(client.refunds, intent.id) if refund.status != "failed")
        taken += sum(d.amount for d in _of(client.disputes, intent.id) if d.status in UNDECIDED_OR_LOST)
        credit[order.account_id] += (intent.amount - taken) * stripe.MICROS_PER_CENT
    return credit


def _of(resource: Any, intent: str) -> Any:
    return resource.list({"payment_intent": intent, "limit": 100}).auto_paging_iter()


def _check_calls(account_id: str) -> None:
    """Each call that the carrier connected has one record, with the carrier's seconds and their price."""
    known = {record.call_sid: record for record in records.newest_first(account_id)}
    calls = [call for call in twilio._client().calls.list() if call._from == f"client:{account_id}"]
    for call in calls:
        legs = twilio._client().calls.list(parent_call_sid=call.sid)
        record = known.pop(str(call.sid), None)
        talked = sum(int(leg.duration or 0) for leg in legs)
        if record is None:
            _demand(not legs, f"{account_id}: {call.sid} was dialled and has no record")
            continue
        _demand(
            record.duration_seconds == talked,
            f"{record.call_id}: {record.duration_seconds} s, not {talked} s",
        )
        price = rates.cost_micros(record.rate(), talked)
        _demand(record.cost_micros == price, f"{record.call_id}: {record.cost_micros}, not {price}")
    _demand(not known, f"{account_id}: records of no call: {sorted(known)}")


def _demand(true: bool, otherwise: str) -> None:
    if not true:
        raise Violation(otherwise)
