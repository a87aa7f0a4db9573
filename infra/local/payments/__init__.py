"""A stand-in for the payments provider: its REST API, hosted page and webhooks, with state and no network.

Objects have the provider's own shapes, so that its real client works against it. What people and banks do
elsewhere (pay, dispute, refund by hand) are methods here. Nothing is random but the ids of the default
`mint`: with another `mint` and given clocks the same calls give the same answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from infra.local.exchange import Answered, Asked, Deliver
from infra.local.payments import api, banks, buyers, checkouts, methods, page, routes, taxes
from infra.local.payments.banks import Decision
from infra.local.payments.buyers import Outcome
from infra.local.payments.disputes import Standing, Verdict
from infra.local.payments.errors import RefusedError
from infra.local.payments.faults import WEBHOOKS, Delivery, Faults
from infra.local.payments.refunds import Start
from infra.local.payments.state import State, mint
from infra.local.payments.webhooks import Webhooks
from infra.local.store import Document, Store

__all__ = [
    "WEBHOOKS",
    "Decision",
    "Delivery",
    "Faults",
    "Outcome",
    "Payments",
    "RefusedError",
    "Standing",
    "Start",
    "Verdict",
]


def _real_now() -> int:
    return int(time.time())


class Payments:
    """The provider. `now` is the world's clock, `real_now` the one that signatures carry (epoch seconds).

    `page_url` is the public base of the hosted page, `payee` the name on it. Webhooks wait for `deliver_due`.
    `faults` makes chosen answers and webhooks go wrong. The verbs raise RefusedError when they cannot
    be done.
    """

    def __init__(
        self,
        store: Store,
        deliver: Deliver,
        *,
        webhook_url: str,
        webhook_secret: str,
        page_url: str,
        now: Callable[[], int],
        real_now: Callable[[], int] = _real_now,
        payee: str = "Vowline",
        mint: Callable[[str], str] = mint,
    ) -> None:
        self.faults = Faults(routes.OPERATIONS)
        self._state = State(store, page_url, now, mint)
        self._webhooks = Webhooks(self._state, self.faults, deliver, webhook_url, webhook_secret, real_now)
        self._payee = payee

    def answer(self, asked: Asked) -> Answered:
        """Answers the REST API (/v1/...) and the hosted page (/pay/...).

        Raises TimeoutError where a planted fault says that no answer comes: a host then drops the connection.
        """
        checkouts.lapse_due(self._state)
        if asked.path.startswith("/pay/"):
            return page.answer(self._state, self._payee, asked)
        return api.answer(self._state, self.faults, asked)

    def pay(self, checkout_id: str, outcome: Outcome) -> Document:
        """Acts as the customer on the hosted page: `{payment_intent}`. See buyers.pay."""
        checkouts.lapse_due(self._state)
        return buyers.pay(self._state, checkout_id, outcome)

    def settle(self, payment_intent: str, *, paid: bool) -> Document:
        """The bank answers a payment in process: `{payment_intent, status}`."""
        intent = buyers.settle(self._state, payment_intent, paid=paid)
        return {"payment_intent": intent["id"], "status": intent["status"]}

    def decline(self, payment_method: str, reason: str | None = "generic_decline") -> None:
        """From now on charges of a saved payment method fail for the reason; None makes it good again.

        The reason "processing" lets them wait for `settle`.
        """
        with self._state.acting():
            methods.decline(self._state, payment_method, reason)

    def set_tax(self, percent: str) -> None:
        """From now on sessions with automatic tax add this rate, such as "8.875"; 0 at first."""
        with self._state.acting():
            taxes.set_rate(self._state, percent)

    def refund(self, payment_intent: str, amount_micros: int, status: Start = "succeeded") -> Document:
        """Refunds by hand: `{refund, status}`."""
        return banks.refund(self._state, payment_intent, amount_micros, status)

    def start_refunds(self, status: Start) -> None:
        """From now on refunds that the API creates begin as pending, requires_action or succeeded."""
        banks.start_refunds(self._state, status)

    def settle_refund(self, refund_id: str) -> Document:
        """A refund that was pending succeeds: `{refund, status}`."""
        return banks.settle_refund(self._state, refund_id)

    def fail_refund(self, refund_id: str, reason: str = "lost_or_stolen_card") -> Document:
        """The bank sends a refund back, pending or done: `{refund, status}`."""
        return banks.fail_refund(self._state, refund_id, reason)

    def dispute(self, payment_intent: str, amount_micros: int, outcome: Decision = "open") -> Document:
        """Opens a dispute and takes the money, or does so and decides it, or decides the open one.

        Like each phase of its own below: `{dispute, status}`.
        """
        return banks.dispute(self._state, payment_intent, amount_micros, outcome)

    def open_dispute(self, payment_intent: str, amount_micros: int, *, inquiry: bool = False) -> Document:
        """Only charge.dispute.created."""
        return banks.open_dispute(self._state, payment_intent, amount_micros, inquiry=inquiry)

    def withdraw_dispute(self, dispute_id: str) -> Document:
        """Only charge.dispute.funds_withdrawn; refused for an inquiry."""
        return banks.withdraw_dispute(self._state, dispute_id)

    def update_dispute(self, dispute_id: str, status: Standing | None = None) -> Document:
        """Only charge.dispute.updated: a new status (an inquiry may become a claim), or evidence alone."""
        return banks.update_dispute(self._state, dispute_id, status)

    def close_dispute(self, dispute_id: str, verdict: Verdict) -> Document:
        """Only charge.dispute.closed: won or lost, warning_closed for an inquiry, prevented for either."""
        return banks.close_dispute(self._state, dispute_id, verdict)

    def reinstate_dispute(self, dispute_id: str) -> Document:
        """Only charge.dispute.funds_reinstated; refused for an inquiry."""
        return banks.reinstate_dispute(self._state, dispute_id)

    def warn_of_fraud(self, payment_intent: str, fraud_type: str = "made_with_stolen_card") -> Document:
        """Only radar.early_fraud_warning.created: `{early_fraud_warning}`."""
        return banks.warn_of_fraud(self._state, payment_intent, fraud_type)

    def deliver_due(self) -> int:
        """Posts the webhooks that are due: how many were taken; the others are tried again later."""
        checkouts.lapse_due(self._state)
        return self._webhooks.deliver_due()

    def deliver(self, event_ids: Iterable[str], times: int = 1) -> int:
        """Posts these events now in this order, each `times` times, due or dropped or taken before.

        How many posts the receiver took.
        """
        return self._webhooks.deliver(event_ids, times)

    def redeliver(self, event_id: str) -> bool:
        """Posts one event once more, now; True when the receiver took it."""
        return self._webhooks.deliver([event_id], 1) == 1

    def drop(self, event_ids: Iterable[str]) -> None:
        """Never delivers these by itself; the API lists them as undelivered, `deliver` still posts them."""
        self._webhooks.drop(event_ids)

    def delay(self, event_ids: Iterable[str], seconds: int) -> None:
        """Makes webhooks that wait due so much later."""
        self._webhooks.delay(event_ids, seconds)

    def waiting(self) -> list[Document]:
        """The webhooks that still wait, in the order of their events: `{event, type, attempts, due_at}`."""
        checkouts.lapse_due(self._state)
        return self._webhooks.waiting()

    def events(self) -> list[Document]:
        """Every event, oldest first; slow where there are many."""
        return self._state.all("event")

    def all(self, kind: str) -> list[Document]:
        """Every object of a kind, such as payment_intent, oldest first; slow where there are many."""
        return self._state.all(kind)
