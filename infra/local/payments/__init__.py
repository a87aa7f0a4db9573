"""A stand-in for the payments provider: its REST API, hosted page and webhooks, with state and no network.

Objects have the provider's own shapes, so that its real client works against it. What people and banks do
elsewhere (pay, dispute, refund by hand) are methods here.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from infra.local.exchange import Answered, Asked, Deliver
from infra.local.payments import api, checkouts, developer, methods, page, routes
from infra.local.payments.developer import Decision, Outcome
from infra.local.payments.errors import RefusedError
from infra.local.payments.faults import Faults
from infra.local.payments.state import State, mint
from infra.local.payments.webhooks import Webhooks
from infra.local.store import Document, Store

__all__ = ["Decision", "Faults", "Outcome", "Payments", "RefusedError"]


def _real_now() -> int:
    return int(time.time())


class Payments:
    """The provider. `now` is the world's clock, `real_now` the one that signatures carry (epoch seconds).

    `page_url` is the public base of the hosted page, `payee` the name on it. Webhooks wait for `deliver_due`.
    `faults` makes chosen answers go wrong. The verbs raise RefusedError when they cannot be done.
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
        self._state = State(store, page_url, now, mint)
        self._webhooks = Webhooks(self._state, deliver, webhook_url, webhook_secret, real_now)
        self._payee = payee
        self.faults = Faults(routes.OPERATIONS)

    def answer(self, asked: Asked) -> Answered:
        """Answers the REST API (/v1/...) and the hosted page (/pay/...).

        Raises TimeoutError where a planted fault says that no answer comes: a host then drops the connection.
        """
        checkouts.lapse_due(self._state)
        if asked.path.startswith("/pay/"):
            return page.answer(self._state, self._payee, asked)
        return api.answer(self._state, self.faults, asked)

    def pay(self, checkout_id: str, outcome: Outcome) -> Document:
        """Acts as the paying customer: `{payment_intent}`. See developer.pay."""
        checkouts.lapse_due(self._state)
        return developer.pay(self._state, checkout_id, outcome)

    def refund(self, payment_intent: str, amount_micros: int) -> Document:
        """Refunds by hand: `{refund, status}`."""
        return developer.refund(self._state, payment_intent, amount_micros)

    def fail_refund(self, refund_id: str, reason: str = "lost_or_stolen_card") -> Document:
        """The bank sends a refund back: `{refund, status}`."""
        return developer.fail_refund(self._state, refund_id, reason)

    def dispute(self, payment_intent: str, amount_micros: int, outcome: Decision = "open") -> Document:
        """Opens a dispute, or opens and decides one, or decides the open one: `{dispute, status}`."""
        return developer.dispute(self._state, payment_intent, amount_micros, outcome)

    def decline(self, payment_method: str, reason: str | None = "generic_decline") -> None:
        """From now on charges of a saved payment method fail for the reason; None makes it good again."""
        with self._state.acting():
            methods.decline(self._state, payment_method, reason)

    def deliver_due(self) -> int:
        """Posts the webhooks that are due: how many were taken; the others are tried again later."""
        checkouts.lapse_due(self._state)
        return self._webhooks.deliver_due()

    def redeliver(self, event_id: str) -> bool:
        """Posts one event once more, now; True when the receiver took it."""
        return self._webhooks.redeliver(event_id)

    def events(self) -> list[Document]:
        """Every event, oldest first."""
        return self._state.all("event")
