"""Where Chromium is, and how it is started: quiet, and asking nobody but the site."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from infra.client import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome")
SHELL = "chromium-headless-shell"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# In a process of its own: whoever looks for a browser may have a Playwright at work.
PLAYWRIGHTS = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


class MissingError(Exception):
    """There is no browser to test in."""


class Machine:
    """What is asked of the machine, so that another one can be thought of."""

    is_root = os.geteuid() == 0

    def which(self, name: str) -> str | None:
        return shutil.which(name)

    def run(self, *command: str) -> str | None:
        """What a command prints; None where it fails."""
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return None if done.returncode else done.stdout.strip()


@cache
def find() -> str:
    """The path of a Chromium that starts; it is installed where there is none. Raises MissingError."""
    if path := _installed(Machine()):
        return path
    with _alone():  # two processes of tests may look at once
        return find_on(Machine())


def find_shell(machine: Machine | None = None) -> str:
    """The same engine without menus, tabs and devices of its own, where that is installed, else `find`.

    All that a page without a microphone needs, for half the work.
    """
    return (machine or Machine()).which(SHELL) or find()


def find_on(machine: Machine) -> str:
    """One that is installed, else Playwright's own, else the system's package, which root may install."""
    ways: list[Callable[[Machine], str | None]] = [_installed, _playwrights, _packaged]
    for way in ways:
        if path := way(machine):
            return path
    raise MissingError(
        f"A browser is needed: none of {', '.join(NAMES)} is installed, Playwright's could not "
        "be downloaded or does not start, and the system's package could not be installed. "
        "As root: apt-get install chromium, then try again."
    )


def _installed(machine: Machine) -> str | None:
    return next((path for name in NAMES if (path := machine.which(name))), None)


def _playwrights(machine: Machine) -> str | None:
    path = machine.run(sys.executable, "-c", PLAYWRIGHTS)
    if not path or machine.run(path, "--version"):
        return path
    machine.run(sys.executable, "-m", "playwright", "install", "chromium")
    return path if machine.run(path, "--version") else None


def _packaged(machine: Machine) -> str | None:
    if not machine.is_root:
        return None
    machine.run("apt-get", "update")
    machine.run("apt-get", "install", "--yes", "--no-install-recommends", "chromium")
    return _installed(machine)


@contextmanager
def _alone() -> Iterator[None]:
    folder = ROOT / ".local"
    folder.mkdir(exist_ok=True)
    with (folder / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
