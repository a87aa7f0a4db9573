"""Browsers' calls that are held on a line, each by a thread of its own, from the start to the end."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from infra.local.carrier.calls import Calls
from infra.local.carrier.lines import Line, Lines
from infra.local.carrier.sessions import NoCall, Sessions
from infra.local.carrier.tokens import Grant

logger = logging.getLogger(__name__)


class HeldCalls:
    def __init__(self, calls: Calls, sessions: Sessions, lines: Lines) -> None:
        self._calls = calls
        self._sessions = sessions
        self._lines = lines

    def hold(self, grant: Grant, params: Mapping[str, str], line: Line) -> None:
        """Back when the call is over, however it ends."""
        try:
            sid = self._sessions.start(grant, params, line=line)
            while self._sessions.is_talking(sid):
                line.wait(None, lambda: not self._sessions.is_talking(sid))
                self._sessions.carry_on(sid)
        except NoCall:
            logger.info("a call was deleted under way")
        finally:
            self._lines.drop(line)
            self.abandon()

    def abandon(self) -> None:
        """Ends each call whose line is gone, as those are that an earlier process held."""
        for call in self._calls.live():
            if self._sessions.is_held(call["sid"]) and not self._lines.of(call["sid"]):
                self._sessions.hang_up(call)
