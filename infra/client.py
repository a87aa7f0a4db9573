"""The browser client: Node, its packages, and the build of web/ into web/dist. The standard library alone.

Everything is made again only when what it is made of has changed. `python -m infra.client check` checks its
types, format and lint; `format` writes the format.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
DIST = WEB / "dist"
OLDEST_NODE = (20, 19)
SOURCES = (
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
)


class BuildFailed(Exception):
    """The client could not be built; the message says why."""


def build(web: Path = WEB) -> None:
    """Bring web/dist up to date. Raises BuildFailed."""
    if _is_built(web):
        return
    install(web)
    with _alone(web):
        if _is_built(web):  # another start made it meanwhile, and may be serving it
            return
        print("Building the client ...", flush=True)
        started = time.monotonic()
        run_tool("vite", "build", "--logLevel", "warn", web=web)
        _mark(web / "node_modules/.built", _sources(web))
        print(f"  done in {time.monotonic() - started:.0f} s", flush=True)


def check(web: Path = WEB) -> None:
    """Types, format and lint. Raises BuildFailed."""
    run_tool("tsc", "--noEmit", web=web)
    run_tool("biome", "ci", "--colors=off", ".", web=web)


def install(web: Path = WEB) -> None:
    """Bring web/node_modules up to date with the lock file. Raises BuildFailed."""
    stamp, wanted = web / "node_modules/.installed", [web / "package.json", web / "package-lock.json"]
    if _is_fresh(stamp, wanted):
        return
    with _alone(web):
        if _is_fresh(stamp, wanted):
            return
        print("Installing the client's packages into web/node_modules ...", flush=True)
        started = time.monotonic()
        # Not `ci`: it refuses a lock made where other machines' packages could not be had.
        _run([_beside(node(), "npm"), "install", "--no-save", "--no-audit", "--no-fund"], web)
        _mark(stamp, wanted)
        print(f"  done in {time.monotonic() - started:.0f} s", flush=True)


def run_tool(name: str, *arguments: str, web: Path = WEB) -> str:
    """Run a tool of the installed packages; returns what it printed. Raises BuildFailed."""
    install(web)
    return _run([str(web / "node_modules/.bin" / name), *arguments], web)


def has_node() -> bool:
    """Whether the machine's own Node is new enough, and has npm."""
    own = shutil.which("node")
    return bool(own and shutil.which("npm") and version(Path(own)) >= OLDEST_NODE)


def node(local: Path = ROOT / ".local") -> Path:
    """The machine's own Node, else the one under .local/node."""
    own = shutil.which("node")
    return Path(own) if own and has_node() else local / "node/bin/node"


def version(program: Path) -> tuple[int, ...]:
    """Of a Node; nothing when it can't be asked."""
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return ()
    return tuple(int(part) for part in re.findall(r"\d+", told)[:3])


def _run(command: list[str], web: Path) -> str:
    environment = os.environ | {"PATH": f"{node().parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        command,
        cwd=web,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise BuildFailed(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}".strip())
    return done.stdout


def _beside(program: Path, name: str) -> str:
    return str(program.parent / name)


def _sources(web: Path) -> Iterator[Path]:
    for name in SOURCES:
        place = web / name
        yield from sorted(place.rglob("*")) if place.is_dir() else [place]


def _is_built(web: Path) -> bool:
    stamp = web / "node_modules/.built"
    return _is_fresh(stamp, _sources(web)) and (web / "dist/index.html").is_file()


def _is_fresh(stamp: Path, files: Iterable[Path]) -> bool:
    return stamp.is_file() and stamp.read_text() == _fingerprint(files)


def _mark(stamp: Path, files: Iterable[Path]) -> None:
    stamp.write_text(_fingerprint(files))


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        if file.is_file():
            digest.update(f"{file.name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@contextmanager
def _alone(web: Path) -> Iterator[None]:
    (web / "node_modules").mkdir(exist_ok=True)
    with (web / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> None:
    acts = {
        "build": build,
        "check": check,
        "format": lambda: print(run_tool("biome", "check", "--write", ".").strip()),
    }
    if len(sys.argv) != 2 or sys.argv[1] not in acts:
        sys.exit(f"usage: python -m infra.client {{{','.join(acts)}}}")
    try:
        acts[sys.argv[1]]()
    except BuildFailed as failed:
        sys.exit(str(failed))


if __name__ == "__main__":
    main()
