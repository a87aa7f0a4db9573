"""A carrier whose truth a test decides."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.providers import twilio, twilio_calls
from tests.calling.stories import Story, Truth
from tests.conftest import Clock
from tests.harness.heard import Alarms, hearing
from tests.harness.stage import Stage


@pytest.fixture
def truth(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Truth:
    told = Truth()
    monkeypatch.setattr(twilio, "fetch_leg", told.fetch_leg)
    monkeypatch.setattr(twilio_calls, "finished_calls", told.finished_calls)
    return told


@pytest.fixture
def story(truth: Truth, clock: Clock) -> Story:
    return Story(truth, clock)


@pytest.fixture
def alarms() -> Iterator[Alarms]:
    with hearing() as heard:
        yield heard
