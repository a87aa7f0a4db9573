"""An embedded AWS of its own for real threads, with the project's tables and secrets."""

from __future__ import annotations

import logging
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import msgspec

from chalicelib.core import secrets, tables
from chalicelib.core.secrets import Secrets
from chalicelib.policy import profile
from infra.local.embedded_aws import EmbeddedAws
from tests.harness.environment import SECRETS
from tests.harness.stage import create_tables

NEVER_SECONDS = 24 * 3600
"""What it holds is thrown away; saving a hundred thousand items would halt it for seconds each time."""
READ_SECONDS = 120
"""It goes through a whole partition for each of its pages; DynamoDB does not."""


@contextmanager
def embedded_tables() -> Iterator[None]:
    """This process's clients speak to it meanwhile; what thousands of refusals log is nobody's reading."""
    with tempfile.TemporaryDirectory(prefix="vowline-race-") as folder:
        aws = EmbeddedAws(free_port(), Path(folder), save_every_seconds=NEVER_SECONDS)
        aws.start()
        os.environ["AWS_ENDPOINT_URL"] = aws.url
        tables.connection()._read_timeout_seconds = READ_SECONDS
        logging.disable(logging.CRITICAL)
        try:
            create_tables()
            profile.current()  # as start-up does; msgspec crashes when threads meet a type at the same moment
            with mock.patch.object(secrets, "_fetch", return_value=msgspec.convert(SECRETS, Secrets)):
                yield
        finally:
            logging.disable(logging.NOTSET)
            del os.environ["AWS_ENDPOINT_URL"]
            aws.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
