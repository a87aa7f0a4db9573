"""A browser as the service sees one: it keeps its cookie and token, and says where it comes from."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping
from http.cookies import SimpleCookie
from ipaddress import IPv4Address
from typing import Any
from urllib.parse import urlencode

from chalicelib.policy import profile
from tests.harness.environment import ENVIRONMENT
from tests.harness.lambda_door import Answer, ask
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage

PASSWORD = "correct horse battery staple"
DETAILS = {
    "name": "Ada Lovelace",
    "business_name": "Engines Ltd",
    "phone": "+12025550123",
    "billing_address": "1 Example Street\nExampletown",
    "country": "GB",
}
homes = itertools.count(int(IPv4Address("10.0.0.1")))


class Browser:
    """One person's browser, at home at an address of its own."""

    def __init__(self, stage: Stage, mailbox: Mailbox) -> None:
        self.stage = stage
        self.mailbox = mailbox
        self.cookies: dict[str, str] = {}
        self.csrf_token: str | None = None
        self.origin: str | None = ENVIRONMENT["PUBLIC_URL"]
        self.always: dict[str, str] = {}
        self.source = str(IPv4Address(next(homes)))

    def get(self, path: str, **query: str | int) -> Answer:
        return self._send("GET", path, urlencode(query), None)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        """`headers` by their names with underscores: `idempotency_key="..."`."""
        return self._send("POST", path, "", body, headers)

    def put(self, path: str, body: Any, **headers: str) -> Answer:
        return self._send("PUT", path, "", body, headers)

    def patch(self, path: str, body: Any) -> Answer:
        return self._send("PATCH", path, "", body)

    def delete(self, path: str) -> Answer:
        return self._send("DELETE", path, "", None)

    def sign_up(self, email: str = "ada@example.org", password: str = PASSWORD) -> Browser:
        """Sign up, follow the mail's link, sign in."""
        new = {"email": email, "password": password, "birth_date": "1990-05-17", **self._details()}
        answer = self.post("/api/auth/signup", {**new, "policy_version": profile.current().version})
        assert answer.status == 202, answer.text
        token = re.findall(r"[?&]token=([\w-]+)", self.mailbox.to(email)[-1].text)[0]
        assert self.post("/api/auth/verify", {"token": token}).status == 204
        return self.sign_in(email, password)

    def _details(self) -> dict[str, str]:
        """What else the policy asks of everybody."""
        if not profile.offers("business_profiles"):
            return {}
        return {
            name: DETAILS[name] for name in self.get("/api/auth/signup").json["required"] if name in DETAILS
        }

    def sign_in(self, email: str = "ada@example.org", password: str = PASSWORD) -> Browser:
        answer = self.post("/api/auth/login", {"email": email, "password": password})
        assert answer.status == 200, answer.text
        self.csrf_token = answer.json["csrf_token"]
        return self

    def top_up(self, amount_micros: int = 10_000_000) -> Browser:
        """Order credit, pay for it, and let the webhooks arrive."""
        order = self.post("/api/topups", {"amount_micros": amount_micros}).json
        self.stage.payments.pay(order["checkout_id"], "succeeded")
        self.stage.settle_payments()
        return self

    def call(self, to: str, talk_seconds: int, *faults: str) -> dict[str, Any]:
        """Place a call as the voice SDK would."""
        token = self.post("/api/calls/token").json["token"]
        outcome: dict[str, Any] = self.stage.carrier.place_call(token, to, talk_seconds, faults)
        return outcome

    @property
    def account_id(self) -> str:
        return str(self.get("/api/me").json["account_id"])

    def available_micros(self) -> int:
        return int(self.get("/api/balance").json["available"]["amount_micros"])

    def _send(
        self, method: str, path: str, query: str, body: Any, more: Mapping[str, str] | None = None
    ) -> Answer:
        headers = {"host": "127.0.0.1:8000", "accept": "application/json"}
        headers |= {name.replace("_", "-"): value for name, value in {**self.always, **(more or {})}.items()}
        if self.origin and method != "GET":
            headers["origin"] = self.origin
        if self.cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.csrf_token:
            headers["x-csrf-token"] = self.csrf_token
        if body is not None:
            headers["content-type"] = "application/json"
        text = b"" if body is None else json.dumps(body).encode()
        answer = ask(method, path, query=query, headers=headers, body=text, source=self.source)
        self._keep_cookies(answer)
        return answer

    def _keep_cookies(self, answer: Answer) -> None:
        for line in answer.cookies:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
