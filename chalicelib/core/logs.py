"""The log: ids and outcomes, never a name, number, address, secret or message.

A field that the policy does not name for the log is left out of a line, and so are card numbers.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger

from chalicelib.core import card_numbers

LEFT_OUT = "left_out"
OWN = {*logging.makeLogRecord({}).__dict__, "message", "asctime", "taskName"}


@dataclass
class Hooks:
    """What core asks of the policy, which lies above it; before it is handed down every field is left out."""

    fields: Callable[[], frozenset[str]] | None = None


hooks = Hooks()


def guard(record: logging.LogRecord) -> bool:
    """Let a line pass with what it may hold; what was left out is told by its field's name."""
    given = {name: value for name, value in record.__dict__.items() if name not in OWN}
    allowed = hooks.fields() if given and hooks.fields else frozenset[str]()
    record.msg = _masked(record.msg)
    for name, value in given.items():
        if name in allowed:
            record.__dict__[name] = _masked(value)
        else:
            del record.__dict__[name]
    if left_out := sorted(name for name in given if name not in allowed):
        record.__dict__[LEFT_OUT] = left_out
    return True


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return card_numbers.masked(value)
    if isinstance(value, dict):
        return {_masked(key): _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value


log = Logger(service="vowline")
log.addFilter(guard)


def trace(error: BaseException) -> dict[str, object]:
    """Where an error came from, without its message: a message may quote what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "where": [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-8:]
        ],
    }
