"""Webhooks: every event is posted until the receiver takes it, at least once and in no promised order."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from infra.local.exchange import Deliver
from infra.local.payments.faults import WEBHOOKS, Delivery, Faults
from infra.local.payments.state import State
from infra.local.store import Document

_GIVE_UP_SECONDS = 3 * 86_400
_LONGEST_PAUSE_SECONDS = 3600


@dataclass(frozen=True)
class Webhooks:
    """One endpoint. Retries follow the state's clock, signatures carry `real_now`.

    What the receiver raises other than OSError goes through to the caller, and the event stays undelivered.
    """

    state: State
    faults: Faults
    send: Deliver
    url: str
    secret: str
    real_now: Callable[[], int]

    def deliver_due(self) -> int:
        """Posts what is due, oldest first but for planted faults; how many posts the receiver took."""
        now = self.state.now()
        due = deque(waiting["event"] for waiting in self.waiting() if waiting["due_at"] <= now)
        taken = 0
        while due:
            event_id = due.popleft()
            fault: Delivery | None = self.faults.take(WEBHOOKS)
            if fault == "reorder" and due:
                due.append(event_id)
            else:
                taken += self._attempt(event_id, fault)
        return taken

    def deliver(self, event_ids: Iterable[str], times: int) -> int:
        """Posts these events now in this order, each `times` times, taken before or not: how many were."""
        events = [self.state.find("event", event_id) for event_id in event_ids]
        return sum(self._post(event) for event in events for _ in range(times))

    def waiting(self) -> list[Document]:
        """What is still to be delivered, oldest first: `{event, type, attempts, due_at}`."""
        return self.state.all("delivery")

    def drop(self, event_ids: Iterable[str]) -> None:
        """Gives these up for good, as after days without a receiver; they stay listed as undelivered."""
        with self.state.acting():
            for event_id in event_ids:
                self.state.find("event", event_id)
                self.state.forget("delivery", event_id)

    def delay(self, event_ids: Iterable[str], seconds: int) -> None:
        """Makes these due so much later than they are."""
        with self.state.acting():
            for event_id in event_ids:
                waiting = self.state.find("delivery", event_id)
                self.state.note("delivery", event_id, {**waiting, "due_at": waiting["due_at"] + seconds})

    def _attempt(self, event_id: str, fault: Delivery | None) -> int:
        event = self._claim(event_id)
        if event is None:
            return 0
        if fault == "drop":
            self.drop([event_id])
            return 0
        if fault == "delay":
            self.delay([event_id], _LONGEST_PAUSE_SECONDS)
            return 0
        taken = sum(self._post(event, lost=fault == "answer_lost") for _ in range(1 + (fault == "duplicate")))
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

    def _post(self, event: Document, *, lost: bool = False) -> bool:
        body = json.dumps(event, indent=2).encode()
        headers = {
            "content-type": "application/json; charset=utf-8",
            "stripe-signature": sign(body, self.secret, self.real_now()),
            "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            answered = self.send(self.url, body, headers)
        except OSError:
            return False
        if lost or not 200 <= answered.status < 300:
            return False
        with self.state.acting():
            self.state.forget("delivery", event["id"])
            self.state.save({**event, "pending_webhooks": 0})
        return True


def sign(body: bytes, secret: str, at: int) -> str:
    """The Stripe-Signature header for a body sent at a moment (epoch seconds)."""
    signature = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signature}"
