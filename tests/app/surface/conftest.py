"""One scene for all tests of a file: most of them are refused and change nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.app.surface.scene import Scene, played


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with played() as made:
        yield made
