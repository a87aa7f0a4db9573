"""The environments under .local/, made and kept up to date by the machine's own Python alone.

`python3 -m infra.local.bootstrap` installs what changed since last time; it is done at once when nothing did.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra import client
from infra.policy import freshness

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).parents[2]


class BootstrapFailed(Exception):
    """One sentence: what is missing and what to do."""


@dataclass(frozen=True)
class Environment:
    """One folder of installed packages: a virtual environment, or (`flat`) packages alone."""

    name: str
    requirements: str
    purpose: str
    flat: bool = False


ENVIRONMENTS = (
    Environment("venv", "requirements-dev.txt", "the project's packages and tools"),
    Environment("venv-aws", "requirements-aws.txt", "the embedded AWS"),
    Environment("lambda-deps", "requirements.txt", "what runs in Lambda", flat=True),
)
NODE = Environment("node", "requirements-node.txt", "Node, which this machine does not have")


def prepare(root: Path = ROOT) -> None:
    """Brings every environment up to date. Raises BootstrapFailed."""
    local = root / ".local"
    wanted = ENVIRONMENTS if client.has_node() else (*ENVIRONMENTS, NODE)
    if not any(is_stale(root, environment) for environment in wanted):
        return
    local.mkdir(exist_ok=True)
    with _alone(local / "bootstrap.lock"):
        for environment in wanted:
            if is_stale(root, environment):  # another start may have made it meanwhile
                _announce(root, environment)


def compile_policies(root: Path = ROOT) -> None:
    """Makes what the service obeys of the policies' sources, when these are newer. Raises BootstrapFailed."""
    if not freshness.stale():
        return
    done = subprocess.run(
        [root / ".local/venv/bin/python", "-m", "infra.policy", "compile"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BootstrapFailed(f"The policies cannot be compiled:\n{done.stderr.strip()}")


def build_client(root: Path = ROOT) -> None:
    """Makes the browser client of its sources, when these changed. Raises BootstrapFailed."""
    try:
        client.build(root / "web")
    except client.BuildFailed as failed:
        raise BootstrapFailed(str(failed)) from None


def is_stale(root: Path, environment: Environment) -> bool:
    """Whether its requirements or the Python changed since it was made."""
    stamp = root / ".local" / environment.name / ".stamp"
    return not stamp.exists() or stamp.read_text() != fingerprint(root, environment)


def fingerprint(root: Path, environment: Environment) -> str:
    """A hash of the requirements, of the files that they include, and of the Python and machine."""
    digest = hashlib.sha256(f"{environment} {sys.version} {sys.platform} {platform.machine()}".encode())
    for text in _requirement_texts(root / environment.requirements):
        digest.update(text.encode())
    return digest.hexdigest()


def _requirement_texts(file: Path) -> Iterator[str]:
    text = file.read_text()
    yield text
    for line in text.splitlines():
        if line.startswith("-r "):
            yield from _requirement_texts(file.parent / line.removeprefix("-r ").strip())


def _announce(root: Path, environment: Environment) -> None:
    print(f"Installing {environment.purpose} into .local/{environment.name} ...", flush=True)
    started = time.monotonic()
    _install(root, environment)
    (root / ".local" / environment.name / ".stamp").write_text(fingerprint(root, environment))
    print(f"  done in {time.monotonic() - started:.0f} s", flush=True)


def _install(root: Path, environment: Environment) -> None:
    folder = root / ".local" / environment.name
    uv = _uv(root)
    if environment.flat or not _is_same_python(folder / "bin/python"):
        shutil.rmtree(folder, ignore_errors=True)
    if environment.flat:
        target = ["--target", str(folder), "-r", str(root / environment.requirements)]
        _run(root, [*_installer(uv, root / ".local/venv" if uv else root / ".local/boot"), *target])
        return
    if not folder.exists():
        maker = [uv, "venv", "-q", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
        _run(root, [*maker, str(folder)])
    _run(root, [*_installer(uv, folder), "-r", str(root / environment.requirements)])


def _installer(uv: str | None, environment: Path) -> list[str]:
    python = str(environment / "bin/python")
    if uv:
        return [uv, "pip", "install", "-q", "--compile-bytecode", "--python", python]
    return [python, "-m", "pip", "install", "-q"]


def _is_same_python(python: Path) -> bool:
    if not python.exists():
        return False
    asked = subprocess.run(
        [python, "-c", "import sys; print(sys.version)"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() == sys.version.strip()


def _has_module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _uv(root: Path) -> str | None:
    """The uv of .local/boot, installed at first use; None when only pip can be had."""
    boot = root / ".local/boot"
    if not (boot / "bin/uv").exists():
        try:
            _install_uv(root, boot)
        except BootstrapFailed:
            if not (boot / "bin/pip").exists():
                raise
            print("  uv cannot be had: pip does it, which takes longer", flush=True)
            return None
    return str(boot / "bin/uv")


def _install_uv(root: Path, boot: Path) -> None:
    if _has_module("venv") and _has_module("ensurepip"):
        _run(root, [sys.executable, "-m", "venv", str(boot)])
        _run(root, [str(boot / "bin/pip"), "install", "-q", "uv"])
    elif _has_module("pip"):
        _run(root, [sys.executable, "-m", "pip", "install", "-q", "--target", str(boot), "uv"])
    elif found := shutil.which("uv"):
        (boot / "bin").mkdir(parents=True, exist_ok=True)
        (boot / "bin/uv").symlink_to(found)
    else:
        raise BootstrapFailed(
            f"{sys.executable} comes without venv and without pip: install them"
            " (Debian, Ubuntu: apt-get install python3-venv) and try again."
        )


def _run(root: Path, command: list[str]) -> None:
    log = root / ".local/bootstrap.log"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    with log.open("a") as file:
        file.write(f"$ {' '.join(command)}\n{done.stdout}{done.stderr}")
    if done.returncode:
        reason = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["it gave no reason"]
        raise BootstrapFailed(
            f"{Path(command[0]).name} failed ({reason[0]}): see {log}; is PyPI within reach?"
        )


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> None:
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Python 3.11 or newer is needed, this is {platform.python_version()}: install python3.11.")
    try:
        prepare()
        compile_policies()
        build_client()
    except BootstrapFailed as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit("Interrupted; the next start goes on from here.")


if __name__ == "__main__":
    main()
