"""The file that moves the service's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.clock_file import ClockFile, duration


def test_moves_add_up_and_stay(tmp_path: Path) -> None:
    clock = ClockFile(tmp_path / "clock")
    assert clock.offset_seconds() == 0
    clock.advance(timedelta(hours=2))
    clock.advance(timedelta(days=1))
    assert ClockFile(tmp_path / "clock").offset_seconds() == 93_600
    assert abs(clock.now() - datetime.now(UTC) - timedelta(days=1, hours=2)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P30D", timedelta(days=30)),
        ("P2W", timedelta(weeks=2)),
        ("PT2H", timedelta(hours=2)),
        ("P1DT2H3M4S", timedelta(days=1, hours=2, minutes=3, seconds=4)),
    ],
)
def test_a_duration_is_read(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "30D", "-P1D", "P1M", "P1Y", "P1.5D", "P9999D", "P1D "]
)
def test_what_is_no_duration_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|at most"):
        duration(text)
