"""Money goes back: people, staff and banks ask for it, and banks change their minds."""

from __future__ import annotations

from bench.simulator.world import World
from chalicelib.calling import calls
from chalicelib.money import disputes, ledger, refunds
from infra.local.payments import Standing, Start, Verdict

AMOUNTS_MICROS = [10_000, 1_000_000, 2_500_000]
STARTS: list[Start] = ["succeeded", "succeeded", "pending", "requires_action"]
VERDICTS: list[Verdict] = ["won", "lost", "warning_closed", "prevented"]
STANDINGS: list[Standing] = ["under_review", "needs_response"]


def ask_refund(world: World) -> None:
    """Somebody wants unused credit back, some or all; or sends an earlier request again."""
    if world.wishes and world.chance.random() < 0.3:
        request_id = world.chance.choice(list(world.wishes))
    else:
        request_id = world.new_id("ref", world.now)
        wanted = world.chance.choice([None, 10_000, 1_230_000, 6_000_000])
        world.wishes[request_id] = (world.someone(), wanted)
    world.act(refunds.start, *world.wishes[request_id], request_id)


def refund_by_staff(world: World) -> None:
    """Staff refund a part at Stripe itself."""
    paid = world.one_of("payment_intent", status="succeeded")
    if paid:
        amount, start = world.chance.choice(AMOUNTS_MICROS), world.chance.choice(STARTS)
        world.attempt(world.stage.payments.refund, paid["id"], amount, start)


def settle_refund(world: World) -> None:
    """A bank takes a refund that was pending, or sends one back, even late."""
    refund = world.one_of("refund")
    if refund:
        answer = world.stage.payments.settle_refund
        if world.chance.random() < 0.4:
            answer = world.stage.payments.fail_refund
        world.attempt(answer, refund["id"])


def change_refunds(world: World) -> None:
    """From now on refunds are done at once, or take their time."""
    world.stage.payments.start_refunds(world.chance.choice(STARTS))


def open_dispute(world: World) -> None:
    """A bank disputes a payment, or only asks."""
    paid = world.one_of("payment_intent", status="succeeded")
    if paid:
        amount = world.chance.choice([2_500_000, paid["amount"] * 10_000])
        inquiry = world.chance.random() < 0.3
        world.attempt(world.stage.payments.open_dispute, paid["id"], amount, inquiry=inquiry)


def move_dispute(world: World) -> None:
    """One phase of some dispute, in whatever order banks have."""
    dispute = world.one_of("dispute")
    if dispute is None:
        return
    payments, id = world.stage.payments, dispute["id"]
    phase = world.chance.choice(["withdraw", "update", "close", "close", "reinstate"])
    if phase == "withdraw":
        world.attempt(payments.withdraw_dispute, id)
    elif phase == "update":
        world.attempt(payments.update_dispute, id, world.chance.choice([None, *STANDINGS]))
    elif phase == "close":
        world.attempt(payments.close_dispute, id, world.chance.choice(VERDICTS))
    elif dispute["status"] in ("won", "lost"):
        world.attempt(payments.reinstate_dispute, id)


def warn_of_fraud(world: World) -> None:
    """A card network suspects a payment."""
    paid = world.one_of("payment_intent", status="succeeded")
    if paid:
        world.attempt(world.stage.payments.warn_of_fraud, paid["id"])


def thaw(world: World) -> None:
    """Staff lets an account spend again, whatever became of a dispute."""
    account_id = world.someone()
    for dispute_id in sorted(ledger.funds(account_id).frozen):
        world.act(disputes.thaw, account_id, dispute_id)
        world.thawed.add(dispute_id)


def close_account(world: World) -> None:
    """A deletion comes to its closing: calls end, credit goes back, the books are closed."""
    account_id = world.someone()
    world.act(ledger.set_status, account_id, "suspended")
    if world.act(calls.end_all, account_id) and world.act(refunds.refund_all, account_id):
        world.act(ledger.set_status, account_id, "closed")
    if ledger.funds(account_id).status == "closed":
        world.close_account(account_id)
