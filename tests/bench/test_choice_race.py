"""Choices at once, on the embedded AWS."""

from __future__ import annotations

from tests.bench.running import run_proof


def test_each_choice_is_on_record_once_and_one_person_inherits_a_browsers() -> None:
    assert "each is on record once" in run_proof("choice_race")
