"""Refunds, calls, staff and webhooks at once, on the embedded AWS."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_whatever_races_the_books_are_what_was_given_back() -> None:
    raced = subprocess.run(
        [sys.executable, "-m", "bench.refund_race"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert raced.returncode == 0, raced.stdout[-2000:] + raced.stderr[-2000:]
    assert "the books are right" in raced.stdout
