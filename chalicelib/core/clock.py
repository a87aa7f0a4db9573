"""The only clock. On a laptop a file may put it ahead of real time."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.core import settings


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC) + timedelta(seconds=_ahead_seconds())


def real_epoch_seconds() -> int:
    """Real time, whatever a laptop's file says: for what others have signed by their own clocks."""
    return int(datetime.now(UTC).timestamp())


def monotonic() -> float:
    """Seconds that only go forward, for how long work took; one is told by another alone."""
    return time.monotonic()


def epoch_seconds(moment: datetime) -> int:
    """What a TTL attribute and a deadline hold."""
    return int(moment.timestamp())


def from_epoch(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def render(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def render_exactly(moment: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond, which is as exact as an id."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """The inverse of `render`."""
    return datetime.fromisoformat(text)


def _ahead_seconds() -> int:
    file = settings.current().clock_file
    if not file:
        return 0
    try:
        return int(Path(file).read_text())
    except FileNotFoundError:
        return 0
