"""Carrying and booking at once, on the embedded AWS."""

from __future__ import annotations

from tests.bench.running import run_proof


def test_who_books_while_old_movements_are_carried_loses_nothing() -> None:
    assert "all right" in run_proof("carry_race")
