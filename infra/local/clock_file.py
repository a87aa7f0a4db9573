"""The file that puts the service's clock ahead of real time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

DURATION = re.compile(
    r"P(?=.)(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9})S)?)?"
)
LONGEST = timedelta(days=3660)


@dataclass(frozen=True)
class ClockFile:
    """Whole seconds that the service is ahead; no file is none."""

    path: Path

    def offset_seconds(self) -> int:
        try:
            return int(self.path.read_text())
        except FileNotFoundError:
            return 0

    def now(self) -> datetime:
        """The service's time, aware UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds())

    def advance(self, by: timedelta) -> None:
        """Moves the clock; readers in other processes see the old or the new value, never a half one."""
        written = self.path.with_suffix(".new")
        written.write_text(str(self.offset_seconds() + int(by.total_seconds())))
        written.replace(self.path)


def duration(text: str) -> timedelta:
    """An ISO 8601 duration of weeks, days, hours, minutes and seconds; ValueError for any other text."""
    found = DURATION.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no duration like P30D or PT2H")
    parts = {unit: int(count) for unit, count in found.groupdict().items() if count}
    length = timedelta(**parts)
    if length > LONGEST:
        raise ValueError(f"the clock moves by at most {LONGEST.days} days at once")
    return length
