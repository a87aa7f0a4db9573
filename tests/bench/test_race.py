"""Many threads on one balance, on the embedded AWS."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_fifty_threads_cannot_overspend_one_balance() -> None:
    raced = subprocess.run(
        [sys.executable, "-m", "bench.race", "40"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert raced.returncode == 0, raced.stdout[-2000:] + raced.stderr[-2000:]
    assert "0 micros overspent, 0 doubled, 0 micros unbalanced" in raced.stdout
