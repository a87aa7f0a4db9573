"""Where Chromium is, and how the tests start it: quiet, and asking nobody but the site."""

from __future__ import annotations

import shutil
from collections.abc import Callable

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class MissingError(Exception):
    """There is no browser to test in."""


def find(which: Callable[[str], str | None] = shutil.which) -> str:
    """The path of an installed Chromium; raises MissingError with what to do."""
    for name in NAMES:
        if path := which(name):
            return path
    raise MissingError(
        "The page's tests need Chromium, and none of "
        f"{', '.join(NAMES)} is installed: apt-get install chromium, then run them again."
    )
