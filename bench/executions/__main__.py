"""`python -m bench.executions [--count 20] [--seed 1]`: so many people leave a service that is disturbed.

The workflow is the deployed one, its functions are those of `make run`, and its waits are shortened. Machines
are stopped, the processes of functions and the embedded AWS itself are killed, and partners refuse.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx

from bench.executions.checks import check_all
from bench.executions.leavers import TROUBLES, Leaver, Records, release_hold, set_hold
from infra.local.visitor import Visitor, wait_for
from tests.end_to_end.house import House

PORTS = 4
FAULTS = [
    ("carrier", "calls.delete", ("error500", "rate_limited", "timeout_before", "timeout_after", "not_yet")),
    ("carrier", "calls.delete", ("not_found", "rate_limited", "not_yet")),
    ("payments", "customers.delete", ("error500", "rate_limited", "timeout_before", "timeout_after")),
]
GRACE_DAYS, HELD_UNTIL_DAY, LAST_DAY = 7, 11, 26
SETTLE_SECONDS, PATIENCE_SECONDS = 20.0, 600.0


@dataclass
class Story:
    """All who leave one running service, and what was done to it."""

    house: House
    chance: Random
    leavers: list[Leaver] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)

    @property
    def anyone(self) -> Visitor:
        return self.leavers[0].who

    def begin(self, count: int) -> None:
        """They come, buy and call; some are under a hold; then all of them ask."""
        for number in range(count):
            leaver = Leaver(self.house.newcomer(), TROUBLES[number % len(TROUBLES)])
            leaver.who.http.timeout = PATIENCE_SECONDS
            self.leavers.append(leaver)
            leaver.live()
            leaver.ask()
            if leaver.trouble == "held":
                set_hold(
                    self.house, leaver, *self.chance.choice([(), ("call_record",), ("ledger", "account")])
                )

    def follow(self, records: Records) -> None:
        """Day by day, with more or less of everything going wrong, until all has ended."""
        for day in range(LAST_DAY):
            if day == GRACE_DAYS - 1:
                self._plant()
            if day in (1, GRACE_DAYS):
                self._kill_aws()
            if day in (2, GRACE_DAYS + 1):
                self._stop(records)
            if day == 3:
                self._cancel()
            if day == HELD_UNTIL_DAY:
                self._release()
            self._pass_day()
            self._kill_functions()
            if day > HELD_UNTIL_DAY and self._has_ended(records):
                return

    def _has_ended(self, records: Records) -> bool:
        with suppress(TimeoutError):
            wait_for(
                lambda: [
                    states.get(one.request_id) == one.should_end
                    for states in [records.states()]
                    for one in self.leavers
                ],
                all,
                SETTLE_SECONDS,
            )
            return True
        return False

    def _pass_day(self) -> None:
        """The clock moves and the schedules run; those that were killed meanwhile run an hour later."""
        by = "P1D"
        while (answer := self.anyone.post("/dev/clock", {"advance": by})).status_code != httpx.codes.OK:
            self._await_service()
            by = "PT1H"
        assert answer.status_code == httpx.codes.OK
        time.sleep(1)  # the machines' waits are short, and not nothing

    def _plant(self) -> None:
        for service, operation, kinds in FAULTS:
            fault = {"service": service, "operation": operation, "kind": self.chance.choice(kinds)}
            count = self.chance.randrange(1, 2 * len(self.leavers))
            self.anyone.post("/dev/faults", {**fault, "count": count}).raise_for_status()
            self.did[f"{operation} {fault['kind']}"] += count

    def _stop(self, records: Records) -> None:
        for leaver in self.leavers:
            if leaver.trouble == "stopped":
                records.stop_newest(leaver.request_id)
                self.did["stopped"] += 1

    def _cancel(self) -> None:
        for leaver in self.leavers:
            if leaver.trouble == "cancels":
                leaver.cancel()

    def _release(self) -> None:
        for leaver in self.leavers:
            if leaver.hold_id:
                release_hold(self.house, leaver)

    def _kill_functions(self) -> None:
        """Those processes of functions that there are, in the middle of what they do."""
        for pid in self.house.runner.children_of("embedded_aws_process"):
            if self.chance.random() < 0.5:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.did["functions killed"] += 1

    def _kill_aws(self) -> None:
        """What anybody was told is saved by then; what the machines did since is lost."""
        self.house.await_save()
        time.sleep(self.chance.random() * 2)
        self.house.kill_aws()
        self.did["AWS killed"] += 1
        self._await_service()

    def _await_service(self) -> None:
        wait_for(lambda: self.anyone.get("/api/health/ready").status_code, (200).__eq__, 120)


def run(count: int, seed: int, folder: Path) -> Story:
    """Raises Violation."""
    house = House(_free_ports(), folder / "state")
    try:
        story = Story(house, Random(seed))
        records = Records(house)
        story.begin(count)
        story.follow(records)
        check_all(story.leavers, records)
        return story
    finally:
        _stop(house)


def _stop(house: House) -> None:
    pids = house.runner.pids()
    try:
        house.stop()
    except subprocess.TimeoutExpired:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _free_ports() -> int:
    """The first of four in a row that are free."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first: int = probe.getsockname()[1]
        if first + PORTS < 65_536 and all(_is_free(first + number) for number in range(PORTS)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.executions")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vowline-executions-") as folder:
        story = run(asked.count, asked.seed, Path(folder))
    ends = Counter(leaver.should_end for leaver in story.leavers)
    did = ", ".join(f"{what} {times}" for what, times in sorted(story.did.items()))
    print(
        f"executions: {len(story.leavers)} people left, {ends['fulfilled']} fulfilled, {ends['cancelled']}"
        f" cancelled, each once; {did}; {time.monotonic() - started:.0f} s"
    )
    sys.exit(0)


if __name__ == "__main__":
    main()
