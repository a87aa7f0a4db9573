"""Nobody is told or changes what is another's: with no session, a dead one, or one of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.core.doors import Door
from tests.app.surface.granted import OFFERED, grant, name_of, query_names
from tests.app.surface.scene import ADA, Scene
from tests.harness.browser import Browser

BEHIND_A_SESSION = [door for door in OFFERED if door.session]
NAMING_AN_ID = [door for door in BEHIND_A_SESSION if door.prefixes]
LISTS = [door for door in BEHIND_A_SESSION if "cursor" in query_names(door)]
DEAD_COOKIES = ("", "vowline=", "vowline=x", "vowline=SESSION%23x", "__Host-vowline={}", "Vowline={}")


def test_there_is_something_to_check() -> None:
    assert len(NAMING_AN_ID) > 5
    assert len(LISTS) > 4


@pytest.mark.parametrize("door", BEHIND_A_SESSION, ids=name_of)
def test_without_a_session_nothing_is_told_or_done(scene: Scene, door: Door) -> None:
    good, secrets = grant(door, scene), scene.secrets()
    signed_out = Browser(scene.stage, scene.mailbox).sign_in(ADA)
    gone = f"vowline={signed_out.cookies['vowline']}"
    assert signed_out.post("/api/auth/logout").status == 204
    before = scene.everything_stored()
    token = scene.ada.cookies["vowline"]
    for cookie in (*DEAD_COOKIES, gone):
        answer = good.having(cookie=cookie.format(token)).send()
        assert (answer.status, answer.json["type"]) == (401, "sign-in"), cookie
        assert not [secret for secret in secrets if secret in answer.text + str(answer.headers)]
        assert answer.cookies == []
    assert good.without("cookie").send().status == 401
    assert scene.everything_stored() == before


@pytest.mark.parametrize("door", BEHIND_A_SESSION, ids=name_of)
def test_another_person_is_told_nothing_of_hers(scene: Scene, door: Door) -> None:
    """The same request by somebody else: refused, or answered about them alone."""
    good, secrets = grant(door, scene), scene.secrets()
    answer = good.by(scene.somebody()).send()
    assert not [secret for secret in secrets if secret in answer.text + str(answer.headers)]
    if door in NAMING_AN_ID:
        assert (answer.status, answer.json["type"]) == (404, "not-found")


@pytest.mark.parametrize("door", NAMING_AN_ID, ids=name_of)
def test_anothers_id_changes_nothing(scene: Scene, door: Door) -> None:
    good = grant(door, scene)
    before = scene.everything_stored()
    assert good.by(scene.eve).send().status == 404
    assert scene.everything_stored() == before


@pytest.mark.parametrize("door", LISTS, ids=name_of)
def test_anothers_place_in_a_list_is_none(scene: Scene, door: Door) -> None:
    good = grant(door, scene)
    first = replace(good, query={**good.query, "limit": "1"})
    cursor = first.send().json["next_cursor"]
    assert cursor, "Ada has a second page"
    on = replace(good, query={**first.query, "cursor": cursor})
    assert on.send().status == 200
    answer = on.by(scene.eve).send()
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (422, ["cursor"])
    for other in LISTS:
        if other is not door:
            elsewhere = grant(other, scene)
            answer = replace(elsewhere, query={**elsewhere.query, "cursor": cursor}).send()
            assert answer.status == 422, other.path
