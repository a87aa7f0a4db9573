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


class StateRefused(Exception):
    """This folder cannot be used; one sentence says why and what to do."""


@dataclass
class StateFolder:
    """`open` takes it, `close` leaves it to others; a dead runner holds nothing."""

    path: Path
    _lock: IO[str] | None = field(default=None, init=False)

    def open(self, profile: str, *, fresh: bool) -> None:
        """Takes the folder, emptied when `fresh`. Raises StateRefused."""
        self.path.mkdir(parents=True, exist_ok=True)
        about = self.path / "about.json"
        if not about.exists() and any(file.name != LOCK for file in self.path.iterdir()):
            raise StateRefused(f"{self.path} holds something else: choose another folder with STATE_DIR=...")
        self._take()
        if fresh:
            self._empty()
        expected = {"format": FORMAT, "profile": profile}
        if about.exists() and json.loads(about.read_text()) != expected:
            raise StateRefused(
                f"The state in {self.path} is of another version or profile:"
                " start with FRESH=1 to empty it, or choose another folder with STATE_DIR=..."
            )
        about.write_text(json.dumps(expected))

    def close(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def secrets(self) -> dict[str, Any]:
        """The service's secret document, random and made once."""
        file = self.path / "secrets.json"
        if not file.exists():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "w") as written:
                json.dump(_new_secrets(), written)
        document: dict[str, Any] = json.loads(file.read_text())
        return document

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
        for entry in self.path.iterdir():
            if entry.name == LOCK:
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()


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
    }
