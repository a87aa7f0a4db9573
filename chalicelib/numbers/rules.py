"""A caller ID's life, pure: a code call is asked for, and verifies its number or does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

MOST = 10


class State(StrEnum):
    """Where a number stands; one that is removed waits, unseen, until the carrier has forgotten it."""

    PENDING = "pending"
    VERIFIED = "verified"
    FAILED = "failed"
    REMOVED = "removed"


@dataclass(frozen=True)
class OwnNumber:
    """A number that a person wants to call with.

    `ends_at` (epoch seconds) is when its code call is over for certain. One that is another's already is not
    called: it only looks so until `fails_at`. `calls` are its code calls at the
    carrier, the newest last, and `sid` is the caller ID there.
    """

    id: str
    phone: str
    state: State
    ends_at: int
    code: str | None = None
    calls: tuple[str, ...] = ()
    sid: str | None = None
    fails_at: int | None = None

    def at(self, now: int) -> OwnNumber:
        """As its person sees it."""
        if self.state is State.PENDING and self.fails_at is not None and now >= self.fails_at:
            return replace(self, state=State.FAILED, code=None)
        return self

    def is_over(self, now: int) -> bool:
        """Whether nothing can come of its code call any more."""
        return self.state is State.VERIFIED or now >= self.ends_at

    def is_waiting(self, now: int) -> bool:
        """Whether its code can still be typed."""
        return self.state is State.PENDING and now < self.ends_at

    def is_shown(self, now: int) -> bool:
        """Whether its person sees it: what failed stays for a while, so that they learn of it."""
        return self.state is State.VERIFIED or (self.state is not State.REMOVED and now < self.ends_at)


def is_full(numbers: Iterable[OwnNumber]) -> bool:
    """Whether there is no place for another, should all that are pending be verified."""
    return sum(number.state in (State.PENDING, State.VERIFIED) for number in numbers) >= MOST


def fails(number: OwnNumber, call_sid: str) -> bool:
    """Whether the failure of this code call is its number's: an older call's says nothing of the newest."""
    return number.state is State.PENDING and number.calls[-1:] == (call_sid,)
