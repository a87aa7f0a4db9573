"""The service's own page in Chromium with a microphone, and the SDK beside it.

The page has to come from the service itself: Chromium lets one that the test made up (`route.fulfill`) reach
nothing on this machine, and closes its sockets with ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, sync_playwright

from infra.local import chromium
from tests.end_to_end.voice import sdk

MEDIA = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
PHONE = Path(__file__).with_name("phone.js")
PATIENCE_MS = 20_000


@dataclass
class Telephone:
    """`complaints` is what no page may cause; `strangers` whoever else it asked for something."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def call(self, token: str, to: str) -> None:
        """Dials anew; the events of the call before are forgotten."""
        self.act("phone.call(...given)", token, to)

    def until(self, event: str) -> str:
        """Back when the SDK has told it; the call's sid."""
        return str(self.act("phone.until(...given)", event))

    def hear(self, hertz: int) -> float:
        """The loudest frequency from the other side, once it is near this one."""
        return float(self.act("phone.hear(...given)", hertz))

    def events(self) -> list[str]:
        found: list[str] = self.page.evaluate("phone.events")
        return found

    def act(self, code: str, *given: object) -> Any:
        # An evaluation has no patience of its own: what never comes would be waited for.
        late = f"new Promise((_, no) => setTimeout(() => no(new Error('late')), {PATIENCE_MS}))"
        return self.page.evaluate(f"(given) => Promise.race([{code}, {late}])", list(given))


@contextmanager
def telephone(origin: str) -> Iterator[Telephone]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=[*chromium.FLAGS, *MEDIA])
        context = browser.new_context(permissions=["microphone"])
        context.set_default_timeout(PATIENCE_MS)
        found = Telephone(context.new_page())

        def look(route: Route) -> None:
            if not route.request.url.startswith((f"{origin}/", "data:", "blob:")):
                found.strangers.append(route.request.url)
                return route.abort()
            return route.continue_()

        context.route("**/*", look)
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        found.page.goto(f"{origin}/")
        for file in (sdk.script(), PHONE):
            found.page.evaluate(f"{file.read_text()}\n;0")
        yield found
        browser.close()
