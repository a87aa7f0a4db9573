"""The log: ids and outcomes, never a name, number, address, secret or message."""

from __future__ import annotations

import traceback

from aws_lambda_powertools import Logger

log = Logger(service="vowline")


def trace(error: BaseException) -> dict[str, object]:
    """Where an error came from, without its message: a message may quote what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "where": [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-8:]
        ],
    }
