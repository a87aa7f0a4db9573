"""The folder that holds all state of one local service, for one runner at a time."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = 1
LOCK = "lock"
ABOUT = "about.json"


class StateRefused(Exception):
    """This folder cannot be used; one sentence says why and what to do."""


@dataclass
class StateFolder:
    """`open` takes it, `close` leaves it to others; a dead runner holds nothing."""

    path: Path
    _lock: IO[str] | None = field(default=None, init=False)

    def open(self, profile: str, *, fresh: bool) -> None:
        """Takes the folder, emptied when `fresh`. Raises StateRefused."""
        about = self.path / ABOUT
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if not about.exists() and any(file.name != LOCK for file in self.path.iterdir()):
                raise StateRefused(
                    f"{self.path} holds something else: choose another folder with STATE_DIR=..."
                )
            self._take()
        except OSError as error:
            raise StateRefused(
                f"{self.path} cannot be used ({error.strerror}): choose another folder with STATE_DIR=..."
            ) from None
        if fresh:
            self._empty()
        expected = {"format": FORMAT, "profile": profile}
        if not about.exists():
            _write(about, expected)
        elif _read(about) != expected:
            raise StateRefused(
                f"The state in {self.path} is of another version or profile:"
                " start with FRESH=1 to empty it, or choose another folder with STATE_DIR=..."
            )

    def close(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def secrets(self) -> dict[str, Any]:
        """The service's secret document, random and made once."""
        file = self.path / "secrets.json"
        if not file.exists():
            _write(file, _new_secrets())
        return _read(file)

    def _take(self) -> None:
        self._lock = (self.path / LOCK).open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.seek(0)
            holder = self._lock.read().strip() or "unknown"
            self.close()
            raise StateRefused(
                f"{self.path} is in use by process {holder}: stop that one,"
                " or choose another folder with STATE_DIR=..."
            ) from None
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()

    def _empty(self) -> None:
        # What says that the folder is ours goes last: whoever is interrupted here may try again.
        for entry in sorted(self.path.iterdir(), key=lambda entry: entry.name == ABOUT):
            if entry.name == LOCK:
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()


def _write(file: Path, document: dict[str, Any]) -> None:
    """At once or not at all, for its owner alone."""
    written = file.with_suffix(".new")
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        json.dump(document, opened)
    written.replace(file)


def _read(file: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(file.read_text())
    except ValueError:
        raise StateRefused(
            f"{file} is damaged: start with FRESH=1 to empty {file.parent},"
            " or choose another folder with STATE_DIR=..."
        ) from None
    return document


def _new_secrets() -> dict[str, Any]:
    return {
        "stripe_api_key": f"sk_test_{secrets.token_hex(24)}",
        "stripe_webhook_secrets": [f"whsec_{secrets.token_hex(24)}"],
        "twilio_account_sid": f"AC{secrets.token_hex(16)}",
        "twilio_auth_tokens": [secrets.token_hex(16)],
        "twilio_api_key_sid": f"SK{secrets.token_hex(16)}",
        "twilio_api_key_secret": secrets.token_hex(16),
        "twilio_app_sid": f"AP{secrets.token_hex(16)}",
        "password_pepper": secrets.token_hex(32),
        "address_key": secrets.token_hex(32),
        "signing_keys": [secrets.token_hex(32)],
        "google_client_id": f"{secrets.token_hex(16)}.apps.googleusercontent.com",
        "google_client_secret": secrets.token_hex(16),
    }
