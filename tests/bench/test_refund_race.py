"""Refunds, calls, staff and webhooks at once, on the embedded AWS."""

from __future__ import annotations

from tests.bench.running import run_proof


def test_whatever_races_the_books_are_what_was_given_back() -> None:
    assert "the books are right" in run_proof("refund_race")
