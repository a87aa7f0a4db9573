"""One running service for the whole folder: each start of it costs seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.end_to_end.house import House
from tests.infra.local.sockets import free_ports


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(free_ports(5), tmp_path_factory.mktemp("house") / "state")
    yield house
    house.stop()
