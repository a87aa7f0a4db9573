"""Caller IDs at once, on the embedded AWS."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_ten_stay_ten_and_one_number_has_one_owner() -> None:
    raced = subprocess.run(
        [sys.executable, "-m", "bench.caller_race"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert raced.returncode == 0, raced.stdout[-2000:] + raced.stderr[-2000:]
    assert "each number has one owner" in raced.stdout
