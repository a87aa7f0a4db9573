"""What the last run said of each test, kept for the report of proofs."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parents[2] / ".local" / "test-results.json"


class Results:
    """Gathers reports, and writes them beside those of tests that did not run now; the worst one counts."""

    def __init__(self, file: Path = FILE) -> None:
        self._file = file
        self._failed: dict[str, bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.failed:
            test = report.nodeid.partition("[")[0]
            self._failed[test] = self._failed.get(test, False) or report.failed

    def pytest_sessionfinish(self) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        seen: dict[str, Any] = json.loads(self._file.read_text()) if self._file.is_file() else {}
        seen |= {
            test: {"outcome": "failed" if failed else "passed", "at": at}
            for test, failed in self._failed.items()
        }
        self._file.parent.mkdir(exist_ok=True)
        scratch = self._file.with_suffix(f".{os.getpid()}")
        scratch.write_text(json.dumps(seen, indent=0, sort_keys=True))
        scratch.replace(self._file)
