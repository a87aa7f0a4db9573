"""Somebody at the laptop's own page, with a microphone and a mailbox; what no page may cause is noted."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request, WebSocket, expect

from infra.local.visitor import PASSWORD, wait_for

PORTS = 5
"""As many in a row belong to one service: its own, and the stand-ins'."""
PATIENCE_MILLISECONDS = 45_000
SPY = """
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  console.error(`content policy: ${violatedDirective} ${blockedURI}`));
"""

LISTED = "Failed to load resource: the server responded with a status of "
REFUSALS = [("/api/me", f"{LISTED}401 (Unauthorized)"), ("/api/privacy/requests", f"{LISTED}403 (Forbidden)")]
"""Part of the story, though Chromium lists them: nobody is signed in yet; the password is asked for again."""


@dataclass
class Newcomer:
    page: Page
    port: int
    email: str = field(default_factory=lambda: f"story-{secrets.token_hex(4)}@example.org")
    password: str = PASSWORD
    complaints: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    """The carrier's names of the calls so far."""

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("request", self._check)
        self.page.on("websocket", self._listen)
        self.page.on("console", self._hear)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self, path: str) -> Page:
        self.page.goto(self.origin + path)
        return self.page

    def turn_to(self, entry: str, heading: str) -> Page:
        """Another page, by the navigation."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=entry).last.click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        return self.page

    def read(self, path: str) -> Any:
        """What the service tells this browser."""
        return self.page.context.request.get(self.origin + path).json()

    def quote(self, to: str) -> Any:
        return self.read(f"/api/quote?to={to.replace('+', '%2B')}")

    def mailed_link(self) -> str:
        """The first link of the newest mail, once there is one."""
        mails = wait_for(lambda: self.read(f"/dev/mailbox?to={self.email}")["items"], bool)
        return str(mails[0]["links"][0])

    def advance(self, seconds: int) -> None:
        self._post("/dev/clock", {"advance": f"PT{seconds}S"})

    def dial(self, to: str) -> Page:
        """A call from the keypad that is answered; its price was seen before."""
        page = self.turn_to("Phone", "Phone")
        if (another := page.get_by_role("button", name="Another number")).count():
            another.click()
        price = self.money(self.quote(to)["price_micros"])
        page.get_by_label("Number").fill(to)
        expect(page.locator("#quote")).to_contain_text(f"{price} a minute")
        page.get_by_role("button", name="Call", exact=True).click()
        expect(page.locator(".calling .state")).to_have_text("Connected")
        return page

    def far_end(self, *, hang_up: bool = False) -> Any:
        """The newest call as the carrier sees it; hung up on its side if so wished."""
        path = f"/dev/carrier/calls/{self.calls[-1]}"
        return self._post(path, {"hang_up": True}) if hang_up else self.read(path)

    def pay_as_quoted(self, to: str) -> int:
        """What the call that has just ended cost, which is what its quote makes of its seconds."""
        outcome = self.page.locator(".outcome")
        expect(outcome).to_contain_text("You talked for")
        call, quote = (
            self.read("/api/calls")["items"][0],
            self.read(f"/api/quote?to={to.replace('+', '%2B')}"),
        )
        first, step = quote["increment_first_seconds"], quote["increment_next_seconds"]
        counted = max(call["duration_seconds"], quote["minimum_seconds"])
        billed = first + max(0, -(-(counted - first) // step)) * step
        micros = quote["connect_fee_micros"] + -(-quote["price_micros"] * billed // 60)
        assert call["cost"]["amount_micros"] == micros > 0
        expect(outcome).to_contain_text(f"It cost {self.money(micros)}.")
        return int(micros)

    def sign_in_again(self) -> None:
        """Where it has been a while."""
        again = self.page.get_by_role("dialog", name="Please sign in again")
        again.get_by_label("Password", exact=True).fill(self.password)
        again.get_by_role("button", name="Continue").click()
        expect(again).to_have_count(0)

    @staticmethod
    def money(micros: int) -> str:
        """As the page writes it: exact, with two decimals or more."""
        whole, part = divmod(micros, 1_000_000)
        return f"${whole:,}.{f'{part:06}'.rstrip('0').ljust(2, '0')}"

    @staticmethod
    def wait_until(true: Callable[[], bool]) -> None:
        wait_for(true, bool)

    def _post(self, path: str, body: dict[str, object]) -> Any:
        answer = self.page.context.request.post(self.origin + path, data=body)
        assert answer.ok, answer.text()
        return answer.json()

    def _hear(self, message: ConsoleMessage) -> None:
        path = message.location["url"].removeprefix(self.origin)
        if message.type in ("error", "warning") and (path, message.text) not in REFUSALS:
            self.complaints.append(f"console: {message.text} ({path})")

    def _check(self, request: Request) -> None:
        here = [f"http://127.0.0.1:{port}/" for port in range(self.port, self.port + PORTS)]
        if not request.url.startswith((*here, "data:", "blob:")):
            self.complaints.append(f"outside request: {request.url}")

    def _listen(self, socket: WebSocket) -> None:
        if not socket.url.startswith(f"ws://127.0.0.1:{self.port + PORTS - 1}/"):
            self.complaints.append(f"outside socket: {socket.url}")
        socket.on("framereceived", self._note)

    def _note(self, frame: str | bytes) -> None:
        told = json.loads(frame) if str(frame).strip() else {}
        sid = told.get("payload", {}).get("callsid")
        if sid and sid not in self.calls:
            self.calls.append(sid)
