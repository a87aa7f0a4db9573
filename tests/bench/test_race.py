"""Many threads on one balance, on the embedded AWS."""

from __future__ import annotations

import pytest

from tests.bench.running import run_proof


@pytest.mark.proof
def test_fifty_threads_cannot_overspend_one_balance() -> None:
    assert "0 micros overspent, 0 doubled, 0 micros unbalanced" in run_proof("race", "40")
