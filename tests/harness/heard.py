"""What the service says to its operators: alarms in its log, and metrics for CloudWatch."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager


class Alarms(logging.Handler):
    """Errors of the log that name an alarm, in order."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @property
    def names(self) -> list[str]:
        return [getattr(record, "alarm", record.getMessage()) for record in self.records]


@contextmanager
def hearing() -> Iterator[Alarms]:
    """Every alarm inside."""
    alarms, log = Alarms(), logging.getLogger("vowline")
    log.addHandler(alarms)
    try:
        yield alarms
    finally:
        log.removeHandler(alarms)


def metrics_in(printed: str) -> dict[str, float]:
    """The metrics among printed lines, the latest of each."""
    found: dict[str, float] = {}
    for line in printed.splitlines():
        said = json.loads(line) if line.startswith("{") else {}
        for declared in said.get("_aws", {}).get("CloudWatchMetrics", []):
            found |= {metric["Name"]: said[metric["Name"]][0] for metric in declared["Metrics"]}
    return found
