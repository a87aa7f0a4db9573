"""The deletion machine in this process: its real definition, followed task by task on the tests' clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import app

DEFINITION = json.loads(
    (Path(__file__).parents[2] / "infra" / "workflows" / "deletion.asl.json").read_text(encoding="utf-8")
)
Document = dict[str, Any]


class Clock(Protocol):
    def advance(self, by: timedelta) -> None: ...


def run_step(event: Document) -> Document:
    """Ask the function; what goes in and out is JSON, as it is between a machine and a function."""
    answered: Document = json.loads(json.dumps(app.delete(json.loads(json.dumps(event)), None)))
    return answered


class Lost(BaseException):
    """The machine and its function died here; not an Exception, so that nothing can handle it."""


@dataclass
class Machine:
    """One execution. `before` and `after` are told of each task, and may raise Lost.

    `ordered` says in which order rows are erased: side by side, they may go in any. Waits move the clock. A
    failing task fails the machine unless its state catches that.
    """

    clock: Clock
    before: Callable[[Document], None] = lambda event: None
    after: Callable[[Document], None] = lambda event: None
    ordered: Callable[[list[int]], Iterable[int]] = iter
    tasks: list[str] = field(default_factory=list)
    waited: timedelta = timedelta()
    largest_bytes: int = 0
    """The most that it has carried from one state to the next."""

    def run(self, given: Document) -> str:
        """From the input to the name of the state that it ended in."""
        return self._follow(DEFINITION, given)[0]

    def _follow(self, flow: Document, data: Document) -> tuple[str, Document]:
        name = flow["StartAt"]
        while True:
            state = flow["States"][name]
            next_name = getattr(self, f"_{state['Type'].lower()}")(state, data)
            self.largest_bytes = max(self.largest_bytes, len(json.dumps(data)))
            if next_name is None:
                return name, data
            name = next_name

    def _task(self, state: Document, data: Document) -> Any:
        event = filled(state["Parameters"], data)
        assert len(self.tasks) < 2_000, f"endless: {self.tasks[-20:]}"
        self.tasks.append(event["step"])
        try:
            self.before(event)
            result = run_step(event)
            self.after(event)
        except Exception:
            if "Catch" not in state:
                raise
            return state["Catch"][0]["Next"]
        put(state, data, result)
        return state["Next"]

    def _choice(self, state: Document, data: Document) -> Any:
        for choice in state["Choices"]:
            if _holds(choice, data):
                return choice["Next"]
        return state["Default"]

    def _wait(self, state: Document, data: Document) -> Any:
        seconds = state["Seconds"] if "Seconds" in state else _at(state["SecondsPath"], data)
        by = timedelta(seconds=seconds)
        self.waited += by
        self.clock.advance(by)
        return state["Next"]

    def _map(self, state: Document, data: Document) -> Any:
        items = _at(state["ItemsPath"], data)
        answers = {
            at: self._follow(state["ItemProcessor"], filled(state["ItemSelector"], data, items[at]))[1]
            for at in self.ordered(list(range(len(items))))
        }
        put(state, data, [answers[at] for at in range(len(items))])
        return state["Next"]

    def _pass(self, state: Document, data: Document) -> Any:
        """Its result, or the part of its input that it picks, is all that is left."""
        kept = state["Result"] if "Result" in state else _at(state["InputPath"], data)
        data.clear()
        data.update(kept)
        return state.get("Next")

    def _succeed(self, state: Document, data: Document) -> None:
        return None

    def _fail(self, state: Document, data: Document) -> None:
        return None


def filled(template: Mapping[str, Any], data: Document, item: Any = None) -> Document:
    filled = {}
    for key, value in template.items():
        if key.endswith(".$"):
            filled[key[:-2]] = item if value == "$$.Map.Item.Value" else _at(value, data)
        else:
            filled[key] = value
    return filled


def _at(path: str, data: Document) -> Any:
    found: Any = data
    for part in path.removeprefix("$").split(".")[1:]:
        found = found[part]
    return found


def _has(path: str, data: Document) -> bool:
    try:
        _at(path, data)
    except KeyError:
        return False
    return True


def put(state: Document, data: Document, result: Any) -> None:
    path = state["ResultPath"]
    if path is not None:
        data[path.removeprefix("$.")] = result


def _holds(choice: Document, data: Document) -> bool:
    if "And" in choice:
        return all(_holds(part, data) for part in choice["And"])
    path = choice["Variable"]
    if "IsPresent" in choice:
        return _has(path, data) is choice["IsPresent"]
    if "IsNumeric" in choice:
        return isinstance(_at(path, data), int | float) is choice["IsNumeric"]
    return bool(_at(path, data) == choice["StringEquals"])
