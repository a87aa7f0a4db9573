"""People's requests at once, on the embedded AWS."""

from __future__ import annotations

import pytest

from tests.bench.running import run_proof


@pytest.mark.proof
def test_each_request_ends_in_one_way_whoever_comes_at_once() -> None:
    assert "each ended in one way" in run_proof("request_race")
