"""Status callbacks of a dialled leg: which are sent, in what order, when, and what goes wrong with them."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Collection
from datetime import datetime

from infra.local.carrier.calls import API_VERSION, started_minutes
from infra.local.carrier.moments import rfc2822
from infra.local.carrier.webhooks import Webhooks
from infra.local.store import Document, Store

FAULTS = {"lose_completed", "duplicate", "reorder", "delay"}
DELAY_SECONDS = 2
OUTBOX = "outbox"
PROGRESS_STATUSES = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}

Message = dict[str, str]


def check_faults(faults: Collection[str]) -> None:
    """ValueError for a fault that there is not."""
    unknown = set(faults) - FAULTS
    if unknown:
        raise ValueError(f"no fault {', '.join(sorted(unknown))}; there are {', '.join(sorted(FAULTS))}")


def messages(leg: Document, call: Document, event: str, at: datetime) -> list[Message]:
    """What is to be sent for `event` now, the leg's faults applied; counts and keeps in `leg`."""
    new = []
    if leg["url"] and event in leg["events"]:
        new = [_params(leg["sequence"], call, event, at)]
        leg["sequence"] += 1
    if event == "completed" and "lose_completed" in leg["faults"]:
        new = []
    if "duplicate" in leg["faults"]:
        new *= 2
    if "reorder" not in leg["faults"]:
        return new
    leg["kept"] += new
    return leg["kept"][::-1] if event == "completed" else []


def _params(sequence: int, call: Document, event: str, at: datetime) -> Message:
    params = {
        "AccountSid": call["account_sid"],
        "ApiVersion": API_VERSION,
        "CallSid": call["sid"],
        "ParentCallSid": call["parent_call_sid"],
        "CallStatus": PROGRESS_STATUSES.get(event, call["status"]),
        "CallbackSource": "call-progress-events",
        "Direction": call["direction"],
        "From": call["from"],
        "Caller": call["from"],
        "To": call["to"],
        "Called": call["to"],
        "SequenceNumber": str(sequence),
        "Timestamp": rfc2822(at),
    }
    if event == "completed":
        seconds = int(call["duration"])
        params |= {"CallDuration": str(seconds), "Duration": str(started_minutes(seconds))}
    return params


class Callbacks:
    """Sends callbacks, at once or from an outbox. One that fails is gone: the carrier does not repeat it."""

    def __init__(self, store: Store, webhooks: Webhooks, real_time: Callable[[], float]) -> None:
        self._store = store
        self._webhooks = webhooks
        self._real_time = real_time

    def send(self, leg: Document, sendable: list[Message], *, later: bool) -> None:
        """Posts to the leg's URL in order; `later` or delayed ones wait in the outbox for send_due."""
        delay_seconds = DELAY_SECONDS if "delay" in leg["faults"] else 0
        for params in sendable:
            if later or delay_seconds:
                self._queue(leg["url"], params, self._real_time() + delay_seconds)
            else:
                self._post(leg["url"], params)

    def send_due(self) -> int:
        """Sends what is due in the outbox, oldest first, and says how many; each is sent once."""
        sent = 0
        for waiting in self._store.all(OUTBOX):
            if waiting["due"] <= self._real_time() and self._store.delete(OUTBOX, waiting["id"]):
                self._post(waiting["url"], waiting["params"])
                sent += 1
        return sent

    def _queue(self, url: str, params: Message, due: float) -> None:
        id = secrets.token_hex(8)
        self._store.put(OUTBOX, id, {"id": id, "url": url, "params": params, "due": due})

    def _post(self, url: str, params: Message) -> None:
        with contextlib.suppress(OSError):
            self._webhooks.post(url, params)
