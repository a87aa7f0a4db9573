"""One scene for all tests of a file: most of them are refused and change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest

from chalicelib.core.throttles import Limit
from tests.app.surface.scene import Scene, played


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    # A matrix tries more often than any person may.
    with mock.patch.object(Limit, "allowed", 10**9), played() as made:
        yield made
