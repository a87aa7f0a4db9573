"""Each stage's merged template, and an embedded AWS of our own."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from infra.local.embedded_aws import EmbeddedAws
from tests.infra.package.cloud import Cloud
from tests.infra.package.described import Templates


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    embedded = EmbeddedAws(port, tmp_path_factory.mktemp("aws"), save_every_seconds=600)
    embedded.start()
    yield Cloud(embedded)
    embedded.stop()
