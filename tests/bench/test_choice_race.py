"""Choices at once, on the embedded AWS."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_choice_is_on_record_once_and_one_person_inherits_a_browsers() -> None:
    raced = subprocess.run(
        [sys.executable, "-m", "bench.choice_race"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert raced.returncode == 0, raced.stdout[-2000:] + raced.stderr[-2000:]
    assert "each is on record once" in raced.stdout
