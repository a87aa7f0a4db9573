"""A card number typed into any field of any route is neither stored nor logged."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from dataclasses import replace

import pytest

from chalicelib.core.doors import Door
from tests.app.surface.documented import is_documented
from tests.app.surface.granted import OFFERED, grant, name_of, query_names, request_for, want
from tests.app.surface.scene import Scene
from tests.harness.logged import logged

CARD = "4242424242424242"
WRITTEN = (CARD, "4242 4242 4242 4242", f"my card is {CARD}, until 12/29", f"{CARD}@example.com")
OURS = [door for door in OFFERED if not door.webhook]


def holds_card(text: str) -> bool:
    return CARD in text.replace(" ", "")


@pytest.mark.parametrize("door", [door for door in OURS if door.body or door.query], ids=name_of)
def test_a_card_number_in_any_field_is_neither_stored_nor_logged(scene: Scene, door: Door) -> None:
    good = grant(door, scene)
    body = json.loads(good.body) if door.body else {}
    with logged() as log, redirect_stdout(log):
        for text in WRITTEN:
            spoiled = [replace(good, body=json.dumps({**body, field: text}).encode()) for field in body]
            spoiled += [replace(good, query={**good.query, name: text}) for name in query_names(door)]
            for request in spoiled:
                answer = request.send()
                assert answer.status < 500, (text, answer.text)
                assert is_documented(door, answer), (text, answer.status, answer.text)
    assert not holds_card(scene.everything_stored())
    assert not holds_card(log.getvalue())


@pytest.mark.parametrize("door", [door for door in OFFERED if door.webhook], ids=name_of)
def test_a_card_number_that_a_partner_tells_is_neither_stored_nor_logged(scene: Scene, door: Door) -> None:
    wanted = want(door, scene)
    with logged() as log, redirect_stdout(log):
        for field in wanted.body:
            spoiled = replace(wanted, body={**wanted.body, field: CARD})
            assert request_for(door, spoiled, scene).send().status < 500, field
    assert not holds_card(scene.everything_stored())
    assert not holds_card(log.getvalue())
