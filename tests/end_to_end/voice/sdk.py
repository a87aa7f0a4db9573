"""The carrier's browser SDK as its makers publish it, from the client's packages or fetched once."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from infra import client

NAME, VERSION = "@twilio/voice-sdk", "2.18.5"
FETCHED = client.ROOT / f".local/voice-sdk-{VERSION}"
SCRIPT = Path("node_modules") / NAME / "dist/twilio.min.js"


def script() -> Path:
    """Its one file for pages without a bundler."""
    found = [folder / SCRIPT for folder in (client.WEB, FETCHED) if (folder / SCRIPT).is_file()]
    if not found:
        _fetch()
    return found[0] if found else FETCHED / SCRIPT


def _fetch() -> None:
    node = client.node()
    FETCHED.mkdir(parents=True, exist_ok=True)
    quiet = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts"]
    path = f"{node.parent}{os.pathsep}{os.environ['PATH']}"
    command = [str(node.with_name("npm")), "install", "--prefix", str(FETCHED), *quiet, f"{NAME}@{VERSION}"]
    subprocess.run(command, check=True, env=os.environ | {"PATH": path})
