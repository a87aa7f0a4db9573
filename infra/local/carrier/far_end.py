"""Who answers: the last four digits of a dialled number decide the other side."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers

RING_SECONDS = 2
FAULTS = {"0006": "lose_completed", "0007": "duplicate", "0008": "reorder", "0009": "delay"}
IMPATIENT = {"0005", *(f"00{seconds}" for seconds in range(10, 100))}
TONE = "0440"


@dataclass(frozen=True)
class FarEnd:
    """How a dialled number ends up: `status` is in-progress when someone answers, else the final status.

    Who answers is heard as `sound` (echo or tone) and hangs up after `talk_seconds`, or never; `faults` are
    those of the callbacks.
    """

    status: str
    rings: bool
    ring_seconds: int
    sound: str = "echo"
    talk_seconds: int | None = None
    faults: tuple[str, ...] = ()


def of(number: str, timeout_seconds: int) -> FarEnd:
    """The other side of `number`, given how long the caller lets it ring."""
    last = number[-4:]
    match last:
        case "0001":
            return FarEnd("busy", rings=False, ring_seconds=0)
        case "0003":
            return FarEnd("failed", rings=False, ring_seconds=0)
        case "0004":
            return FarEnd("canceled", rings=True, ring_seconds=RING_SECONDS)
        case "0002":
            return FarEnd("no-answer", rings=True, ring_seconds=timeout_seconds)
    if timeout_seconds < RING_SECONDS:
        return FarEnd("no-answer", rings=True, ring_seconds=timeout_seconds)
    return FarEnd(
        "in-progress",
        rings=True,
        ring_seconds=RING_SECONDS,
        sound="tone" if last == TONE else "echo",
        talk_seconds=int(last) if last in IMPATIENT else None,
        faults=(FAULTS[last],) if last in FAULTS else (),
    )


def is_dialable(number: str) -> bool:
    """Whether a number is E.164 and could exist."""
    if not number.startswith("+"):
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def formatted(party: str) -> str:
    """A party as the carrier displays it: North American numbers nationally, everything else as it is."""
    if not party.startswith("+1") or not is_dialable(party):
        return party
    national = phonenumbers.PhoneNumberFormat.NATIONAL
    return phonenumbers.format_number(phonenumbers.parse(party), national)
