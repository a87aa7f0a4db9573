"""Webhooks: every event is posted until the receiver takes it, at least once and in no promised order."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass

from infra.local.exchange import Deliver
from infra.local.payments.state import State
from infra.local.store import Document

_GIVE_UP_SECONDS = 3 * 86_400
_LONGEST_PAUSE_SECONDS = 3600


@dataclass(frozen=True)
class Webhooks:
    """One endpoint. Retries follow the state's clock, signatures carry `real_now`."""

    state: State
    deliver: Deliver
    url: str
    secret: str
    real_now: Callable[[], int]

    def deliver_due(self) -> int:
        """Posts what is due, oldest first, and answers how many the receiver took."""
        due = [delivery for delivery in self.state.all("delivery") if delivery["due_at"] <= self.state.now()]
        return sum(self._attempt(delivery["event"]) for delivery in due)

    def redeliver(self, event_id: str) -> bool:
        """Posts an event now, whether it was taken before or not; True when the receiver took it."""
        return self._post(self.state.find("event", event_id))

    def _attempt(self, event_id: str) -> bool:
        event = self._claim(event_id)
        if event is None:
            return False
        taken = self._post(event)
        if not taken and event["created"] + _GIVE_UP_SECONDS <= self.state.now():
            self.state.forget("delivery", event_id)
        return taken

    def _claim(self, event_id: str) -> Document | None:
        """The event, its next attempt put off already, so that another thread does not post it meanwhile."""
        with self.state.acting():
            delivery = self.state.peek("delivery", event_id)
            now = self.state.now()
            if delivery is None or delivery["due_at"] > now:
                return None
            pause_seconds = min(2 ** delivery["attempts"], _LONGEST_PAUSE_SECONDS)
            later = {**delivery, "attempts": delivery["attempts"] + 1, "due_at": now + pause_seconds}
            self.state.note("delivery", event_id, later)
            return self.state.find("event", event_id)

    def _post(self, event: Document) -> bool:
        body = json.dumps(event, indent=2).encode()
        headers = {
            "content-type": "application/json; charset=utf-8",
            "stripe-signature": sign(body, self.secret, self.real_now()),
            "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            answered = self.deliver(self.url, body, headers)
        except OSError:
            return False
        if not 200 <= answered.status < 300:
            return False
        with self.state.acting():
            self.state.forget("delivery", event["id"])
            self.state.save({**event, "pending_webhooks": 0})
        return True


def sign(body: bytes, secret: str, at: int) -> str:
    """The Stripe-Signature header for a body sent at a moment (epoch seconds)."""
    signature = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signature}"
