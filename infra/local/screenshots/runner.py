"""A service of its own for the pictures: `make run` on free ports, with its state in a folder that goes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from infra.local.laptop import ROOT, Laptop
from infra.local.state_folder import StateFolder

PORTS = 5


class StartFailed(Exception):
    """The service did not start; the message is what it said last."""


@contextmanager
def started(profile: str, ago: timedelta) -> Iterator[str]:
    """The origin of a service of a policy, whose clock is behind by so much. Raises StartFailed."""
    with tempfile.TemporaryDirectory(prefix="vowline-pictures-") as folder:
        here = Laptop(_free_port(), profile, Path(folder))
        _set_back(here, ago)
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.run"],
            cwd=ROOT,
            env=os.environ | {"PORT": str(here.port), "STATE_DIR": folder, "FRESH": "", "PROFILE": profile},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            _await_ready(process)
            yield here.public_url
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate()


def _set_back(here: Laptop, ago: timedelta) -> None:
    """Its first day is in the past, so that pages and browser agree on now once people have lived there."""
    state = StateFolder(here.folder)
    state.open(here.profile, fresh=False)
    here.clock.write_text(str(-int(ago.total_seconds())))
    state.close()


def _await_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    said = ""
    for said in process.stdout:
        if "is ready" in said:
            return
    raise StartFailed(f"The service did not start: {said.strip()}")


def _free_port() -> int:
    """The first of as many free ports in a row as a service needs."""
    for first in range(18_000, 30_000, PORTS):
        try:
            for port in range(first, first + PORTS):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return first
    raise StartFailed("There are no five free ports in a row.")
