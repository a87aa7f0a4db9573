"""Three people leave a running service whose machines, functions and embedded AWS are killed under them."""

from __future__ import annotations

import pytest

from tests.bench.running import run_proof


@pytest.mark.proof
def test_three_real_deletions_under_kills_and_refusals_end_once_each() -> None:
    told = run_proof("executions", "--count", "3", seconds=1200)
    assert "3 people left, 2 fulfilled, 1 cancelled, each once" in told
