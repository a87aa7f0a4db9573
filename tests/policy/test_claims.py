"""Each promise of the five policies is traced to what keeps it, once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from chalicelib.policy import profile
from infra.policy.compiled import PROFILES

ROWS = re.compile(r"^\| ([KBWZO]\d+) \|", re.MULTILINE)
LETTERS = {"kinvo": "K", "business": "B", "kiwiphone": "W", "zenvoip": "Z", "ownnumber": "O"}
LIST = Path(__file__).parents[2] / "docs/promises.md"


def claims(id: str) -> list[dict[str, object]]:
    told: list[dict[str, object]] = tomllib.loads((PROFILES / f"{id}.toml").read_text())["claim"]
    return told


@pytest.mark.parametrize("id", LETTERS)
def test_every_promise_of_the_list_is_claimed_once_and_in_order(id: str) -> None:
    listed = [row for row in ROWS.findall(LIST.read_text()) if row.startswith(LETTERS[id])]
    assert [claim["id"] for claim in claims(id)] == listed


def test_no_more_than_an_eighth_of_the_promises_rest_on_evidence_alone() -> None:
    told = [claim for id in LETTERS for claim in claims(id)]
    assert len(told) == 137
    assert sum("evidence" in claim for claim in told) <= 137 // 8


@pytest.mark.parametrize("id", LETTERS)
def test_open_points_are_decided_in_sentences_of_our_own(id: str) -> None:
    points = profile.load(id).open_point
    assert len(points) >= 15
    for point in points:
        assert point.decision.endswith(".")
        assert point.reason.endswith(".")
        assert len(point.decision) <= 200
        assert len(point.reason) <= 200
