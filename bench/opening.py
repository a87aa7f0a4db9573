"""How long it takes until a member can type a number and call, cold, on a slow line and a slow machine.

Against an empty page that is served the same way. An indication, not a test: times are the machine's.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from chalicelib.policy import profile
from infra import client
from infra.local import chromium
from tests.harness import browser as people
from tests.harness.mailbox import open_mailbox
from tests.harness.stage import running_stage
from tests.web.site import Site, serving

PAIRS = 7
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
"""Milliseconds, and bytes a second."""
CPU_SLOWDOWN = 4
EMPTY = "<!doctype html><html lang=en><title>Empty</title><h1>Empty</h1>"
WATCH = """
window.ready = new Promise((tell, fail) => addEventListener("DOMContentLoaded", function look() {
  const number = document.querySelector("#number");
  const call = document.querySelector("#call:not([aria-disabled])");
  if (call && !number.value) document.querySelector(".keypad button").click();
  if (location.pathname === "/empty" || (call && number.value === "1")) tell(performance.now());
  else if (performance.now() > 60_000) fail("There is no working keypad.");
  else requestAnimationFrame(look);
}));
"""
"""A key is pressed as soon as there is one, until its digit stands in the field."""


@dataclass(frozen=True)
class Opening:
    """Medians; `ratio` is that of the pairs."""

    milliseconds: float
    empty_milliseconds: float
    ratio: float


class Street:
    """The site, and an empty page beside it."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = HTMLResponse(EMPTY) if scope["path"] == "/empty" else self._site
        await app(scope, receive, send)


def measure_opening() -> Opening:
    """Each page in a browser profile of its own, by turns, the first pair for warming up left out."""
    client.build()
    profile.current()  # as start-up does
    with (
        running_stage() as stage,
        open_mailbox() as mailbox,
        serving(Street(Site())) as origin,
        _browser() as browser,
    ):
        cookies = people.Browser(stage, mailbox).sign_up().cookies
        pairs = [
            (_milliseconds(browser, f"{origin}/", cookies), _milliseconds(browser, f"{origin}/empty", {}))
            for _ in range(PAIRS + 1)
        ][1:]
    return Opening(
        statistics.median(full for full, _ in pairs),
        statistics.median(empty for _, empty in pairs),
        statistics.median(full / empty for full, empty in pairs),
    )


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        yield browser
        browser.close()


def _milliseconds(browser: Browser, url: str, cookies: dict[str, str]) -> float:
    context = browser.new_context(locale="en-US", timezone_id="UTC")
    try:
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        page = context.new_page()
        page.add_init_script(WATCH)
        _slow(page)
        page.goto(url, wait_until="commit")
        return float(page.evaluate("window.ready"))
    finally:
        context.close()


def _slow(page: Page) -> None:
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", SLOW_4G)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
