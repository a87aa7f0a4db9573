"""The other end of a browser's media: an aiortc peer that answers its offer.

Two defaults of the libraries are not for a laptop. Without a configuration aiortc asks a STUN server on the
internet for its address; here it asks nobody. And aioice offers every address but 127.0.0.1, so that a
machine without a network would offer none; here that is one of them. It is not the only one: Firefox pairs
loopback addresses with nothing but loopback addresses.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from aioice import ice
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame

from infra.local.voice import sounds
from infra.local.voice.speaker import Echo, Loop, Speaker

# The browser SDK sends its offer before it has any candidate and never sends one later. aioice wants one to
# begin with and finds the true ones by what the browser sends; nobody listens behind this one.
PLACEHOLDER = "a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host\r\na=end-of-candidates\r\n"


class OfferRefused(Exception):
    """This is no offer of audio that can be answered."""


_addresses_of_the_network = ice.get_host_addresses


def _addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:  # noqa: ARG001 - as aioice calls it
    return ["127.0.0.1", *_addresses_of_the_network(use_ipv4=True, use_ipv6=False)]


ice.get_host_addresses = _addresses


class Peer:
    """One browser's media. `lost` is called when it does not come about, or is gone for good."""

    def __init__(self, lost: Callable[[], None]) -> None:
        self._lost = lost
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._speaker = Speaker()
        self._hearing: asyncio.Task[None] | None = None
        # What is closed while it gathers its addresses leaves their sockets open.
        self._moving = asyncio.Lock()
        self._connection.on("track", self._hear)
        self._connection.on("connectionstatechange", self._watch)

    async def offered(self, sdp: str) -> None:
        """Takes the browser's offer. Raises OfferRefused."""
        if "a=candidate" not in sdp:
            sdp = f"{sdp.rstrip()}\r\n{PLACEHOLDER}"
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        except Exception as error:  # noqa: BLE001 - its parser breaks in many ways
            raise OfferRefused(type(error).__name__) from None
        if [transceiver.kind for transceiver in self._connection.getTransceivers()] != ["audio"]:
            raise OfferRefused("not one stream of audio")
        self._connection.addTrack(self._speaker)

    async def answer(self) -> str:
        """The answer to the offer; the same each time."""
        async with self._moving:
            if self._connection.localDescription is None:
                await self._connection.setLocalDescription(await self._connection.createAnswer())
            return str(self._connection.localDescription.sdp)

    def sound(self, name: str) -> None:
        """From now on the browser hears `ringback`, `tone`, `echo` or `silence`."""
        match name:
            case "echo":
                self._speaker.source = Echo()
            case "tone":
                self._speaker.source = Loop(sounds.tone(440, seconds=1))
            case "ringback":
                self._speaker.source = Loop(sounds.ringback())
            case _:
                self._speaker.source = Loop(sounds.silence(1))

    async def play(self, samples: bytes) -> None:
        """Plays this over all else; back when it was heard, or the peer is closed."""
        await self._speaker.play(samples)

    async def close(self) -> None:
        self._speaker.stop()
        if self._hearing:
            self._hearing.cancel()
        async with self._moving:
            await self._connection.close()

    def _hear(self, track: MediaStreamTrack) -> None:
        self._hearing = asyncio.create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        # Whatever the source: what nobody takes is kept in memory.
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                if isinstance(self._speaker.source, Echo) and isinstance(frame, AudioFrame):
                    self._speaker.source.hear(frame)

    def _watch(self) -> None:
        if self._connection.connectionState in ("failed", "closed"):
            self._lost()
