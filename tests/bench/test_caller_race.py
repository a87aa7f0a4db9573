"""Caller IDs at once, on the embedded AWS."""

from __future__ import annotations

from tests.bench.running import run_proof


def test_ten_stay_ten_and_one_number_has_one_owner() -> None:
    assert "each number has one owner" in run_proof("caller_race")
