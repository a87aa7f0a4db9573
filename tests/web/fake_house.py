"""One person's account behind the fake API: what the page does to it, and what the page sees."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

PROFILES = Path(__file__).parents[2] / "chalicelib" / "policy" / "compiled"
TOKEN = "the-token-of-the-mail"
PRICE_MICROS = 24_000
LISTS = {"purpose": "purposes", "category": "categories", "processor": "processors", "right": "rights"}
LISTS |= {"cookie": "cookies", "open_point": "open_points", "capability": "capabilities"}


class Refused(Exception):
    """A problem to answer with."""

    def __init__(self, status: int, type: str, detail: str, **fields: str) -> None:
        super().__init__(type)
        self.status = status
        errors = [{"field": name, "message": message} for name, message in fields.items()]
        self.problem = {"type": type, "title": type, "status": status, "detail": detail, "errors": errors}


def amount(micros: int) -> dict[str, Any]:
    return {"amount_micros": micros, "currency": "USD"}


def render(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _now() -> datetime:
    return datetime.now(UTC)


def _read_policy(id: str = "kinvo") -> dict[str, Any]:
    profile = json.loads((PROFILES / f"{id}.json").read_text())
    document = {new: profile[old] for old, new in LISTS.items()}
    document |= {name: profile[name] for name in ("id", "title", "effective_at", "settings")}
    return {**document, "version": "7d5e20c1b4f9a863"}


@dataclass
class House:
    """The account starts unknown; `sign_up`, `verify`, `sign_in` open it. `seen` keeps what was sent."""

    laptop: bool = True
    policy: dict[str, Any] = field(default_factory=_read_policy)
    csrf_token: str = "a-csrf-token"
    signed_up: dict[str, str] = field(default_factory=dict)
    schema: dict[str, Any] = field(
        default_factory=lambda: {"properties": {"email": {}}, "required": ["email"]}
    )
    details: dict[str, str | None] = field(default_factory=dict)
    answered: bool | None = None
    verified: bool = False
    new_address: str = ""
    other_sessions: int = 1
    signed_in_at: datetime | None = None
    status: str = "active"
    available_micros: int = 0
    ledger: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    looks: int = 0
    loses_callbacks: bool = False
    pauses_after_looks: int = 0

    def sign_up(
        self, email: str, password: str, birth_date: str, policy_version: str, **details: str | None
    ) -> None:
        if policy_version != self.policy["version"]:
            raise Refused(409, "policy-changed", "Our privacy policy has changed.")
        if _now().year - date.fromisoformat(birth_date).year < 18:
            sentence = "You must be at least 18 years old to use this service."
            if "parent_email" not in self.schema["properties"]:
                raise Refused(422, "too-young", sentence, birth_date=sentence)
            if "parent_email" not in details:
                raise Refused(
                    422, "parent-needed", "A parent must agree.", parent_email="A parent must agree."
                )
        self.details = details
        self.signed_up = {"email": email, "password": password}

    def obey(self, id: str, schema: dict[str, Any] | None = None) -> None:
        """Be the house of another policy, whose sign-up asks for this."""
        self.policy = _read_policy(id)
        self.schema = schema or self.schema

    def know(self, email: str, password: str) -> None:
        """As if the account were signed up and verified."""
        self.signed_up, self.verified = {"email": email, "password": password}, True

    def verify(self, token: str) -> None:
        if token != TOKEN:
            raise Refused(404, "not-found", "This link has been used or is too old.")
        self.verified = True

    def sign_in(self, email: str, password: str) -> None:
        if not self.verified or self.signed_up != {"email": email, "password": password}:
            raise Refused(401, "wrong-credentials", "This email and password do not go together.")
        self.signed_in_at = _now()

    def reset(self, token: str, password: str) -> None:
        if token != TOKEN:
            raise Refused(404, "link-not-valid", "This link no longer works.")
        self.signed_up["password"], self.signed_in_at = password, None

    def check(self, password: str, field: str) -> None:
        if password != self.signed_up["password"]:
            sentence = "This is not your password."
            raise Refused(403, "wrong-password", sentence, **{field: sentence})

    def me(self) -> dict[str, Any]:
        """An open deletion pauses the account only some looks after it was asked for."""
        if self.status == "active" and any(one["state"] == "grace" for one in self.requests):
            self.pauses_after_looks -= 1
            self.status = "active" if self.pauses_after_looks > 0 else "suspended"
        return {
            "account_id": "acc_01JX7Q8V5E",
            "email": self.signed_up["email"],
            "status": self.status,
            "created_at": render(_now() - timedelta(days=40)),
            "csrf_token": self.csrf_token,
            **self.details,
            "service": {"id": "kinvo", "title": "Kinvo", "currency": "USD"},
        }

    def balance(self) -> dict[str, Any]:
        available, held = amount(self.available_micros), amount(0)
        return {"available": available, "held": held, "currency": "USD", "status": "open"}

    def order(self, amount_micros: int) -> dict[str, Any]:
        if not 5_000_000 <= amount_micros <= 100_000_000:
            sentence = "Choose whole cents from 5 to 100."
            raise Refused(422, "invalid", "Some of these values do not fit.", amount_micros=sentence)
        id = f"ord_{len(self.orders) + 1}"
        self.orders[id] = {
            "id": id,
            "checkout_id": f"cs_{id}",
            "checkout_url": f"/checkout/{id}",
            "state": "open",
            "amount": amount(amount_micros),
        }
        return self.orders[id]

    def pay(self, id: str) -> None:
        """The money is on its way: the third look finds it here."""
        self.orders[id]["state"] = "paying"
        self.looks = 0

    def look(self, id: str) -> dict[str, Any]:
        order = self.orders[id]
        self.looks += 1
        if order["state"] == "paying" and self.looks > 2:
            order["state"] = "paid"
            self.book("topup", order["amount"]["amount_micros"])
        return order | {"state": order["state"].replace("paying", "open")}

    def book(self, kind: str, micros: int, at: datetime | None = None) -> None:
        self.available_micros += micros
        entry: dict[str, Any] = {
            "id": f"{kind}:{len(self.ledger)}",
            "at": render(at or _now()),
            "kind": kind,
            "cause": kind,
        }
        entry |= {"amount": amount(micros), "balance_after": amount(self.available_micros)}
        self.ledger.insert(0, entry)

    def quote(self, to: str) -> dict[str, Any]:
        if to in ("911", "112"):
            raise Refused(422, "emergency-number", "We can't connect emergency calls.")
        if not to.startswith("+"):
            sentence = "Please write the number with + and its country code."
            raise Refused(422, "number-not-e164", sentence)
        if to.startswith("+44909"):
            sentence = "This is a premium number that bills its callers, and we don't connect those."
            raise Refused(422, "premium-number", sentence)
        return {
            "to": to,
            "country": "GB" if to.startswith("+44") else "BR",
            "kind": "mobile",
            "description": "A sample",
            "currency": "USD",
            "price_micros": PRICE_MICROS,
            "connect_fee_micros": 0,
            "increment_first_seconds": 30,
            "increment_next_seconds": 6,
            "minimum_seconds": 30,
            "affordable_seconds": min(7200, self.available_micros * 60 // PRICE_MICROS),
            "deck_version": "sample",
        }

    def token(self) -> dict[str, Any]:
        return {"carrier": "twilio", "token": "a token", "call_id": f"call_{len(self.calls) + 1}"}

    def find(self, id: str) -> dict[str, Any]:
        for call in self.calls:
            if call["id"] == id:
                return call
        raise Refused(404, "not-found", "We can't find that call.")

    def call(
        self,
        token: str,
        to: str,
        talk_seconds: int,
        faults: list[str],
        *,
        outcome: str = "completed",
        at: datetime | None = None,
    ) -> dict[str, Any]:
        assert (token, faults) == ("a token", [])
        outcome = "busy" if to.endswith("0001") else outcome
        duration = talk_seconds if outcome == "completed" else 0
        billed = duration and max(30, -(-duration // 6) * 6)
        cost = -(-PRICE_MICROS * billed // 60)
        self.calls.insert(
            0,
            {
                "id": f"call_{len(self.calls) + 1}",
                "at": render(at or _now()),
                "to": to,
                "from": "+12025550100",
                "country": "GB" if to.startswith("+44") else "BR",
                "state": "charged" if cost else "voided",
                "outcome": outcome,
                "duration_seconds": duration,
                "billed_seconds": billed,
                "cost": amount(cost),
                "rate": self.quote(to),
                "arithmetic": f"0.024/min x {billed} s = {cost / 1e6:g} USD"
                if cost
                else "not answered = 0 USD",
            },
        )
        if self.loses_callbacks:
            self.calls[0] |= {"state": "live", "outcome": None, "cost": amount(0), "duration_seconds": 0}
        elif cost:
            self.book("call", -cost, at)
        twiml = "<Response><Dial timeLimit='60'><Number>+44</Number></Dial></Response>"
        return {"call_sid": "CA1", "twiml": twiml, "outcome": outcome, "duration_seconds": duration}

    def ask_deletion(self, type: str) -> dict[str, Any]:
        assert type == "deletion"
        self.status = "active" if self.pauses_after_looks else "suspended"
        now = _now()
        request = {"id": f"req_{len(self.requests) + 1}", "type": type, "state": "grace", "events": []}
        for name, days in (("received_at", 0), ("grace_ends_at", 7), ("due_at", 30)):
            request[name] = render(now + timedelta(days=days))
        self.requests.insert(0, request)
        return request

    def cancel(self, id: str) -> dict[str, Any]:
        request = next(one for one in self.requests if one["id"] == id)
        request["state"] = "cancelled"
        self.status = "active"
        return request
