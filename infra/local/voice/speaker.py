"""The sound that goes to a browser, 20 ms at a time."""

from __future__ import annotations

import asyncio
import fractions
import time
from typing import Protocol

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame
from av.audio.resampler import AudioResampler

from infra.local.voice.sounds import FRAME_BYTES, FRAME_SAMPLES, RATE, silence

ECHO_SECONDS = 0.5
LONGEST_ECHO_BYTES = len(silence(2))


class Source(Protocol):
    """What is heard when nothing else is played."""

    def take(self) -> bytes:
        """The next FRAME_BYTES."""


class Loop:
    """The same samples again and again."""

    def __init__(self, samples: bytes) -> None:
        self._samples = samples
        self._at = 0

    def take(self) -> bytes:
        taken = (self._samples[self._at :] + self._samples)[:FRAME_BYTES]
        self._at = (self._at + FRAME_BYTES) % len(self._samples)
        return taken


class Echo:
    """What was heard half a second ago."""

    def __init__(self) -> None:
        self._heard = bytearray(silence(ECHO_SECONDS))
        self._mono = AudioResampler(format="s16", layout="mono", rate=RATE)

    def hear(self, frame: AudioFrame) -> None:
        for mono in self._mono.resample(frame):
            # A plane is longer than its samples: what follows them is padding, heard as a crackle.
            self._heard += bytes(mono.planes[0])[: mono.samples * 2]
        if len(self._heard) > LONGEST_ECHO_BYTES:
            del self._heard[: -len(silence(ECHO_SECONDS))]

    def take(self) -> bytes:
        taken = bytes(self._heard[:FRAME_BYTES])
        del self._heard[:FRAME_BYTES]
        return taken.ljust(FRAME_BYTES, b"\0")


class Speaker(MediaStreamTrack):
    """Plays what is asked for, and otherwise its source.

    The peer takes nothing before the browser is connected, so that nothing is played to nobody.
    """

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self.source: Source = Loop(silence(1))
        self._asked = bytearray()
        self._played = asyncio.Event()
        self._started: float | None = None
        self._samples = 0

    async def play(self, samples: bytes) -> None:
        """Back when it was heard, or when there is nobody any more to hear it."""
        self._asked += samples
        self._played.clear()
        await self._played.wait()

    def stop(self) -> None:
        super().stop()
        self._played.set()

    async def recv(self) -> AudioFrame:
        if self._started is None:
            self._started = time.monotonic()
        await asyncio.sleep(max(0.0, self._started + self._samples / RATE - time.monotonic()))
        if self.readyState != "live":
            raise MediaStreamError
        frame = AudioFrame(format="s16", layout="mono", samples=FRAME_SAMPLES)
        frame.planes[0].update(self._take().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate = RATE
        frame.pts = self._samples
        frame.time_base = fractions.Fraction(1, RATE)
        self._samples += FRAME_SAMPLES
        return frame

    def _take(self) -> bytes:
        under = self.source.take()  # goes on unheard, so that an echo is never late
        if not self._asked:
            return under
        taken = bytes(self._asked[:FRAME_BYTES])
        del self._asked[:FRAME_BYTES]
        if not self._asked:
            self._played.set()
        return taken.ljust(FRAME_BYTES, b"\0")
