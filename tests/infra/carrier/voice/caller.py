"""A browser without a screen: the frames of the SDK, a peer that hears, and a microphone of 1,000 Hz."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import re
from array import array
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame
from av.audio.resampler import AudioResampler
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from infra.local.voice import sounds
from infra.local.voice.speaker import Loop, Speaker

PATIENCE_SECONDS = 8
TELLS_SID = {"ringing", "answer"}
MICROPHONE_HZ = 1000
ECHOES = "+12025550123"
SOUNDS_A_TONE = "+12025550440"
LISTEN_SECONDS = 0.3
CANDIDATES = re.compile(r"a=(?:candidate|end-of-candidates).*\r\n")

Frame = dict[str, Any]


class Ear:
    """What was heard last."""

    def __init__(self, track: MediaStreamTrack) -> None:
        self._samples = array("h")
        self._mono = AudioResampler(format="s16", layout="mono", rate=sounds.RATE)
        self._task = asyncio.create_task(self._listen(track))

    async def until(self, *hertz: int) -> None:
        """Back when each of these frequencies is loud and one beside each is not."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not all(self.loudness(tone) > 20 * self.loudness(tone * 1.31) for tone in hertz):
                await asyncio.sleep(0.05)

    def loudness(self, hertz: float) -> float:
        """Of one frequency, by Goertzel's sum over the last moments; 0 to 1."""
        heard = self._samples[-int(LISTEN_SECONDS * sounds.RATE) :]
        if not heard:
            return 0.0
        factor, one, two = 2 * math.cos(2 * math.pi * hertz / sounds.RATE), 0.0, 0.0
        for sample in heard:
            one, two = sample + factor * one - two, one
        power = one * one + two * two - factor * one * two
        return 2 * math.sqrt(max(0.0, power)) / len(heard) / 32768 if power > len(heard) else 0.0

    async def _listen(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                assert isinstance(frame, AudioFrame)
                for mono in self._mono.resample(frame):
                    self._samples.frombytes(bytes(mono.planes[0])[: mono.samples * 2])


@dataclass
class Call:
    """One call of a browser; `sid` once the carrier has said it."""

    caller: Caller
    name: str
    peer: RTCPeerConnection
    sid: str = ""
    ear: Ear | None = None

    async def until(self, kind: str) -> Frame:
        """The next message of this kind about the call, its media followed."""
        payload = await self.caller.until(kind, self)
        self.sid = payload["callsid"] if payload["callsid"] != self.name else self.sid
        if "sdp" in payload and self.peer.signalingState == "have-local-offer":
            await self.peer.setRemoteDescription(RTCSessionDescription(payload["sdp"], "answer"))
        return payload

    async def answered(self) -> Ear:
        """Rings, is answered, and is heard."""
        await self.until("ringing")
        await self.until("answer")
        return await self.heard()

    async def heard(self) -> Ear:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.ear is None:
                await asyncio.sleep(0.02)
        return self.ear

    async def press(self, digits: str) -> None:
        await self.caller.send("dtmf", callsid=self.sid, dtmf=digits)

    async def hang_up(self) -> None:
        await self.caller.send("hangup", callsid=self.sid or self.name)


@dataclass
class Caller:
    """One connection; `heard` are the frames that nobody has waited for yet."""

    socket: ClientConnection
    token: str
    heard: list[Frame] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    answers_heartbeats: bool = True
    heartbeats: int = 0

    async def send(self, kind: str, **payload: Any) -> None:
        await self.socket.send(json.dumps({"type": kind, "version": "1.6", "payload": payload}))

    async def listen(self) -> Frame:
        await self.send("listen", token=self.token, browserinfo={}, reconnectTimeout=0)
        return await self.until("connected")

    async def dial(self, to: str, **params: str) -> Call:
        """Invites as the SDK does: under a name of its own, with no candidate in the offer."""
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        call = Call(self, f"TJ{len(self.calls)}", peer)
        self.calls.append(call)
        peer.on("track", lambda track: setattr(call, "ear", Ear(track)))
        microphone = Speaker()
        microphone.source = Loop(sounds.tone(MICROPHONE_HZ, seconds=1))
        peer.addTrack(microphone)
        await peer.setLocalDescription(await peer.createOffer())
        offer = CANDIDATES.sub("", peer.localDescription.sdp)
        assert "candidate" not in offer
        wanted = {"params": urlencode({"To": to, **params})}
        await self.send("invite", callsid=call.name, sdp=offer, twilio=wanted)
        return call

    async def until(self, kind: str, call: Call | None = None) -> Frame:
        """The payload of the next frame of a kind."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for frame in self.heard:
                    payload: Frame = frame["payload"]
                    if frame["type"] == kind and (not call or self._is_of(call, kind, payload)):
                        self.heard.remove(frame)
                        return payload
                await asyncio.sleep(0.02)

    def _is_of(self, call: Call, kind: str, payload: Frame) -> bool:
        """As strict as the SDK: a sid that no ringing or answer has told is nobody's."""
        told = {heard["payload"].get("callsid") for heard in self.heard if heard["type"] in TELLS_SID}
        known = {call.name, call.sid} | (told if not call.sid else set())
        return payload.get("callsid") in known or (kind in TELLS_SID and not call.sid)

    async def closed(self) -> None:
        """Back when the carrier has closed the connection."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.socket.wait_closed()

    async def read(self) -> None:
        """Hears all that comes, until the connection ends."""
        with contextlib.suppress(ConnectionClosed):
            async for text in self.socket:
                if text == "\n":
                    self.heartbeats += 1
                    if self.answers_heartbeats:
                        await self.socket.send("\n")
                    continue
                frame = json.loads(text)
                assert frame["version"] == "1.6"
                self.heard.append({"payload": {}, **frame})


@contextlib.asynccontextmanager
async def calling(
    port: int, token: str, origin: str | None = None, path: str = "/signal"
) -> AsyncIterator[Caller]:
    """A browser at the carrier's door, not signed in yet; all its media end with it."""
    named = Origin(origin) if origin else None
    async with connect(f"ws://127.0.0.1:{port}{path}", origin=named, ping_interval=None) as socket:
        caller = Caller(socket, token)
        reading = asyncio.create_task(caller.read())
        try:
            yield caller
        finally:
            reading.cancel()
            for call in caller.calls:
                await call.peer.close()


async def settled(look: Callable[[], Any], wanted: Any) -> None:
    """Back when it is as wanted."""
    for _ in range(100):
        if look() == wanted:
            return
        await asyncio.sleep(0.05)
    assert look() == wanted


async def signed_in(caller: Caller, to: str) -> Call:
    await caller.listen()
    return await caller.dial(to)
