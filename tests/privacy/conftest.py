"""People with an open deletion or a changing policy, the machine, and other policies to obey."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.policy.profile import Profile
from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox
from tests.harness.offering import obeying
from tests.harness.stage import Stage
from tests.privacy.changing import ADA, GRACE
from tests.privacy.requested import Requested


@pytest.fixture
def zenvoip() -> Iterator[Profile]:
    """The service obeys a policy that asks for consent to marketing, statistics and sale."""
    with obeying("zenvoip") as policy:
        yield policy


@pytest.fixture
def requested(browser: Browser, clock: Clock) -> Requested:
    """Ada has just asked for the deletion of her account."""
    browser.sign_up()
    answer = browser.post("/api/privacy/requests", {"type": "deletion"})
    assert answer.status == 201, answer.text
    return Requested(browser, clock, answer.json)


@pytest.fixture
def people(browser: Browser, stage: Stage, mailbox: Mailbox) -> Mailbox:
    """Ada and Grace have accounts; this is their mail."""
    browser.sign_up(ADA)
    Browser(stage, mailbox).sign_up(GRACE)
    return mailbox
