"""Before or after any request to AWS or a provider a process may die, or be refused: tests say where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from infra.local.carrier import Carrier
from infra.local.google import Google
from infra.local.payments import Payments

Watch = Callable[[int, str], None]


class Killed(BaseException):
    """The process is gone; no handler of ours may see it."""


@dataclass(frozen=True)
class Case:
    """One input, given as often as wanted, and what came of it: to be equal however often."""

    act: Callable[[], object]
    outcome: Callable[[], object]


@dataclass(frozen=True)
class Death:
    """A process that died before or after one of its requests, and what came of its input given again."""

    moment: str
    number: int
    request: str
    outcome: object

    def __str__(self) -> str:
        return f"killed {self.moment} request {self.number}, {self.request}"


def survive(make: Callable[[], Case]) -> list[str]:
    """Die once before and once after each request of a fresh case, then give its input again.

    What comes of it must be what comes of an undisturbed one; answers that one's requests, by name.
    """
    expected, requests = run(make)
    for death in deaths(make, requests):
        assert death.outcome == expected, str(death)
    return requests


def run(make: Callable[[], Case]) -> tuple[object, list[str]]:
    """What comes of a fresh case when nothing goes wrong, and its requests, by name."""
    undisturbed = make()
    with intercepted() as requests:
        undisturbed.act()
    return undisturbed.outcome(), requests


def deaths(
    make: Callable[[], Case], requests: list[str], moments: Sequence[str] = ("before", "after")
) -> Iterator[Death]:
    """Die once before and once after each of these requests, each time with a fresh case."""
    for number, name in enumerate(requests):
        for moment in moments:
            case = make()
            _die(case, number, moment)
            case.act()
            yield Death(moment, number, name, case.outcome())


def _die(case: Case, number: int, moment: str) -> None:
    def kill(at: int, _: str) -> None:
        if at == number:
            raise Killed

    with intercepted(**{moment: kill}):
        try:
            case.act()
        except Killed:
            return
    raise AssertionError(f"there was no request {number} to die at")


@contextmanager
def intercepted(before: Watch | None = None, after: Watch | None = None) -> Iterator[list[str]]:
    """Each request's number and name goes to `before` and `after`, which may raise; gives the names."""
    names: list[str] = []

    def around(original: Callable[..., Any], name: Callable[..., str]) -> Callable[..., Any]:
        def ask(*arguments: Any) -> Any:
            number = len(names)
            names.append(name(*arguments))
            if before:
                before(number, names[number])
            try:
                return original(*arguments)
            finally:
                if after:  # a refusal is an answer, too
                    after(number, names[number])

        return ask

    aws = around(BaseClient._make_api_call, lambda _client, operation, _parameters: str(operation))  # type: ignore[attr-defined]
    payments = around(Payments.answer, lambda _payments, asked: f"stripe {asked.method}")
    carrier = around(Carrier.answer, lambda _carrier, asked: f"twilio {asked.method}")
    google = around(Google.answer, lambda _google, asked: f"google {asked.method}")
    with (
        mock.patch.object(BaseClient, "_make_api_call", aws),
        mock.patch.object(Payments, "answer", payments),
        mock.patch.object(Carrier, "answer", carrier),
        mock.patch.object(Google, "answer", google),
    ):
        yield names


def refusing(operation: str, error: Exception, times: int) -> Watch:
    """A `before` that refuses the first `times` requests of an operation."""
    left = [times]

    def refuse(_: int, name: str) -> None:
        if name == operation and left[0]:
            left[0] -= 1
            raise error

    return refuse


def refusal(code: str, *reasons: str | None) -> ClientError:
    """What AWS answers; `reasons` are a cancelled transaction's, in the order of its writes."""
    answer: Any = {
        "Error": {"Code": code, "Message": "canary"},
        "ResponseMetadata": {"HTTPHeaders": {}},
        "CancellationReasons": [{"Code": reason or "None"} for reason in reasons],
    }
    return ClientError(answer, "Write")
