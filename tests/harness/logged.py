"""All that the process writes to its log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from logging import StreamHandler


@contextmanager
def logged() -> Iterator[StringIO]:
    """Every line of any logger, and those of the service in the form in which they leave it."""
    text = StringIO()
    handlers = [logging.StreamHandler(text), *logging.getLogger("vowline").handlers]
    logging.getLogger().addHandler(handlers[0])
    before = [
        (handler, handler.setStream(text)) for handler in handlers[1:] if isinstance(handler, StreamHandler)
    ]
    try:
        yield text
    finally:
        logging.getLogger().removeHandler(handlers[0])
        for handler, stream in before:
            handler.setStream(stream)
