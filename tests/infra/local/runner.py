"""`python -m infra.local.run` as a process of its own, its output read as it comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from infra.local.laptop import ROOT

PATIENCE_SECONDS = 90
# A machine that is set up for an account and behind a proxy: neither must be noticed.
CALLER = {"AWS_PROFILE": "somebody", "HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}


class Runner:
    """One run of the service on `port` with its state in `folder`; `output` is what it has said so far."""

    def __init__(self, port: int, folder: Path, profile: str = "") -> None:
        self.output = ""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.run"],
            cwd=ROOT,
            env=os.environ
            | CALLER
            | {"PORT": str(port), "STATE_DIR": str(folder), "FRESH": "", "PROFILE": profile},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def await_words(self, words: str) -> None:
        """Back once it has said them; AssertionError when it ends or takes too long."""
        wait_until(lambda: words in self.output or self._process.poll() is not None)
        assert words in self.output, self.output

    def stop(self) -> int:
        """Ends it as Ctrl-C does; its exit status."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        return self.wait()

    def wait(self) -> int:
        status = self._process.wait(PATIENCE_SECONDS)
        self._reader.join(5)
        return status

    def pids(self) -> list[int]:
        """Its own and those of all its descendants."""
        found = [self._process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        return found

    def pids_of(self, program: str) -> list[int]:
        """Its descendants whose command line contains `program`."""
        return [pid for pid in self.pids() if program in Path(f"/proc/{pid}/cmdline").read_text()]

    def children_of(self, program: str) -> list[int]:
        """Processes that a descendant with `program` in its command line has started."""
        found = []
        for pid in self.pids_of(program):
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        return found

    def _read(self) -> None:
        assert self._process.stdout
        with self._process.stdout as lines:
            for line in lines:
                self.output += line


def wait_until(true: Callable[[], bool]) -> None:
    """Back when it is true, or after a while."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
