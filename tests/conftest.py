"""Fixtures of all tests. The environment comes first: table names are read when a room is imported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import hypothesis
import pytest

from tests.harness import environment

environment.prepare()
# What `make fuzz` asks for; tests/app/surface tries more under it.
hypothesis.settings.register_profile("fuzz", max_examples=200)

from tests.harness.browser import Browser  # noqa: E402
from tests.harness.mailbox import Mailbox, open_mailbox  # noqa: E402
from tests.harness.results import Results  # noqa: E402
from tests.harness.stage import Stage, running_stage  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # of several processes, the one that hears of every test
        config.pluginmanager.register(Results())


class Clock:
    """The service's clock, which only goes ahead."""

    def advance(self, by: timedelta) -> None:
        ahead = int(environment.CLOCK_FILE.read_text()) if environment.CLOCK_FILE.exists() else 0
        environment.CLOCK_FILE.write_text(str(ahead + int(by.total_seconds())))


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Moves core.clock; back at real time after the test."""
    environment.CLOCK_FILE.unlink(missing_ok=True)
    yield Clock()
    environment.CLOCK_FILE.unlink(missing_ok=True)


@pytest.fixture
def stage() -> Iterator[Stage]:
    """AWS in memory with the project's tables, and both providers behind their real clients."""
    with running_stage() as made:
        yield made


@pytest.fixture
def mailbox(stage: Stage) -> Iterator[Mailbox]:
    with open_mailbox() as box:
        yield box


@pytest.fixture
def browser(stage: Stage, mailbox: Mailbox) -> Browser:
    return Browser(stage, mailbox)
