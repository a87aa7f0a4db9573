"""A person at the running service: a browser without a screen, for the demo and for tests over HTTP."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

T = TypeVar("T")
PASSWORD = "correct horse battery staple"  # noqa: S105 - a demo's
DETAILS = {
    "name": "Ada Lovelace",
    "business_name": "Analytical Engines Ltd",
    "phone": "+442079460958",
    "billing_address": "12 St James's Square\nLondon SW1Y 4JH",
    "country": "GB",
}
PATIENCE_SECONDS = 45.0


class Visitor:
    """Signs up under a new address, and keeps the cookie and the token that come back."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.email = f"demo-{secrets.token_hex(4)}@example.org"
        self.http = httpx.Client(base_url=origin, headers={"origin": origin}, timeout=60)

    def get(self, path: str, **query: str) -> httpx.Response:
        return self.http.get(path, params=query)

    def post(self, path: str, body: Any = None) -> httpx.Response:
        return self.http.post(path, json=body) if body is not None else self.http.post(path)

    def sign_up(self) -> httpx.Response:
        version = self.get("/api/privacy/policy").json()["version"]
        person = {"email": self.email, "password": PASSWORD, "birth_date": "1990-05-17"}
        asked = self.get("/api/auth/signup").json().get("required", [])
        details = {field: DETAILS[field] for field in asked if field in DETAILS}
        return self.post("/api/auth/signup", {**person, **details, "policy_version": version})

    def offered(self) -> set[str]:
        """What this service does."""
        capabilities = self.get("/api/privacy/policy").json()["capabilities"]
        return {one["id"] for one in capabilities if one["state"] == "offered"}

    def verify(self) -> httpx.Response:
        """Follow the link in the newest mail."""
        [token] = re.findall(r"[?&]token=([\w-]+)", self.mails()[0]["text"])
        return self.post("/api/auth/verify", {"token": token})

    def sign_in(self) -> httpx.Response:
        answer = self.post("/api/auth/login", {"email": self.email, "password": PASSWORD})
        if answer.status_code == httpx.codes.OK:
            self.http.headers["x-csrf-token"] = answer.json()["csrf_token"]
        return answer

    def come_from_google(self) -> httpx.Response:
        """Sign up, or in, with a Google account of one's address; answers who one is then."""
        version = self.get("/api/privacy/policy").json()["version"]
        wanted = {"birth_date": "1990-05-17", "policy_version": version}
        page = self.post("/api/auth/google", wanted).raise_for_status().json()["url"]
        chosen = {"email": self.email, "name": DETAILS["name"]}
        self.http.post(page, data=chosen, follow_redirects=True).raise_for_status()
        me = self.get("/api/me")
        if me.status_code == httpx.codes.OK:
            self.http.headers["x-csrf-token"] = me.json()["csrf_token"]
        return me

    def mails(self) -> list[dict[str, Any]]:
        """One's own, newest first."""
        found: list[dict[str, Any]] = self.get("/dev/mailbox", to=self.email).json()["items"]
        return found

    def top_up(self, amount_micros: int) -> dict[str, Any]:
        """Order, pay, and wait until the signed webhook has brought the credit."""
        order = self.post("/api/topups", {"amount_micros": amount_micros}).json()
        self.post(f"/dev/payments/{order['checkout_id']}/pay", {"outcome": "succeeded"})
        return wait_for(
            lambda: self.get(f"/api/topups/{order['id']}").json(), lambda it: it["state"] == "paid"
        )

    def call(self, to: str, talk_seconds: int, *faults: str) -> dict[str, Any]:
        """Place a call as the voice SDK would; virtual seconds, so that it is over at once."""
        token = self.post("/api/calls/token").json()["token"]
        asked = {"token": token, "to": to, "talk_seconds": talk_seconds, "faults": list(faults)}
        placed: dict[str, Any] = self.post("/dev/carrier/calls", asked).json()
        return placed

    def balance(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.get("/api/balance").json()
        return answer

    def available_micros(self) -> int:
        return int(self.balance()["available"]["amount_micros"])

    def advance(self, duration: str) -> None:
        self.post("/dev/clock", {"advance": duration}).raise_for_status()


def wait_for(look: Callable[[], T], good: Callable[[T], bool], seconds: float = PATIENCE_SECONDS) -> T:
    """Look again until it is good; TimeoutError when it does not become so."""
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if good(seen):
            return seen
        if time.monotonic() > end:
            raise TimeoutError(f"still waiting after {seconds:.0f} s; last seen: {seen}")
        time.sleep(0.2)
