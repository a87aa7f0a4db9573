"""Dialled legs: a leg rings, is answered and ends exactly once, and its callbacks tell of each step.

Two threads may move a leg at once (a hang-up by REST while it is being set up); the later changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from infra.local.carrier.callbacks import Callbacks, messages
from infra.local.carrier.calls import Calls
from infra.local.carrier.twiml import Dial
from infra.local.store import Document, Store

LEG = "leg"
TALKING = "talking"


class Legs:
    def __init__(self, store: Store, calls: Calls, callbacks: Callbacks, now: Callable[[], datetime]) -> None:
        self._store = store
        self._calls = calls
        self._callbacks = callbacks
        self._now = now

    def open(self, parent_sid: str, dial: Dial, at: datetime, faults: Collection[str]) -> str:
        """The new leg's sid; `step` makes it move."""
        with self._store.change():
            sid: str = self._calls.open(dial.caller_id, dial.number, "queued", at, parent_sid)["sid"]
            progress = {"status": "queued", "at": at.isoformat(), "answered_at": None, "duration_seconds": 0}
            callbacks = {"url": dial.callback, "events": dial.events, "sequence": 0, "kept": []}
            terms = {"limit_seconds": dial.limit_seconds, "faults": list(faults)}
            self._store.put(LEG, sid, {"sid": sid, "parent": parent_sid, **progress, **callbacks, **terms})
        return sid

    def get(self, sid: str) -> Document:
        leg = self._store.get(LEG, sid)
        if leg is None:
            raise LookupError(f"no leg {sid}")
        return leg

    def step(self, sid: str, status: str, event: str, at: datetime) -> bool:
        """Moves a leg on and tells; False when it is over already."""
        with self._store.change():
            call, leg = self._calls.move(sid, status, at), self.get(sid)
            if call is None:
                return False
            leg |= {"status": status, "at": at.isoformat()}
            if event == "answered":
                leg["answered_at"] = at.isoformat()
                self._store.put(TALKING, sid, {"sid": sid})
            sendable = messages(leg, call, event, at)
            self._store.put(LEG, sid, leg)
        self._callbacks.send(leg, sendable, later=False)
        return True

    def end(self, sid: str, status: str, at: datetime, duration_seconds: int, *, later: bool) -> bool:
        """Ends a leg and tells, at once or `later` through the outbox; False when it was over already."""
        with self._store.change():
            call, leg = self._calls.finish(sid, status, at, duration_seconds), self.get(sid)
            if call is None:
                return False
            leg |= {"status": status, "at": at.isoformat(), "duration_seconds": duration_seconds}
            sendable = messages(leg, call, "completed", at)
            self._store.put(LEG, sid, leg | {"kept": []})
            self._store.delete(TALKING, sid)
        self._callbacks.send(leg, sendable, later=later)
        return True

    def cut(self, sid: str, talk_seconds: int | None = None, *, later: bool) -> bool:
        """Hangs up, after `talk_seconds` or by default now; a talk is never longer than its time limit."""
        leg = self.get(sid)
        if not leg["answered_at"]:
            at = max(moment(leg["at"]), self._now().replace(microsecond=0))
            return self.end(sid, "canceled", at, 0, later=later)
        answered_at = moment(leg["answered_at"])
        if talk_seconds is None:
            talk_seconds = max(1, int((self._now() - answered_at).total_seconds()))
        seconds = min(talk_seconds, leg["limit_seconds"])
        return self.end(sid, "completed", answered_at + timedelta(seconds=seconds), seconds, later=later)

    def overdue(self) -> list[Document]:
        """Legs that still talk though the virtual clock has passed their time limit."""
        with self._store.change():
            talking = [self.get(pointer["sid"]) for pointer in self._store.all(TALKING)]
        return [leg for leg in talking if self._now() >= moment(leg["answered_at"]) + _limit(leg)]

    def forget(self, sid: str) -> None:
        self._store.delete(LEG, sid)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _limit(leg: Document) -> timedelta:
    return timedelta(seconds=leg["limit_seconds"])
