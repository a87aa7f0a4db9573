"""The deletion machine in the embedded AWS, with a function that answers by a script."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra import templates
from tests.infra.package.cloud import Cloud

FUNCTION = """
import json, os, pathlib

def answer(event, context):
    folder = pathlib.Path(os.environ["SCRIPTS"]) / event["request"]["request_id"]
    asked = event["step"] + "".join("-" + event[key]["name"] for key in event if key == "row")
    line = json.dumps([asked, sorted(event)]) + "\\n"
    with (folder / "log").open("a") as log:
        log.write(line)
    times = (folder / "log").read_text().count(json.dumps(asked))
    answers = json.loads((folder / "script").read_text())[asked]
    said = answers[min(times, len(answers)) - 1]
    if said == "fail":
        raise RuntimeError("as the script says")
    return said
"""
ROW = {"kind": "store", "name": "users"}
OTHER = {"kind": "processor", "name": "stripe"}
HAPPY: dict[str, list[Any]] = {
    "plan": [{"outcome": "planned", "rows": [ROW, OTHER]}],
    "suspend": [{"outcome": "suspended"}],
    "wait": [{"outcome": "due"}],
    "close": [{"outcome": "closed"}],
    "erase-users": [{"outcome": "erased"}],
    "erase-stripe": [{"outcome": "erased"}],
    "verify": [{"outcome": "clean", "rows": []}],
    "certify": [{"outcome": "certified"}],
}


class Machine:
    """The machine with a scripted function; `run` answers how it ended and what it asked."""

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self.folder = folder
        self._states = cloud.client("stepfunctions")
        function = cloud.client("lambda").create_function(
            FunctionName="scripted",
            Runtime="python3.11",
            Role="arn:aws:iam::000000000000:role/any",
            Handler="scripted.answer",
            Code={"ZipFile": zipped("scripted.py", FUNCTION)},
            Environment={"Variables": {"SCRIPTS": str(folder)}},
        )["FunctionArn"]
        self._arn = self._states.create_state_machine(
            name="scripted",
            definition=templates.MACHINE.read_text().replace("${Deletion}", function),
            roleArn="arn:aws:iam::000000000000:role/any",
        )["stateMachineArn"]

    def run(self, name: str, **changes: list[Any]) -> tuple[str, list[str]]:
        folder = self.folder / name
        folder.mkdir()
        script = HAPPY | {step.replace("_", "-"): answers for step, answers in changes.items()}
        (folder / "script").write_text(json.dumps(script))
        request = {
            "request_id": name,
            "account_id": "acc",
            "user_id": "usr",
            "attempt": 1,
            "policy_version": "p",
        }
        execution = self._states.start_execution(
            stateMachineArn=self._arn, name=name, input=json.dumps({"request": request})
        )["executionArn"]
        deadline = time.monotonic() + 15
        while (ended := self._states.describe_execution(executionArn=execution))["status"] == "RUNNING":
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.02)
        return ended["status"], [json.loads(line)[0] for line in (folder / "log").read_text().splitlines()]


def zipped(name: str, content: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, content)
    return made.getvalue()


@pytest.fixture(scope="module")
def machine(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine(cloud, tmp_path_factory.mktemp("scripts"))


def test_a_deletion_goes_through_its_steps_in_order(machine: Machine) -> None:
    status, asked = machine.run("happy")
    assert status == "SUCCEEDED"
    assert asked[:4] == ["plan", "suspend", "wait", "close"]
    assert sorted(asked[4:6]) == ["erase-stripe", "erase-users"]
    assert asked[6:] == ["verify", "certify"]


def test_a_cancellation_in_the_grace_ends_it_before_anything_is_touched(machine: Machine) -> None:
    waits = [{"outcome": "wait", "seconds": 3600}, {"outcome": "cancelled"}]
    assert machine.run("cancelled", wait=waits) == ("SUCCEEDED", ["plan", "suspend", "wait", "wait"])


def test_seven_days_of_grace_ask_again_each_day(machine: Machine) -> None:
    # Hours stand for days: the embedded AWS shortens waits, and a test should not take half a minute.
    status, asked = machine.run(
        "grace", wait=[{"outcome": "wait", "seconds": 3600}] * 7 + [{"outcome": "due"}]
    )
    assert (status, asked.count("wait")) == ("SUCCEEDED", 8)


def test_a_step_that_says_later_is_asked_again(machine: Machine) -> None:
    later = {"outcome": "later", "seconds": 600}
    status, asked = machine.run(
        "later",
        close=[later, {"outcome": "closed"}],
        certify=[later, {"outcome": "certified"}],
    )
    assert status == "SUCCEEDED"
    assert (asked.count("close"), asked.count("certify")) == (2, 2)


def test_a_failing_row_never_stops_the_others(machine: Machine) -> None:
    """Nor does it wait: four tries, and what is left of it is for the verification to find."""
    status, asked = machine.run("failing", erase_stripe=["fail"] * 4)
    assert (status, asked.count("erase-users"), asked.count("erase-stripe")) == ("SUCCEEDED", 1, 4)
    assert asked[-2:] == ["verify", "certify"]


@pytest.mark.parametrize("nonsense", [{}, {"outcome": "later"}, {"outcome": "?"}, "text", None], ids=repr)
def test_a_row_that_answers_nonsense_is_left_to_the_verification(machine: Machine, nonsense: Any) -> None:
    name = f"nonsense-{abs(hash(repr(nonsense)))}"
    status, asked = machine.run(name, erase_stripe=[nonsense, {"outcome": "erased"}])
    assert (status, asked.count("erase-stripe"), asked[-2:]) == ("SUCCEEDED", 1, ["verify", "certify"])


def test_what_verification_finds_is_erased_again_and_nothing_else(machine: Machine) -> None:
    status, asked = machine.run(
        "leftover", verify=[{"outcome": "leftover", "rows": [ROW]}, {"outcome": "clean", "rows": []}]
    )
    assert status == "SUCCEEDED"
    assert asked[6:] == ["verify", "erase-users", "verify", "certify"]


def test_a_deletion_without_rows_is_still_verified(machine: Machine) -> None:
    status, asked = machine.run("empty", plan=[{"outcome": "planned", "rows": []}])
    assert (status, asked[4:]) == ("SUCCEEDED", ["verify", "certify"])


def test_an_unknown_outcome_of_a_step_fails_it_loudly(machine: Machine) -> None:
    assert machine.run("unknown", close=[{"outcome": "maybe"}])[0] == "FAILED"


def test_a_plan_that_keeps_failing_touches_nothing(machine: Machine) -> None:
    status, asked = machine.run("planless", plan=["fail"])
    assert (status, set(asked)) == ("FAILED", {"plan"})


def test_the_function_is_told_ids_only(machine: Machine) -> None:
    machine.run("told")
    told = [json.loads(line) for line in (machine.folder / "told" / "log").read_text().splitlines()]
    assert {tuple(names) for _, names in told} == {
        ("request", "step"),
        ("request", "row", "step"),
        ("answers", "request", "step"),
    }
