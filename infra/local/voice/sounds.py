"""What is heard: tones as samples (48 kHz, mono, 16 bit, the machine's byte order), made once and kept."""

from __future__ import annotations

import io
import math
import wave
from array import array
from functools import cache

RATE = 48_000
FRAME_SAMPLES = RATE // 50
FRAME_BYTES = FRAME_SAMPLES * 2
LOUD = 9_000
ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477)
KEYS = "123456789*0#"
DIGITS = frozenset(KEYS + "w")
PAUSE = "w"
# As the browser SDK calls its sounds.
NAMES = {"*": "s", "#": "h"}


@cache
def tone(*hertz: int, seconds: float) -> bytes:
    """All these frequencies at once; a whole number of seconds may be repeated without a click."""
    gain = LOUD / max(1, len(hertz))
    steps = [2 * math.pi * each / RATE for each in hertz]
    count = int(seconds * RATE)
    return array("h", (int(gain * sum(math.sin(step * n) for step in steps)) for n in range(count))).tobytes()


def silence(seconds: float) -> bytes:
    return bytes(2 * int(seconds * RATE))


@cache
def ringback() -> bytes:
    """What a caller hears while it rings: a second of tone, four of silence."""
    return tone(425, seconds=1) + silence(4)


@cache
def speech() -> bytes:
    """Instead of words: five notes up and down, which no telephone network uses."""
    return b"".join(tone(note, seconds=0.18) for note in (523, 659, 784, 659, 523)) + silence(0.3)


def keys(digits: str) -> bytes:
    """Each digit as its own two tones, a `w` as half a second of silence."""
    return b"".join(silence(0.5) if digit == PAUSE else key(digit) for digit in digits)


@cache
def key(digit: str) -> bytes:
    row, column = divmod(KEYS.index(digit), 3)
    return tone(ROWS[row], COLUMNS[column], seconds=0.16) + silence(0.08)


@cache
def files() -> dict[str, bytes]:
    """The browser SDK's sounds, by its names for them, as WAV files."""
    named = {
        "incoming": ringback(),
        "outgoing": tone(660, seconds=0.08),
        "disconnect": tone(440, seconds=0.08) + silence(0.04) + tone(330, seconds=0.12),
    }
    named |= {f"dtmf{NAMES.get(digit, digit)}": key(digit) for digit in KEYS}
    return {name: _wav(samples) for name, samples in named.items()}


def _wav(samples: bytes) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples)
    return written.getvalue()
