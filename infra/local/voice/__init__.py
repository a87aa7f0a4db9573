"""The carrier's voice on a laptop: signalling for the unmodified browser SDK, and an audible other side.

Whose call may be placed, what becomes of it and who is told is the stand-in's (`infra.local.carrier`); here
is only how a browser reaches it and what it hears. It follows the SDK's own source, and proves nothing about
the real carrier beyond that.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from infra.local.carrier import Carrier

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request, Response

    from infra.local.voice.line import Timing
    from infra.local.voice.signalling import Switchboard

PATH = "/signal"
LARGEST_FRAME_BYTES = 256 * 1024
STOP_SECONDS = 5


class Voice:
    """Serves browsers on `listener` from `start` to `stop`, in a thread of its own.

    `origins` are the pages that may connect: other sites' pages can reach the port, too.
    """

    def __init__(
        self,
        carrier: Carrier,
        listener: socket.socket,
        origins: Sequence[str],
        print: Callable[[str], None],
        timing: Timing | None = None,
    ) -> None:
        self._carrier = carrier
        self._listener = listener
        self._origins = tuple(origins)
        self._print = print
        self._timing = timing
        self._loop = asyncio.new_event_loop()
        self._asked_to_stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._browsers: Callable[[], Iterable[ServerConnection]] = tuple

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Every call ends; back when they have, or after some seconds."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._asked_to_stop.set)
            self._thread.join(2 * STOP_SECONDS)
        self._listener.close()

    def cut(self) -> None:
        """Every browser loses its connection without a word, as by a network that fails."""
        self._loop.call_soon_threadsafe(self._abort)

    def _abort(self) -> None:
        for browser in self._browsers():
            browser.transport.abort()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        # The libraries of media take a second to load, which nobody has to wait for.
        from websockets.asyncio.server import serve

        from infra.local.voice.line import Timing
        from infra.local.voice.signalling import Switchboard

        board = Switchboard(self._carrier, self._timing or Timing(), self._print)
        self._carrier.abandon()
        async with serve(
            board.serve,
            sock=self._listener,
            origins=[*self._origins, None],  # type: ignore[list-item]
            process_request=_check_path,
            max_size=LARGEST_FRAME_BYTES,
            ping_interval=None,  # the SDK's own heartbeats tell as much
            close_timeout=1,
        ) as server:
            self._browsers = lambda: server.connections
            await self._asked_to_stop.wait()
            await self._clear(board)

    async def _clear(self, board: Switchboard) -> None:
        try:
            await asyncio.wait_for(board.clear(), STOP_SECONDS)
        except TimeoutError:
            self._print("a call did not end in time")


def _check_path(connection: ServerConnection, request: Request) -> Response | None:
    if request.path == PATH:
        return None
    return connection.respond(HTTPStatus.NOT_FOUND, "There is nothing here.\n")
