"""A change of policy in sentences: by the policy's own titles, each thing once, wording never."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from chalicelib.policy import profile
from infra.policy import diff, summary


def kinvo() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((profile.COMPILED / "kinvo.json").read_text())
    return document


def category(document: dict[str, Any], id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in document["category"] if one["id"] == id)
    return found


def told(old: dict[str, Any], new: dict[str, Any]) -> tuple[str, ...]:
    return summary.sentences(diff.between(old, new), old, new)


def test_how_long_something_is_kept_is_told_by_its_title() -> None:
    new = kinvo()
    category(new, "call_record")["retention"] = [{"clock": "created", "maximum": "P9Y"}]
    category(new, "call_record")["recipients"] = []
    assert set(told(kinvo(), new)) == {"Your calls: how long we keep it.", "Your calls: who gets it."}


def test_what_is_new_and_what_is_gone_is_told_once() -> None:
    without = kinvo()
    without["category"] = [one for one in without["category"] if one["id"] != "saved_card"]
    assert told(kinvo(), without) == ("A saved card: we no longer collect it.",)
    assert told(without, kinvo()) == ("A saved card: this is new.",)


def test_rules_partners_and_rights_are_told_as_such() -> None:
    new = copy.deepcopy(kinvo())
    new["settings"]["grace"] = "P1D"
    new["processor"][0]["country"] = "DE"
    assert set(told(kinvo(), new)) == {"The rules for the whole service.", "Who works for us: Stripe."}


def test_words_alone_are_told_to_nobody() -> None:
    new = kinvo()
    category(new, "call_record")["what"] = "Other words."
    new["title"] = "Kinvo!"
    found = diff.between(kinvo(), new)
    assert told(kinvo(), new) == ()
    assert diff.concerns(found) == frozenset()
    assert all(map(diff.is_read, found))


def test_where_a_model_keeps_a_field_is_read_by_nobody() -> None:
    new = kinvo()
    category(new, "call_record")["attributes"]["cost"] = ["elsewhere"]
    [change] = diff.between(kinvo(), new)
    assert not diff.is_read(change)
    assert not change.material


@pytest.mark.parametrize("part", diff.DECIDING)
def test_whatever_matters_has_a_sentence(part: str) -> None:
    assert part == "category" or part in summary.PARTS
