"""The proofs as their commands run them: in a process of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run_proof(module: str, *arguments: str, seconds: int = 240) -> str:
    """What it prints; an AssertionError with the end of that when it fails."""
    proof = subprocess.run(
        [sys.executable, "-m", f"bench.{module}", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    told = f"{proof.returncode}: {proof.stdout[-4000:]}{proof.stderr[-2000:]}"
    assert proof.returncode == 0, told
    return proof.stdout
