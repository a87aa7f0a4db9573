"""What the voice SDK of a browser and the carrier say to each other: text frames of JSON, and heartbeats.

A frame is {type, version, payload}; a line feed alone is a heartbeat, which the SDK sends back. It gives up a
server that has been silent for 15 s, and this server such a browser.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qsl

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from infra.local.carrier import Carrier, Grant, TokenRefused
from infra.local.voice import sounds
from infra.local.voice.line import MEDIA_LOST, BrowserLine, Timing
from infra.local.voice.peer import OfferRefused

VERSION = "1.6"
HEARTBEAT = "\n"
PLACE = "local"
EXPIRED = 20104
# What the SDK makes an expired, and any other bad, access token of.
TOKEN_EXPIRED, TOKEN_INVALID = 31205, 31204
BAD_REQUEST = {"code": 31400, "message": "Bad Request"}
NO_CALL = {"code": 31404, "message": "Not Found"}


class Switchboard:
    """All lines, and the browsers that come and go."""

    def __init__(self, carrier: Carrier, timing: Timing, print: Callable[[str], None]) -> None:
        self.carrier = carrier
        self.timing = timing
        self.print = print
        self.lines: set[BrowserLine] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, socket: ServerConnection) -> None:
        """One browser, from its connection to its end."""
        await Connection(self, socket).serve()

    def keep(self, line: BrowserLine) -> None:
        """Holds a line until its call is over."""
        self.lines.add(line)
        self.start(self._drop(line))

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Does this beside all else."""
        task = asyncio.create_task(work)
        self._tasks.add(task)  # the loop alone would let it be collected
        task.add_done_callback(self._tasks.discard)

    async def clear(self) -> None:
        """Every call ends."""
        for line in list(self.lines):
            await line.leave()
        await asyncio.gather(*(line.ended() for line in self.lines))

    async def _drop(self, line: BrowserLine) -> None:
        await line.ended()
        self.lines.discard(line)


class Connection:
    """One browser's socket. Until it has shown a good token it may do nothing else."""

    def __init__(self, board: Switchboard, socket: ServerConnection) -> None:
        self._board = board
        self._socket = socket
        self._token = ""
        self._grant: Grant | None = None
        self._meanings = {
            "listen": self._listen,
            "register": self._register,
            "unregister": self._unregister,
            "invite": self._invite,
            "reinvite": self._reinvite,
            "dtmf": self._press,
            "hangup": self._hang_up,
        }

    async def serve(self) -> None:
        beating = asyncio.create_task(self._beat())
        try:
            while True:
                await self._hear(await asyncio.wait_for(self._socket.recv(), self._board.timing.silence))
        except (ConnectionClosed, TimeoutError):
            pass  # gone, or half-open: the calls know what to do
        finally:
            beating.cancel()
            for line in self._lines():
                self._board.start(line.lose())
            await self._socket.close()

    async def tell(self, kind: str, **payload: Any) -> None:
        """A message to the browser, if it is still there."""
        with contextlib.suppress(ConnectionClosed):
            await self._socket.send(json.dumps({"type": kind, "version": VERSION, "payload": payload}))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._board.timing.heartbeat)
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(HEARTBEAT)

    async def _hear(self, frame: str | bytes) -> None:
        if frame == HEARTBEAT:
            return
        try:
            message = json.loads(frame)
            meaning, payload = self._meanings.get(message["type"]), message.get("payload") or {}
            known = isinstance(payload, dict)
        except (ValueError, TypeError, KeyError, AttributeError):
            known = False
        if not known:
            await self.tell("error", error=BAD_REQUEST)
        elif meaning:  # the real one ignores what it does not know, too
            await meaning(payload)

    async def _listen(self, payload: dict[str, Any]) -> None:
        try:
            self._grant = self._board.carrier.admit(str(payload.get("token", "")))
        except TokenRefused as refused:
            await self._refuse(refused)
            return
        self._token = str(payload["token"])
        life = {"identity": self._grant.identity, "ttl": max(0, self._grant.expires_at - int(time.time()))}
        await self.tell("connected", region=PLACE, edge=PLACE, gateway=PLACE, home=PLACE, token=life)

    async def _refuse(self, refused: TokenRefused) -> None:
        """An error that the SDK understands, and the end of the connection: it would try again forever."""
        self._grant = None
        await self.tell("error", error=_token_error(refused))
        await self.tell("close")
        await self._socket.close()

    async def _register(self, _payload: dict[str, Any]) -> None:
        if self._grant:
            await self.tell("ready")
        else:
            await self.tell("error", error={"code": TOKEN_INVALID, "message": "Not signed in"})

    async def _unregister(self, _payload: dict[str, Any]) -> None:
        await self.tell("offline")

    async def _invite(self, payload: dict[str, Any]) -> None:
        name = str(payload.get("callsid", ""))
        try:
            grant = self._board.carrier.admit(self._token)  # it may have expired since
        except TokenRefused as refused:
            await self.tell("hangup", callsid=name, error=_token_error(refused))
            return
        if "reconnect" in payload:
            await self._take_back(name, str(payload["reconnect"]), grant)
            return
        line = BrowserLine(self, name, self._board.carrier, self._board.timing, self._board.print)
        line.identity = grant.identity
        try:
            await line.peer.offered(str(payload.get("sdp", "")))
        except OfferRefused:
            await line.peer.close()
            await self.tell("hangup", callsid=name, error=BAD_REQUEST)
            return
        self._board.keep(line)
        line.begin(self._token, _params(payload))

    async def _take_back(self, name: str, key: str, grant: Grant) -> None:
        for line in self._board.lines:
            if (line.sid, line.key, line.identity) == (name, key, grant.identity):
                line.browser = self
                await line.go_on()
                return
        await self.tell("hangup", callsid=name, error=NO_CALL)

    async def _reinvite(self, payload: dict[str, Any]) -> None:
        """A browser whose media broke wants to begin again, which an aiortc peer cannot: the call ends."""
        line = self._line(payload)
        if line:
            await self.tell("hangup", callsid=payload["callsid"], error=MEDIA_LOST)
            await line.leave()

    async def _press(self, payload: dict[str, Any]) -> None:
        line, digits = self._line(payload), str(payload.get("dtmf", ""))
        if not line or not line.sid or not set(digits) <= sounds.DIGITS:
            await self.tell("error", callsid=payload.get("callsid"), error=BAD_REQUEST)
            return
        self._board.start(line.press(digits))

    async def _hang_up(self, payload: dict[str, Any]) -> None:
        line = self._line(payload)
        if line:
            await line.leave()

    def _line(self, payload: dict[str, Any]) -> BrowserLine | None:
        """The line that a message is about: one of this browser's own, by either of its names."""
        name = payload.get("callsid")
        return next((line for line in self._lines() if name and name in (line.sid, line.name)), None)

    def _lines(self) -> list[BrowserLine]:
        return [line for line in self._board.lines if line.browser is self]


def _token_error(refused: TokenRefused) -> dict[str, Any]:
    code = TOKEN_EXPIRED if refused.code == EXPIRED else TOKEN_INVALID
    return {"code": code, "message": refused.message}


def _params(payload: dict[str, Any]) -> dict[str, str]:
    twilio = payload.get("twilio")
    given = twilio.get("params") if isinstance(twilio, dict) else ""
    return dict(parse_qsl(str(given or ""), keep_blank_values=True))
