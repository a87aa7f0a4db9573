"""The client over the application itself, and guests whose browser notices errors and foreign requests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect, sync_playwright

from infra import client
from infra.local import chromium
from tests.harness.mailbox import Mailbox, open_mailbox
from tests.harness.stage import Stage, running_stage
from tests.web.crowd import Crowd
from tests.web.site import Guest, Site, serving

# A machine with much else to do is slow, not wrong.
PATIENCE_MILLISECONDS = 45_000


@pytest.fixture(scope="module")
def profile() -> Iterator[BrowserContext]:
    """A browser profile for one file of tests: its event loop must be nobody else's."""
    try:
        path = chromium.find_shell()
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
def open_site() -> Iterator[tuple[str, Site]]:
    """One server for a file of tests; each test puts its own stage behind it."""
    client.build()
    site = Site()
    with serving(site) as origin:
        yield origin, site


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


@pytest.fixture(scope="module")
def crowd(profile: BrowserContext, open_site: tuple[str, Site]) -> Iterator[Crowd]:
    """One stage for a file of tests, and somebody under each policy."""
    with running_stage() as stage, open_mailbox() as mailbox:
        yield Crowd(profile, *open_site, stage, mailbox)
