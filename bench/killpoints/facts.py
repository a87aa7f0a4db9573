"""Stripe's webhook, once for each kind of fact and state that it tells."""

from __future__ import annotations

from collections.abc import Callable

from bench.killpoints.scene import Scene
from bench.killpoints.sweeps import add
from chalicelib.core import clock, ids
from chalicelib.money import cards, ledger
from tests.harness.killpoints import Case
from tests.money.payer import Payer

Before = Callable[[Payer], object]
WEBHOOK = "POST /api/webhooks/stripe"
TEN = 10_000_000


def told(before: Before, type: str) -> Callable[[Scene], Case]:
    """A case of the last event of a type that came of what was done; Stripe sends it until it is taken."""

    def make(scene: Scene) -> Case:
        payer = scene.payer()
        before(payer)
        event = payer.waiting(type)[-1]

        def hear() -> None:
            assert scene.stage.payments.redeliver(event), f"{type} was not taken"

        return Case(hear, lambda: scene.outcome(payer.account_id))

    return make


def pay(outcome: str = "succeeded") -> Before:
    return lambda payer: payer.pay(outcome=outcome)


def abandon(payer: Payer) -> None:
    payer.stage.payments.pay(str(payer.order().checkout_id), "abandoned")


def close(payer: Payer) -> None:
    payer.pay()
    ledger.set_status(payer.account_id, "closed")


def refund(status: str, *, known: bool = True) -> Before:
    def ask(payer: Payer) -> None:
        intent = payer.top_up() if known else payer.pay()
        payer.stage.payments.refund(intent, 3_000_000, status)  # type: ignore[arg-type]

    return ask


def fail_refund(payer: Payer) -> None:
    refund("succeeded")(payer)
    payer.stage.settle_payments()
    payer.stage.payments.fail_refund(payer.stage.payments.all("refund")[-1]["id"])


def dispute(verdict: str, *, known: bool = True) -> Before:
    def open_one(payer: Payer) -> None:
        intent = payer.top_up() if known else payer.pay()
        payer.stage.payments.dispute(intent, TEN, verdict)  # type: ignore[arg-type]

    return open_one


def warn(payer: Payer) -> None:
    payer.stage.payments.warn_of_fraud(payer.top_up())


def save_card(payer: Payer) -> None:
    page = cards.switch_on(payer.account_id, 5_000_000, TEN, ids.new("ord", clock.now()))
    assert page
    payer.stage.payments.pay(str(page.checkout_id), "succeeded")


def save_another(payer: Payer) -> None:
    save_card(payer)
    payer.stage.settle_payments()
    cards.switch_off(payer.account_id)
    save_card(payer)


TOLD: list[tuple[str, str, Before, str]] = [
    (WEBHOOK, "", pay(), "checkout.session.completed"),
    ("fact Paid", "a bank's payment", pay("async_succeeded"), "checkout.session.async_payment_succeeded"),
    ("fact Paid", "to a closed account", close, "checkout.session.completed"),
    ("fact Charged", "", pay(), "payment_intent.succeeded"),
    ("fact Unpaid", "failed", pay("async_failed"), "checkout.session.async_payment_failed"),
    ("fact Unpaid", "expired", abandon, "checkout.session.expired"),
    ("fact RefundFact", "pending", refund("pending"), "refund.created"),
    ("fact RefundFact", "done", refund("succeeded"), "refund.updated"),
    ("fact RefundFact", "before its payment", refund("succeeded", known=False), "refund.created"),
    ("fact RefundFact", "sent back", fail_refund, "refund.failed"),
    ("fact GaveBack", "", refund("succeeded"), "charge.refunded"),
    ("fact DisputeFact", "opened", dispute("open"), "charge.dispute.created"),
    (
        "fact DisputeFact",
        "withdrawn, first of all",
        dispute("open", known=False),
        "charge.dispute.funds_withdrawn",
    ),
    ("fact DisputeFact", "lost", dispute("lost"), "charge.dispute.closed"),
    ("fact DisputeFact", "won", dispute("won"), "charge.dispute.closed"),
    ("fact DisputeFact", "reinstated", dispute("won"), "charge.dispute.funds_reinstated"),
    ("fact FraudWarning", "", warn, "radar.early_fraud_warning.created"),
    ("fact CardSaved", "the session", save_card, "checkout.session.completed"),
    ("fact CardSaved", "the card", save_another, "setup_intent.succeeded"),
]
for entry, name, before, type in TOLD:
    add(entry, told(before, type), name or type, alone="closed" in name)
