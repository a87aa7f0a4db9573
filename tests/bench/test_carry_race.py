"""Carrying and booking at once, on the embedded AWS."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_who_books_while_old_movements_are_carried_loses_nothing() -> None:
    raced = subprocess.run(
        [sys.executable, "-m", "bench.carry_race"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert raced.returncode == 0, raced.stdout[-2000:] + raced.stderr[-2000:]
    assert "all right" in raced.stdout
