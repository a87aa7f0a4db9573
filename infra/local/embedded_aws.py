"""The embedded AWS: one ministack process on 127.0.0.1, its state under one folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".local/venv-aws/bin/python"
REGION = "us-east-1"
ACCOUNT_ID = "000000000000"
# The config files are the caller's own: what they say of regions, profiles and endpoints is not meant here.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
# A day of a workflow's waiting takes 4.3 seconds.
WAIT_SCALE = 0.00005


class EmbeddedAwsFailed(Exception):
    """It did not come up; the message says where its log is."""


@dataclass
class EmbeddedAws:
    """Start, stop and watch the embedded AWS of one state folder."""

    port: int
    folder: Path
    save_every_seconds: float = 5
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "embedded-aws.log"

    def start(self, timeout_seconds: float = 60) -> str | None:
        """Starts from the last saved state; a sentence when the last one was not stopped cleanly."""
        self._forget()
        self._await_predecessor()
        warning = self._unclean_stop()
        for name in ("state", "s3", "tmp"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [PYTHON, "-P", Path(__file__).with_name("embedded_aws_process.py")],
                env=self._environment(),
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for the runner alone
            )
        self._await_health(timeout_seconds)
        return warning

    def stop(self, timeout_seconds: float = 20) -> bool:
        """Saves and ends it; False when it had to be killed or was gone before."""
        if self._process is None:
            return False
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        clean = self._process.returncode == 0 and not self._mark.exists()
        self._forget()
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)
        return clean

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def saved_at(self) -> datetime | None:
        """When its state was last saved; None before the first time."""
        times = [file.stat().st_mtime for file in (self.folder / "state").glob("*.json")]
        return datetime.fromtimestamp(max(times), UTC) if times else None

    @property
    def _mark(self) -> Path:
        return self.folder / "running"

    def _forget(self) -> None:
        if self._process and self._process.stdin:
            self._process.stdin.close()
        self._process = None

    def _unclean_stop(self) -> str | None:
        if not self._mark.exists():
            return None
        saved_at = self.saved_at()
        if saved_at is None:
            return (
                "The embedded AWS was not stopped cleanly before its state was ever saved: it starts empty."
            )
        return (
            "The embedded AWS was not stopped cleanly: it starts from its last saved state,"
            f" of {saved_at:%Y-%m-%d %H:%M:%S} UTC."
        )

    def _await_predecessor(self, timeout_seconds: float = 10) -> None:
        """One whose runner was killed is saving its state and will be gone in a moment."""
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline and self._mark.exists() and _is_alive(self._mark):
            time.sleep(0.05)

    def _await_health(self, timeout_seconds: float) -> None:
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline and self.is_running():
            try:
                httpx.get(f"{self.url}/_ministack/health", timeout=2, trust_env=False).raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise EmbeddedAwsFailed(f"The embedded AWS did not start: see {self.log}.")

    def _environment(self) -> dict[str, str]:
        # Lambda functions inherit it: nothing of the caller's own AWS account may be in it.
        own = {name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL") if name in os.environ}
        return own | {
            "PATH": f"{PYTHON.parent}:{os.environ.get('PATH', os.defpath)}",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.folder / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.folder / "s3"),
            "TMPDIR": str(self.folder / "tmp"),
            "SFN_WAIT_SCALE": f"{WAIT_SCALE:f}",
            "LAMBDA_WARM_TTL_SECONDS": "120",
            "SAVE_EVERY_SECONDS": str(self.save_every_seconds),
            **CREDENTIALS,
            "LOG_LEVEL": "WARNING",
        }


def _is_alive(mark: Path) -> bool:
    try:
        os.kill(int(mark.read_text()), 0)
    except (OSError, ValueError):
        return False
    return True
