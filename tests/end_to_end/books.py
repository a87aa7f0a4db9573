"""A person's money and calls as the service tells them, read whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from infra.local.visitor import Visitor


@dataclass(frozen=True)
class Books:
    """Everything about one account's credit; two are equal when nothing at all has changed."""

    balance: dict[str, Any]
    entries: list[dict[str, Any]]
    calls: list[dict[str, Any]]
    sheet: str

    def check(self) -> None:
        """Available and held are what the entries add up to; each record that was charged has its entry."""
        in_hand = sum(self.balance[part]["amount_micros"] for part in ("available", "held"))
        assert in_hand == sum(entry["amount"]["amount_micros"] for entry in self.entries)
        charged = {
            call["id"]: call["cost"]["amount_micros"] for call in self.calls if call["state"] == "charged"
        }
        booked = [entry for entry in self.entries if entry["kind"] in ("call", "late_charge")]
        assert sorted(entry["cause"] for entry in booked) == sorted(charged)
        assert {entry["cause"]: -entry["amount"]["amount_micros"] for entry in booked} == charged

    def causes(self, kind: str) -> list[str]:
        """What its entries of a kind are for, sorted."""
        return sorted(entry["cause"] for entry in self.entries if entry["kind"] == kind)

    def talked_seconds(self) -> list[int]:
        """How long each call that was charged lasted, sorted."""
        return sorted(call["duration_seconds"] for call in self.calls if call["state"] == "charged")


def read(who: Visitor) -> Books:
    return Books(
        who.balance(), _all(who, "/api/ledger"), _all(who, "/api/calls"), who.get("/api/calls.csv").text
    )


def _all(who: Visitor, path: str) -> list[dict[str, Any]]:
    page = who.get(path, limit="100").raise_for_status().json()
    items: list[dict[str, Any]] = page["items"]
    while page["next_cursor"]:
        page = who.get(path, limit="100", cursor=page["next_cursor"]).raise_for_status().json()
        items += page["items"]
    return items
