"""Whether the time of an answer tells which address has an account (`python -m bench.timing`).

Known and unknown addresses take turns at random, with the cheapest password hash, so that nothing slow
covers a difference. A spy who guesses by the time alone is right as often as the share says: half is a coin.
"""

from __future__ import annotations

import contextlib
import io
import logging
import random
import statistics
import sys
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from unittest import mock

from tests.harness import environment

environment.prepare()

from chalicelib.core import settings, throttles  # noqa: E402
from tests.app import person  # noqa: E402
from tests.harness.browser import Browser  # noqa: E402
from tests.harness.mailbox import open_mailbox  # noqa: E402
from tests.harness.stage import running_stage  # noqa: E402

ROUNDS = 500
SHARE_GOAL = 0.55
GAP_GOAL_MILLISECONDS = 5.0
Ask = Callable[[Browser, str], object]
ASKED: dict[str, Ask] = {
    "sign-in": lambda browser, email: person.log_in(browser, email, person.OTHER),
    "forgotten password": person.forget,
    "sign-up": lambda browser, email: person.sign_up(browser, email=email),
}


@dataclass(frozen=True)
class Compared:
    """Milliseconds for known and unknown addresses, the two kinds taking turns."""

    known: list[float]
    unknown: list[float]

    @property
    def gap_milliseconds(self) -> float:
        return abs(statistics.median(self.known) - statistics.median(self.unknown))

    @property
    def share(self) -> float:
        """How often the longer of a known and an unknown one is the same kind: at least a half."""
        ordered = sorted(self.unknown)
        won = sum(bisect_left(ordered, one) + bisect_right(ordered, one) for one in self.known) / 2
        area = won / (len(self.known) * len(self.unknown))
        return max(area, 1 - area)

    @property
    def met(self) -> bool:
        return self.gap_milliseconds < GAP_GOAL_MILLISECONDS and self.share <= SHARE_GOAL


def compare(ask: Ask, rounds: int = ROUNDS) -> Compared:
    """One request for a known and one for an unknown address in each round, in a random order."""
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    with _playing() as browser:
        browser.sign_up("known@example.org")
        stranger = Browser(browser.stage, browser.mailbox)
        for number in range(rounds + 20):
            kinds = random.sample(sorted(times), 2)
            for kind in kinds:
                email = "known@example.org" if kind == "known" else f"other{number:04}@example.org"
                started = time.perf_counter()
                ask(stranger, email)
                if number >= 20:  # the first ones warm everything up
                    times[kind].append((time.perf_counter() - started) * 1000)
    return Compared(times["known"], times["unknown"])


@contextlib.contextmanager
def _playing() -> Iterator[Browser]:
    """A stage with the cheapest hash, no limits, and nothing written to the log."""
    logging.disable(logging.CRITICAL)
    cheap = replace(settings.current(), bcrypt_cost=4)
    with (
        running_stage() as stage,
        open_mailbox() as mailbox,
        mock.patch.object(settings, "current", return_value=cheap),
        mock.patch.object(throttles, "_count", return_value=True),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        yield Browser(stage, mailbox)
    logging.disable(logging.NOTSET)


def main() -> None:
    met = True
    for name, ask in ASKED.items():
        compared = compare(ask)
        met = met and compared.met
        print(
            f"{name}: medians {compared.gap_milliseconds:.2f} ms apart (goal {GAP_GOAL_MILLISECONDS}), "
            f"told apart {compared.share:.3f} of the time (goal {SHARE_GOAL})"
        )
    sys.exit(not met)


if __name__ == "__main__":
    main()
