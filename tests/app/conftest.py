"""What several files of these tests begin with."""

from __future__ import annotations

import pytest

from tests.harness.browser import Browser
from tests.harness.mailbox import Mailbox
from tests.harness.stage import Stage
from tests.numbers.phones import Phones


@pytest.fixture
def phones(browser: Browser, stage: Stage) -> Phones:
    """A person's own phones."""
    return Phones(browser.sign_up(), stage)


@pytest.fixture
def other_phones(stage: Stage, mailbox: Mailbox, phones: Phones) -> Phones:
    """Another person's, who signed up after the first."""
    return Phones(Browser(stage, mailbox).sign_up("eve@example.org"), stage)
