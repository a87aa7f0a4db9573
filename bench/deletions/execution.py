"""One execution of the workflow that retries as its definition says, in a world where steps are killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from tests.harness.killpoints import Killed, Watch, intercepted
from tests.privacy.machine import Document, Lost, Machine, filled, put, run_step

KILLED, LOST = 0.1, 0.02
FARTHEST_REQUESTS = (3, 8, 25)


def _nothing(number: int, name: str) -> None:
    """Nobody watches."""


@dataclass
class Execution(Machine):
    """Tasks are killed at one of their requests, and now and then the whole execution is lost.

    `between` two tasks other things may happen.
    """

    chance: Random = field(default_factory=Random)
    among: Watch = _nothing
    between: Callable[[], None] = lambda: None
    killed: int = 0

    def _task(self, state: Document, data: Document) -> Any:
        """Ask, and ask again after the definition's pauses; then what it catches, or the end of it."""
        event = filled(state["Parameters"], data)
        [retry] = state["Retry"]
        for attempt in range(retry["MaxAttempts"] + 1):
            self.between()
            if attempt:
                longest = retry["IntervalSeconds"] * retry["BackoffRate"] ** (attempt - 1)
                self._pause(timedelta(seconds=self.chance.uniform(0, longest)))
            try:
                answered = self._ask(event)
            except (Exception, Killed):  # noqa: BLE001 - whatever a function dies of, the machine asks again
                continue
            put(state, data, answered)
            return state["Next"]
        if "Catch" not in state:
            raise Lost
        return state["Catch"][0]["Next"]

    def _pause(self, by: timedelta) -> None:
        self.waited += by
        self.clock.advance(by)

    def _ask(self, event: Document) -> Document:
        self.before(event)
        self.tasks.append(event["step"])
        if self.chance.random() < LOST:
            raise Lost
        at = self.chance.randrange(self.chance.choice(FARTHEST_REQUESTS))
        moment = self.chance.choice(["before", "after"])
        dies = self.chance.random() < KILLED

        def kill(number: int, _: str) -> None:
            if dies and number == at:
                self.killed += 1
                raise Killed

        def before(number: int, name: str) -> None:
            self.among(number, event["step"])
            if moment == "before":
                kill(number, name)

        with intercepted(before=before, after=kill if moment == "after" else None) as names:
            answered = run_step(event)
        if dies and at >= len(names):  # with all done, and nothing answered
            self.killed += 1
            raise Killed
        self.after(event)
        return answered
