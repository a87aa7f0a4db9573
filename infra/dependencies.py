"""What runs in Lambda besides our own code: installed, trimmed and compiled once a set of requirements."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from infra import trim
from infra.stages import ROOT

CACHE = ROOT / ".local" / "release"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


class InstallFailed(Exception):
    """The dependencies can't be had; the message is the installer's."""


@dataclass(frozen=True)
class Platform:
    """A machine to install for, as uv and as pip call it; both None for this machine."""

    name: str
    uv: str | None = None
    pip: str | None = None


ARM64 = Platform("arm64", uv="aarch64-manylinux2014", pip="manylinux2014_aarch64")
HOST = Platform("host")


def tree(platform: Platform) -> Path:
    """A folder with the trimmed, compiled dependencies; made once, reused while nothing changes."""
    ready = CACHE / f"{platform.name}-{PYTHON}-{_fingerprint(platform)}"
    if ready.is_dir():
        return ready
    CACHE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=CACHE, prefix="making-") as scratch:
        made = Path(scratch) / "tree"
        install(made, platform)
        trim.trim(made)
        compile_tree(made)
        for old in CACHE.glob(f"{platform.name}-{PYTHON}-*"):
            shutil.rmtree(old, ignore_errors=True)
        made.rename(ready)
    return ready


def install(target: Path, platform: Platform) -> None:
    """Install requirements.txt but Chalice, whose runtime Chalice itself adds; raises InstallFailed."""
    wanted = [
        line
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if line and not line.startswith(("#", "chalice=="))
    ]
    where = ["--target", str(target), "--python-version", PYTHON, "--only-binary", ":all:"]
    if uv := _uv():
        command = [uv, "pip", "install", "--quiet", "--python", sys.executable, *where]
        command += ["--python-platform", platform.uv] if platform.uv else []
    else:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", *where]
        # Lambda's own platform tags run from the newest that its C library knows down to this one.
        command += ["--platform", platform.pip, "--implementation", "cp"] if platform.pip else []
    done = subprocess.run([*command, *wanted], capture_output=True, text=True, check=False)
    if done.returncode:
        raise InstallFailed(
            f"The dependencies for {platform.name} can't be installed:\n{done.stderr.strip()}"
        )


def compile_tree(folder: Path) -> None:
    """Compile for this Python's minor version, in a way that ignores file times and is always the same."""
    subprocess.run(
        [
            *(sys.executable, "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"),
            *("-s", str(folder), "-p", "/var/task", str(folder)),
        ],
        env=os.environ | {"PYTHONHASHSEED": "0"},
        check=True,
    )


def _uv() -> str | None:
    own = ROOT / ".local" / "boot" / "bin" / "uv"
    return str(own) if own.exists() else shutil.which("uv")


def _fingerprint(platform: Platform) -> str:
    digest = hashlib.sha256(repr((platform, sys.version)).encode())
    for file in (ROOT / "requirements.txt", Path(trim.__file__), Path(__file__)):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
