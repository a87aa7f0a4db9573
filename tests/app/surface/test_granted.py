"""Each route grants its good request: what the other matrices spoil is good to begin with."""

from __future__ import annotations

import pytest

from chalicelib.core.doors import Door
from tests.app.surface.granted import GRANTED, OFFERED, grant, name_of
from tests.app.surface.scene import Scene
from tests.harness.killpoints import intercepted

READING = ("BatchGet", "Describe", "Get", "Query", "Scan", "stripe GET", "twilio GET")
OPENED_ONCE = "/api/privacy/transmissions/{capability}"
"""Following the address that somebody handed on uses it up: the one GET that is written down."""
OVERRIDES = {
    "x_http_method_override": "DELETE",
    "x_http_method": "DELETE",
    "x_method_override": "DELETE",
    "x_original_method": "DELETE",
}


def test_every_route_has_a_request_that_it_grants() -> None:
    """Who adds a route adds one to tests/app/surface/granted.py, and every matrix holds it."""
    assert sorted(GRANTED) == sorted(map(name_of, OFFERED))


@pytest.mark.parametrize("door", OFFERED, ids=name_of)
def test_a_good_request_is_granted(scene: Scene, door: Door) -> None:
    answer = grant(door, scene).send()
    assert answer.status in door.answers, answer.text


@pytest.mark.parametrize(
    "door", [door for door in OFFERED if door.method == "GET" and door.path != OPENED_ONCE], ids=name_of
)
def test_what_is_only_read_changes_nothing(scene: Scene, door: Door) -> None:
    """Not with another method in a header either: nothing here looks at one."""
    request = grant(door, scene).having(**OVERRIDES)
    before = scene.everything_stored()
    with intercepted() as requests:
        assert request.send().status in door.answers
    assert [name for name in requests if not name.startswith(READING)] == []
    assert scene.everything_stored() == before
