"""Calls as the REST API shows them: one document a leg."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from infra.local.carrier import far_end
from infra.local.carrier.lines import Lines
from infra.local.carrier.moments import from_rfc2822, rfc2822
from infra.local.store import Document, Store

KIND = "calls"
API_VERSION = "2010-04-01"
LIVE = ("queued", "ringing", "in-progress")
PRICE_DELAY = timedelta(minutes=5)
PRICES_A_MINUTE = {
    "inbound": Decimal("0.0040"),
    "outbound-dial": Decimal("0.0140"),
    "outbound-api": Decimal("0.0140"),
}
SUBRESOURCES = (
    "Notifications",
    "Recordings",
    "Payments",
    "Events",
    "Siprec",
    "Streams",
    "Transcriptions",
    "UserDefinedMessageSubscriptions",
    "UserDefinedMessages",
)


class Calls:
    """Legs in the store. A leg that is over, or deleted, never changes again."""

    def __init__(self, store: Store, account_sid: str, now: Callable[[], datetime], lines: Lines) -> None:
        self._store = store
        self._account_sid = account_sid
        self._now = now
        self._lines = lines

    def open(
        self,
        from_: str,
        to: str,
        status: str,
        at: datetime,
        parent_sid: str | None = None,
        *,
        direction: str | None = None,
    ) -> Document:
        """A new leg; with a parent it was dialled, without one it came in from a client."""
        sid = f"CA{secrets.token_hex(16)}"
        base = f"/{API_VERSION}/Accounts/{self._account_sid}/Calls/{sid}"
        call = {
            "sid": sid,
            "date_created": rfc2822(at),
            "date_updated": rfc2822(at),
            "parent_call_sid": parent_sid,
            "account_sid": self._account_sid,
            "to": to,
            "to_formatted": far_end.formatted(to),
            "from": from_,
            "from_formatted": far_end.formatted(from_),
            "phone_number_sid": None,
            "status": status,
            "start_time": rfc2822(at),
            "end_time": None,
            "duration": None,
            "price": None,
            "price_unit": "USD",
            "direction": direction or ("outbound-dial" if parent_sid else "inbound"),
            "answered_by": None,
            "api_version": API_VERSION,
            "forwarded_from": None,
            "group_sid": None,
            "caller_name": None,
            "queue_time": "0",
            "trunk_sid": None,
            "uri": f"{base}.json",
            "subresource_uris": {_snake(name): f"{base}/{name}.json" for name in SUBRESOURCES},
        }
        self._store.put(KIND, sid, call)
        return call

    def get(self, sid: str) -> Document | None:
        return self._store.get(KIND, sid)

    def live(self) -> list[Document]:
        """Clients' legs that are not over, oldest first."""
        calls = self._store.all(KIND)
        return [call for call in calls if call.get("status") in LIVE and not call["parent_call_sid"]]

    def is_live(self, sid: str) -> bool:
        return (self.get(sid) or {}).get("status") in LIVE

    def move(self, sid: str, status: str, at: datetime) -> Document | None:
        """The leg in its new status; None when it is over, and then nothing changes."""
        return self._change(sid, at, {"status": status})

    def finish(self, sid: str, status: str, at: datetime, duration_seconds: int) -> Document | None:
        """The leg with its end; None when it was over already."""
        end = {"status": status, "end_time": rfc2822(at), "duration": str(duration_seconds)}
        ended = self._change(sid, at, end)
        if ended:
            self._lines.follow(ended)
        return ended

    def shown(self, call: Document) -> Document:
        """The leg with its price, which the carrier knows only some minutes after the end."""
        if call["status"] != "completed" or self._now() < from_rfc2822(call["end_time"]) + PRICE_DELAY:
            return call
        price = -PRICES_A_MINUTE[call["direction"]] * started_minutes(int(call["duration"]))
        return {**call, "price": f"{price:.5f}"}

    def _change(self, sid: str, at: datetime, fields: Document) -> Document | None:
        with self._store.change():
            if not self.is_live(sid):
                return None
            call = {**(self.get(sid) or {}), **fields, "date_updated": rfc2822(at)}
            self._store.put(KIND, sid, call)
            return call


def started_minutes(seconds: int) -> int:
    """Seconds in minutes, a started minute counted whole."""
    return -(-seconds // 60)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
