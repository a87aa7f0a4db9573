"""The deletion machine as a document: whole, small, and without a dead end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra import templates

MACHINE: dict[str, Any] = json.loads(templates.MACHINE.read_text())
ROW: dict[str, Any] = MACHINE["States"]["Erase"]["ItemProcessor"]
STEPS = ["plan", "suspend", "wait", "close", "erase", "verify", "certify"]


def states(machine: dict[str, Any] = MACHINE) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from states(state["ItemProcessor"])


def tasks() -> list[Any]:
    return [pytest.param(state, id=name) for name, state in states() if state["Type"] == "Task"]


def exits(state: dict[str, Any]) -> set[str]:
    ways = [state, *state.get("Choices", []), *state.get("Catch", [])]
    return {way["Next"] for way in ways if "Next" in way} | {
        state["Default"] for _ in "x" if "Default" in state
    }


def reachable(machine: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    ahead = {machine["StartAt"]}
    while ahead:
        name = ahead.pop()
        found.add(name)
        ahead |= exits(machine["States"][name]) - found
    return found


def test_its_tasks_are_the_seven_steps_each_once() -> None:
    assert sorted(state["Parameters"]["step"] for _, state in states() if state["Type"] == "Task") == sorted(
        STEPS
    )


@pytest.mark.parametrize("machine", [MACHINE, ROW], ids=["all", "row"])
def test_every_state_can_be_reached(machine: dict[str, Any]) -> None:
    assert reachable(machine) == set(machine["States"])


@pytest.mark.parametrize("task", tasks())
def test_every_task_asks_the_one_function_with_opaque_ids_only(task: dict[str, Any]) -> None:
    assert task["Resource"] == "${Deletion}"
    passed = {name: value for name, value in task["Parameters"].items() if name != "step"}
    more = {"erase": {"row.$": "$.row"}, "verify": {"answers.$": "$.answers"}}
    assert passed == {"request.$": "$.request", **more.get(task["Parameters"]["step"], {})}


@pytest.mark.parametrize("task", tasks())
def test_every_task_is_tried_again_at_growing_distance_and_never_hangs(task: dict[str, Any]) -> None:
    (retry,) = task["Retry"]
    assert retry["ErrorEquals"] == ["States.ALL"]
    assert retry["MaxAttempts"] >= 3
    assert retry["BackoffRate"] > 1
    # Longer than the function may run, so that its own time-out is what is told.
    assert task["TimeoutSeconds"] > 900


def test_every_choice_has_an_answer_to_an_unknown_outcome() -> None:
    assert all("Default" in state for _, state in states() if state["Type"] == "Choice")


def test_nothing_in_a_row_ends_the_machine() -> None:
    row = MACHINE["States"]["Erase"]["ItemProcessor"]["States"]
    assert row["EraseRow"]["Catch"] == [{"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "Failed"}]
    assert "Fail" not in {state["Type"] for state in row.values()}
    # A comparison with what is absent would end the whole execution: presence is asked first.
    for choice in row["IsThereMore"]["Choices"]:
        asked = {rule["Variable"] for rule in choice["And"] if rule.get("IsPresent")}
        assert asked == {rule["Variable"] for rule in choice["And"]}


def test_its_state_stays_small() -> None:
    """Only `request`, the plan and the last answers are kept, and of a row its last answer alone."""
    kept = {state.get("ResultPath") for _, state in states() if state["Type"] in ("Task", "Map")}
    assert kept == {None, "$.plan", "$.said", "$.answers"}
    ends = {name: state for name, state in ROW["States"].items() if state.get("End")}
    assert ends["Answered"]["InputPath"] == "$.said"
    assert set(ends["Failed"]["Result"]) == {"outcome", "seconds"}
    assert len(ends) == 2


def test_no_row_waits_where_it_could_hold_up_another() -> None:
    assert "Wait" not in {state["Type"] for state in ROW["States"].values()}


def test_at_most_two_rows_are_worked_at_once() -> None:
    assert MACHINE["States"]["Erase"]["MaxConcurrency"] == 2
