"""A site with the page and the fake API, and visits to it that notice every error and foreign request."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import uvicorn
from playwright.sync_api import BrowserContext, Page, Request, expect, sync_playwright

from infra import client
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.web import chromium
from tests.web.fake_api import Street
from tests.web.fake_house import House
from tests.web.site import Guest, Site

# A machine with much else to do is slow, not wrong.
PATIENCE_MILLISECONDS = 45_000
# The API's refusals are part of the conversation; Chromium lists each as an error of the network.
EXPECTED = "Failed to load resource: the server responded with a status of 4"


@dataclass
class Visit:
    """A browser window at the site; `complaints` is what no visit may cause."""

    page: Page
    house: House
    origin: str
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("request", self._check)
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(f"console: {message.text}")
                if message.type in ("error", "warning") and not message.text.startswith(EXPECTED)
                else None
            ),
        )

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.origin + path)
        return self.page

    def sign_in(self, path: str = "/") -> Page:
        """Open a page as somebody who signed in a moment ago."""
        self.house.know("ada@example.com", "correct horse")
        self.house.sign_in("ada@example.com", "correct horse")
        self.page.context.add_cookies([{"name": "vowline", "value": "a session", "url": self.origin}])
        self.open(path)
        self.page.get_by_role("button", name="Sign out", exact=True).wait_for()
        return self.page

    def _check(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", "data:", "blob:")):
            self.complaints.append(f"outside request: {request.url}")


@pytest.fixture(scope="module")
def profile() -> Iterator[BrowserContext]:
    """A browser profile for one file of tests: its event loop must be nobody else's."""
    try:
        path = chromium.find()
    except chromium.MissingError as missing:
        pytest.fail(str(missing), pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        context = browser.new_context(
            locale="en-US", timezone_id="UTC", permissions=["clipboard-read", "clipboard-write"]
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        expect.set_options(timeout=PATIENCE_MILLISECONDS)
        yield context
        browser.close()


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Street]]:
    """One server for a file of tests; each test puts its own house into it."""
    street = Street()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(street, log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", street
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture
def visit(profile: BrowserContext, served: tuple[str, Street]) -> Iterator[Visit]:
    """A new window without cookies, at an empty house. A complaint fails the test at its end."""
    origin, street = served
    profile.clear_cookies()
    made = Visit(profile.new_page(), street.move_in(), origin)
    made.watch()
    yield made
    made.page.close()
    assert made.complaints == []


@pytest.fixture(scope="module")
def open_site() -> Iterator[tuple[str, Site]]:
    """One server for a file of tests; each test puts its own stage behind it."""
    client.build()
    site = Site()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(site, log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", site
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture
def guest(
    profile: BrowserContext, open_site: tuple[str, Site], stage: Stage, mailbox: Mailbox
) -> Iterator[Guest]:
    """A new window at the client, over an empty stage. A complaint fails the test at its end."""
    origin, site = open_site
    profile.clear_cookies()
    site.asked.clear()
    made = Guest(profile.new_page(), site, stage, mailbox, origin)
    made.watch()
    yield made
    made.page.close()
    assert made.complaints == []
