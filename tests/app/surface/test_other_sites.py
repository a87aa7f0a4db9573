"""What another site can make a browser send is refused by every route that writes, and changes nothing."""

from __future__ import annotations

import pytest

from chalicelib.core.doors import WRITES, Door
from tests.app.surface.granted import OFFERED, SITE, Request, grant, name_of
from tests.app.surface.scene import Scene
from tests.harness.lambda_door import Answer

WRITING = [door for door in OFFERED if door.method in WRITES and not door.webhook and not door.anywhere]
WITH_SESSION = [door for door in WRITING if door.session or door.knows_session]
WITH_BODY = [door for door in WRITING if door.body]
ORIGINS = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": f"{SITE}.evil.example"},
    {"origin": f"{SITE}/"},
    {"origin": f"{SITE}@evil.example"},
    {"origin": SITE.upper()},
    {"origin": SITE.replace("http:", "https:")},
    {"origin": SITE.replace(":8000", "")},
    {"origin": SITE.replace(":8000", ":8001")},
    {"origin": f"{SITE} https://evil.example"},
    {"origin": "file://"},
    {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site"},
    {"sec_fetch_site": "Same-Origin"},
    {"sec_fetch_site": ""},
]
# A page elsewhere can send the first three without asking first, and the rest not at all.
MEDIA_TYPES = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "",
    "text/plain; application/json",
    "application/json-patch+json",
    "application/problem+json",
    "text/json",
    "application/csp-report",
    "application/xml",
]
TOKENS = ["", "x", "null", "undefined", "\u00e9", "A" * 43, "A" * 5000]
OVERRIDES = {"x_http_method_override": "GET", "x_http_method": "GET", "x_method_override": "GET"}


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"]


@pytest.fixture
def good(scene: Scene, door: Door) -> Request:
    return grant(door, scene)


@pytest.mark.parametrize("door", WRITING, ids=name_of)
def test_another_site_writes_nothing(scene: Scene, good: Request) -> None:
    before = scene.everything_stored()
    for headers in ORIGINS:
        for request in (good.having(**headers), good.having(**headers, **OVERRIDES)):
            answer = request.send()
            assert told(answer) == (403, "foreign-origin"), headers
            assert answer.cookies == []
    assert scene.everything_stored() == before


@pytest.mark.parametrize("door", WITH_SESSION, ids=name_of)
def test_without_its_own_token_a_session_writes_nothing(scene: Scene, good: Request) -> None:
    before = scene.everything_stored()
    for token in [*TOKENS, str(scene.eve.csrf_token), str(scene.other_browser.csrf_token)]:
        assert told(good.having(x_csrf_token=token).send()) == (403, "csrf"), token
    assert told(good.without("x-csrf-token").send()) == (403, "csrf")
    elsewhere = {**good.query, "csrf_token": str(scene.ada.csrf_token), "x-csrf-token": "x"}
    for request in (good.without("x-csrf-token"), good.without("x-csrf-token", "origin")):
        in_the_query = Request(request.door, request.path, elsewhere, request.headers, request.body)
        assert told(in_the_query.send()) == (403, "csrf"), "a token counts in its header alone"
    assert scene.everything_stored() == before


@pytest.mark.parametrize("door", WITH_BODY, ids=name_of)
def test_what_a_form_can_send_is_not_read(scene: Scene, good: Request) -> None:
    before = scene.everything_stored()
    for media_type in MEDIA_TYPES:
        assert told(good.having(content_type=media_type).send()) == (415, "media-type"), media_type
    assert told(good.without("content-type").send()) == (415, "media-type")
    assert scene.everything_stored() == before
