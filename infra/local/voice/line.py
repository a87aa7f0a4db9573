"""One browser's call: the thread that carries it on, its media, and the browser that it belongs to."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import threading
import time
import traceback
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from infra.local.carrier import Carrier
from infra.local.voice import sounds
from infra.local.voice.peer import Peer

PATIENCE_SECONDS = 30
LONG_NUMBER = re.compile(r"\+?\d(?:[ .()-]*\d){4,}")
MEDIA_LOST = {"code": 53405, "message": "Media connection failed"}


@dataclass(frozen=True)
class Timing:
    """In seconds. `hurry` divides the waits of calls: how long they ring and pause."""

    heartbeat: float = 5
    silence: float = 15
    grace: float = 10
    hurry: float = 1


class Browser(Protocol):
    """Where a line's messages go."""

    async def tell(self, kind: str, **payload: Any) -> None: ...


class BrowserLine:
    """A `Line` of the carrier's. `open` to `wait` run in the call's thread, all else in the event loop.

    `name` is what the browser calls it until ringing or an answer tells the sid; before, it ignores what has
    the sid. With `key` it comes back when it was lost.
    """

    def __init__(
        self,
        browser: Browser,
        name: str,
        carrier: Carrier,
        timing: Timing,
        print: Callable[[str], None],
    ) -> None:
        self.browser: Browser | None = browser
        self.name = name
        self.key = secrets.token_urlsafe(18)
        self.identity = ""
        self.sid = ""
        self._known_as = name
        self.peer = Peer(self._lose_media)
        self._carrier = carrier
        self._timing = timing
        self._print = print
        self._loop = asyncio.get_running_loop()
        self._woken = threading.Event()
        self._left = False
        self._losses = 0
        self._ended = asyncio.Event()

    def begin(self, token: str, params: Mapping[str, str]) -> None:
        """Starts the call's thread; `ended` comes back when it is over."""
        self._thread = threading.Thread(target=self._carry, args=(token, params), daemon=True)
        self._thread.start()

    async def ended(self) -> None:
        """Back when the browser was told, and the call's thread has done its last deed."""
        await self._ended.wait()
        await asyncio.to_thread(self._thread.join, PATIENCE_SECONDS)

    async def leave(self) -> None:
        """The browser hangs up, now or as soon as the call has come to be."""
        self._left = True
        if self.sid:
            await asyncio.to_thread(self._carrier.hang_up, self.sid)

    async def press(self, digits: str) -> None:
        """Digits from the browser, which whoever answered repeats as tones."""
        await asyncio.to_thread(self._carrier.note_digits, self.sid, digits)
        await self.peer.play(sounds.keys(digits))

    async def go_on(self) -> None:
        """The browser is back: the call goes on where it was."""
        await self._tell("answer", sdp=await self.peer.answer(), reconnect=self.key)

    async def lose(self) -> None:
        """The browser is gone; unless it comes back in time, it has hung up."""
        self.browser = None
        self._losses += 1
        loss = self._losses
        await asyncio.sleep(self._timing.grace)
        if self.browser is None and loss == self._losses:
            await self.leave()

    # What the call's thread asks for.

    def open(self, sid: str) -> None:
        self.sid = sid
        if self._left:
            self._carrier.hang_up(sid)

    def ring(self) -> None:
        self._do(self._ring())

    def talk(self, sound: str) -> None:
        self._do(self._talk(sound))

    def say(self, text: str) -> None:
        self._print(f"The carrier says: “{LONG_NUMBER.sub('(a number)', text)}”")
        self._do(self._say())

    def wait(self, seconds: float | None, over: Callable[[], bool]) -> None:
        end = None if seconds is None else time.monotonic() + seconds / self._timing.hurry
        while True:
            self._woken.clear()  # before looking: what ends from here on wakes
            left = None if end is None else end - time.monotonic()
            if over() or (left is not None and left <= 0):
                return
            self._woken.wait(left)

    # What other threads tell.

    def wake(self) -> None:
        self._woken.set()

    def close(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended before the call's thread
            self._loop.call_soon_threadsafe(self._start_closing)

    # In the event loop.

    async def _ring(self) -> None:
        self._known_as = self.sid
        self.peer.sound("ringback")
        await self._tell("ringing", sdp=await self.peer.answer())

    async def _talk(self, sound: str) -> None:
        self._known_as = self.sid
        self.peer.sound(sound)
        await self._tell("answer", sdp=await self.peer.answer(), reconnect=self.key)

    async def _say(self) -> None:
        await self._talk("silence")
        await self.peer.play(sounds.speech())

    async def _close(self) -> None:
        if self._ended.is_set():
            return
        self._ended.set()
        await self._tell("hangup")
        await self.peer.close()

    async def _tell(self, kind: str, **payload: Any) -> None:
        if self.browser:
            await self.browser.tell(kind, callsid=self._known_as, **payload)

    def _start_closing(self) -> None:
        self._closing = asyncio.ensure_future(self._close())

    def _lose_media(self) -> None:
        self._leaving = asyncio.ensure_future(self.leave())

    def _carry(self, token: str, params: Mapping[str, str]) -> None:
        try:
            self._carrier.hold_call(token, params, self)
        except Exception as error:  # noqa: BLE001 - the last stop of a thread; a message may quote a number
            where = "".join(traceback.format_tb(error.__traceback__))
            self._print(f"A call broke down ({type(error).__name__}):\n{where}")
        finally:
            self.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        if self._ended.is_set():
            work.close()
            return
        try:
            asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_SECONDS)
        except Exception:
            if not self._ended.is_set():  # a peer that is closed under its work breaks it in some way
                raise
