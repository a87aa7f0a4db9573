"""`make demo` against a running service."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from infra.local.demo import STEPS
from infra.local.laptop import ROOT
from tests.end_to_end.house import House
from tests.infra.local.sockets import free_ports


def _demo(port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "infra.local.demo"],
        cwd=ROOT,
        env=os.environ | {"PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_demo_tells_the_whole_story_to_its_closing_line(house: House) -> None:
    told = _demo(house.port)
    closing = told.stdout.strip().splitlines()[-1]
    assert told.returncode == 0, told.stdout + told.stderr
    assert re.fullmatch(rf"demo: {len(STEPS)} steps, all as promised, in \d+ s", closing)


def test_the_demo_without_a_service_says_what_to_do() -> None:
    port = free_ports(5)
    told = _demo(port)
    assert told.returncode == 1
    assert told.stderr.startswith(
        f"Nothing answers at http://127.0.0.1:{port}; start the service with `make run`"
    )
