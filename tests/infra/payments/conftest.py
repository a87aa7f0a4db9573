"""A provider of one's own for each test, with a clock, a receiver and the real client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
import stripe

from infra.local.exchange import Answered, Asked, Deliver
from infra.local.payments import Payments
from infra.local.payments.in_process import stripe_client
from infra.local.payments.state import mint
from infra.local.store import Store

SECRET = "whsec_of_the_tests"
START = 1_900_000_000


@dataclass
class Clock:
    now: int = START

    def __call__(self) -> int:
        return self.now


@dataclass
class Receiver:
    """Takes webhooks and checks each as the deployed receiver does. `answers` go first, then 200."""

    answers: list[int | OSError] = field(default_factory=list)
    posts: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)
    events: list[stripe.Event] = field(default_factory=list)

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        self.posts.append((url, body, headers))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, OSError):
            raise answer
        event = stripe.Webhook.construct_event(body, headers["stripe-signature"], SECRET)
        self.events.append(event)
        return Answered(answer)

    def types(self) -> list[str]:
        return [event.type for event in self.events]


@dataclass
class World:
    payments: Payments
    client: stripe.StripeClient
    receiver: Receiver
    clock: Clock
    store: Store

    def order(
        self, cents: int = 2500, customer_creation: Literal["always", "if_required"] = "always", **more: Any
    ) -> stripe.checkout.Session:
        """An open session for a top-up, as the product asks for one."""
        product: Any = {"name": "Calling credit"}
        return self.client.v1.checkout.sessions.create(
            {  # type: ignore[arg-type]
                "mode": "payment",
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {"currency": "usd", "unit_amount": cents, "product_data": product},
                    }
                ],
                "success_url": "https://vowline.test/done?session={CHECKOUT_SESSION_ID}",
                "cancel_url": "https://vowline.test/back",
                "client_reference_id": "top_1",
                "metadata": {"order": "top_1"},
                "payment_intent_data": {"metadata": {"order": "top_1"}},
                **({} if "customer" in more else {"customer_creation": customer_creation}),
                **more,
            }
        )

    def saving(self, **more: Any) -> stripe.checkout.Session:
        """An open session that saves a card."""
        return self.client.v1.checkout.sessions.create(
            {  # type: ignore[arg-type]
                "mode": "setup",
                "currency": "usd",
                "success_url": "https://vowline.test/saved",
                **({} if "customer" in more else {"customer_creation": "always"}),
                **more,
            }
        )

    def paid(self, cents: int = 2500) -> str:
        """The PaymentIntent of a paid session."""
        return str(self.payments.pay(self.order(cents).id, "succeeded")["payment_intent"])

    def another(self, deliver: Deliver) -> Payments:
        """The same provider with another receiver."""
        return provider(self.store, deliver, self.clock)

    def types(self) -> list[str]:
        return [event["type"] for event in self.payments.events()]

    def get(self, path: str, query: str = "") -> Answered:
        return self.payments.answer(Asked("GET", path, query))

    def press(self, checkout_id: str, action: str) -> Answered:
        return self.payments.answer(Asked("POST", f"/pay/{checkout_id}", body=f"action={action}".encode()))


def provider(store: Store, deliver: Deliver, clock: Clock, mint: Callable[[str], str] = mint) -> Payments:
    return Payments(
        store,
        deliver,
        webhook_url="https://vowline.test/api/webhooks/stripe",
        webhook_secret=SECRET,
        page_url="http://127.0.0.1:8003",
        now=clock,
        mint=mint,
    )


def new_world(mint: Callable[[str], str] = mint, store: Store | None = None) -> World:
    clock, receiver, store = Clock(), Receiver(), store or Store()
    payments = provider(store, receiver, clock, mint)
    return World(payments, stripe_client(payments), receiver, clock, store)


@pytest.fixture
def world() -> World:
    return new_world()
