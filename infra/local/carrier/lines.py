"""Lines: the media of a browser's calls, which follows what the calls in the store do.

A line knows no state of its own to disagree with: the thread of a call tells it what to play and waits on it,
whoever ends a leg in the store wakes that thread, and the end of the client's leg hangs the line up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from infra.local.store import Document


class Line(Protocol):
    """One browser's side of a call. Only `wake` and `close` are called by other threads than the call's."""

    def open(self, sid: str) -> None:
        """The call has come to be."""

    def ring(self) -> None:
        """The other side rings."""

    def talk(self, sound: str) -> None:
        """Somebody has answered, who sounds like this."""

    def say(self, text: str) -> None:
        """The carrier itself answers and speaks; back when it has."""

    def wait(self, seconds: float | None, over: Callable[[], bool]) -> None:
        """Back after so long, or as soon as it is over."""

    def wake(self) -> None:
        """A leg has ended: whoever waits looks again."""

    def close(self) -> None:
        """The client's leg has ended."""


class Lines:
    """The lines of live calls, by the sid of the client's leg; in memory, as media dies with its process."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    def put(self, sid: str, line: Line) -> None:
        self._lines[sid] = line

    def of(self, sid: str) -> Line | None:
        """None for a call that is only simulated."""
        return self._lines.get(sid)

    def drop(self, line: Line) -> None:
        """The line is gone; nothing when it never had a call."""
        for sid in [sid for sid, held in list(self._lines.items()) if held is line]:
            del self._lines[sid]

    def follow(self, ended: Document) -> None:
        """A leg has ended, in whichever thread and for whatever reason. Waits for nobody."""
        line = self._lines.get(ended["parent_call_sid"] or ended["sid"])
        if line is None:
            return
        if not ended["parent_call_sid"]:
            line.close()
        line.wake()
