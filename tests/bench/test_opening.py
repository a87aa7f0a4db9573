"""The measure of how long a member waits for the keypad."""

from __future__ import annotations

import pytest

from bench import opening


def test_the_keypad_is_waited_for_and_comes_after_the_empty_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PAIRS", 1)
    monkeypatch.setattr(opening, "SLOW_4G", opening.SLOW_4G | {"latency": 20})
    monkeypatch.setattr(opening, "CPU_SLOWDOWN", 1)
    one = opening.measure_opening()
    # The keypad is three answers away: the page, its script, and the phone's own.
    assert one.milliseconds > 3 * 20
    assert one.ratio == one.milliseconds / one.empty_milliseconds > 1
