"""A person with an open deletion, and the machine that carries it out."""

from __future__ import annotations

import pytest

from tests.conftest import Clock
from tests.harness.browser import Browser
from tests.privacy.requested import Requested


@pytest.fixture
def requested(browser: Browser, clock: Clock) -> Requested:
    """Ada has just asked for the deletion of her account."""
    browser.sign_up()
    answer = browser.post("/api/privacy/requests", {"type": "deletion"})
    assert answer.status == 201, answer.text
    return Requested(browser, clock, answer.json)
