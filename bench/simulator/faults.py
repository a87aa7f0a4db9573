"""What goes wrong inside a handler: its process dies, or a request is refused or loses its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from botocore.exceptions import ReadTimeoutError

from tests.harness.killpoints import Killed, intercepted, refusal

CHANCE = 0.35
FARTHEST_REQUESTS = (4, 8, 40)
THROTTLED = "ProvisionedThroughputExceededException"


@dataclass
class Struck:
    """Whether something went wrong; then whatever comes of it is no finding by itself."""

    by: str | None = None


@contextmanager
def one_fault(chance: Random) -> Iterator[Struck]:
    """Perhaps one fault at one of the requests inside. What dies there ends quietly here."""
    struck = Struck()
    if chance.random() > CHANCE:
        yield struck
        return
    fault, at = chance.choice(FAULTS), chance.randrange(chance.choice(FARTHEST_REQUESTS))
    moment = MOMENTS.get(fault) or chance.choice(["before", "after"])

    def strike(number: int, name: str) -> None:
        if number == at:
            struck.by = f"{fault.__name__} {moment} {name}"
            fault(name)

    try:
        with intercepted(**{moment: strike}):
            yield struck
    except Killed:
        return


def _kill(_: str) -> None:
    raise Killed


def _throttle(name: str) -> None:
    if not _is_provider(name):
        raise refusal(THROTTLED)


def _conflict(name: str) -> None:
    if name == "TransactWriteItems":
        raise refusal("TransactionCanceledException", "TransactionConflict", None, None)
    _throttle(name)


def _time_out(name: str) -> None:
    if _is_provider(name):
        raise TimeoutError
    raise ReadTimeoutError(endpoint_url="dynamodb")


def _is_provider(name: str) -> bool:
    return name.startswith(("stripe ", "twilio "))


FAULTS = [_kill, _kill, _throttle, _conflict, _time_out]
MOMENTS: dict[Callable[[str], None], str] = {_throttle: "before", _conflict: "before", _time_out: "after"}
