"""A measure in a process of its own, whose memory, caches and clients nothing else has touched."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, get_type_hints

import msgspec

ROOT = Path(__file__).parents[1]
MEGABYTE = 1024

Measured = TypeVar("Measured")


def measure_alone(what: Callable[..., Measured], *arguments: float) -> Measured:
    """What a function of a module returns there, which is of the type that it says."""
    code = (
        f"import msgspec; from {what.__module__} import {what.__name__} as measure;"
        f" print(msgspec.json.encode(measure(*{arguments!r})).decode())"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    told: Measured = msgspec.json.decode(run.stdout.splitlines()[-1], type=get_type_hints(what)["return"])
    return told


def peak_mebibytes() -> float:
    """Of this program alone; what getrusage tells may be its parent's."""
    told = Path("/proc/self/status").read_text().partition("VmHWM:")[2]
    return int(told.split()[0]) / MEGABYTE


def forget_peak() -> None:
    """The kernel's mark of the most memory begins anew from what there is now."""
    Path("/proc/self/clear_refs").write_text("5")
